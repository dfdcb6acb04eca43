export { dayTwoJson } from './day-two-json.ts';
export { dayTwoText } from './day-two.ts';
export { drillPreviewText, drillText, drillCleanupText, type DrillTextOptions } from './drill.ts';
export { drillCleanupJson, drillErrorJson, drillJson } from './drill-json.ts';
export { errorText } from './error.ts';
export { explainJson, explainListJson, explainListText, explainText } from './explain.ts';
export { documentText, errorJson, planJson, setupJson, type Json, type JsonDocument } from './json.ts';
export { weekPicture, type PictureFacts, type PictureStyle } from './picture.ts';
export { planText, type PlanExtras } from './plan.ts';
export { findingsText } from './findings.ts';
export { createReporter, type PlanPurpose, type Reporter, type ReporterOptions } from './reporter.ts';
export {
  sandboxStatusJson,
  type SandboxStatusView,
  type StatusAlertmanager,
  type StatusPerson,
  type StatusPolicy,
  type StatusSchedule,
  type StatusService,
} from './status.ts';
export { sandboxStatusText } from './status-text.ts';
export { styleOf, type Style, type StyleFacts } from './style.ts';
export { summaryText, type SummaryOptions } from './summary.ts';
export { reportHtml } from './html/page.ts';
export { verifyText, type VerifyTextOptions } from './verify.ts';
export { verifyJson } from './verify-json.ts';
export type { EscalationLevel, EscalationPath, KeyReads, RenderedSchedule, ReportExtras, VerifyExtras } from './verify-facts.ts';
