import type {
  DayTwoOutcome,
  DrillCleanup,
  DrillNews,
  DrillOutcome,
  DrillPreview,
  EngineEvent,
  Finding,
  Head,
  Plan,
  PmpError,
  SetupOutcome,
  VerifyOutcome,
} from '../engine/index.ts';
import { dayTwoJson } from './day-two-json.ts';
import { dayTwoText } from './day-two.ts';
import { drillCleanupJson, drillJson } from './drill-json.ts';
import { DrillLive } from './drill-live.ts';
import { drillCleanupText, drillPreviewText, drillText } from './drill.ts';
import { errorText } from './error.ts';
import { findingsText } from './findings.ts';
import { documentText, errorJson, setupJson, type JsonDocument } from './json.ts';
import { headLines, sandboxLines } from './head.ts';
import { fact } from './lines.ts';
import { planText, type PlanExtras } from './plan.ts';
import { Progress } from './progress.ts';
import { createSpinner, noSpinner, type Spinner } from './spinner.ts';
import { voiceOf, type Style } from './style.ts';
import { summaryText, untoldError, type SummaryOptions } from './summary.ts';
import type { VerifyExtras } from './verify-facts.ts';
import { verifyJson } from './verify-json.ts';
import { verifyText } from './verify.ts';

export interface ReporterOptions {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Of stdout. */
  readonly style: Style;
  /** Of stderr, which may be a terminal where stdout is none. */
  readonly errorStyle: Style;
  readonly format: 'text' | 'json';
  /** Every screen of the sandbox says so. */
  readonly sandbox?: boolean;
  /** Results and failures only. */
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** The terminal behind stderr, for the spinner; without one, or where `errorStyle` has none, progress is plain lines. */
  readonly terminal?: NodeJS.WritableStream;
}

/** Why a plan is shown: it is what was asked for (`--plan`), somebody is about to be asked, or it is only told before it is applied. */
export type PlanPurpose = 'result' | 'question' | 'record';

/**
 * The one place that speaks. Results go to stdout, everything else to stderr. With format json stdout gets exactly one document:
 * what comes after the first is not written.
 */
export interface Reporter {
  /** The style a plan of that purpose is shown in, for the picture in its extras. */
  styleFor(purpose: PlanPurpose): Style;
  /** What goes on before there is a plan ("Reading the account"). */
  working(what: string): void;
  /** Takes the spinner away: before a prompt, and when a signal comes. */
  idle(): void;
  /** What preflight found: all of it with -v, else what is amiss; only failures with -q. */
  findings(findings: readonly Finding[]): void;
  /** What will be worked on, before the first question is asked. */
  head(head: Head): void;
  plan(plan: Plan, head: Head, purpose: PlanPurpose, extras?: PlanExtras): void;
  /** The engine's listener. */
  tell(event: EngineEvent): void;
  warn(text: string): void;
  /** The end of setup. */
  finish(outcome: SetupOutcome, extras?: Pick<SummaryOptions, 'next' | 'paged' | 'license' | 'prices'>): void;
  /** The verdict of verify. */
  verify(outcome: VerifyOutcome, extras?: VerifyExtras): void;
  /** A day-two command's plan, or what came of it. */
  dayTwo(outcome: DayTwoOutcome, purpose: PlanPurpose, options?: { readonly markdown?: boolean }): void;
  /** Who will be paged by a drill. */
  drillPreview(preview: DrillPreview, purpose: PlanPurpose): void;
  /** While a drill goes on. */
  drilling(news: DrillNews): void;
  drilled(outcome: DrillOutcome): void;
  /** What became of drills that were left over. */
  drillCleaned(outcome: DrillCleanup): void;
  /** The result of any other command. */
  result(text: string, document: JsonDocument): void;
  /** A command that failed without an outcome. */
  fail(command: string, error: PmpError, exitCode: number, facts?: { readonly sandbox?: boolean; readonly seconds?: number }): void;
}

export function createReporter(options: ReporterOptions): Reporter {
  return new TerminalReporter(options);
}

class TerminalReporter implements Reporter {
  readonly #options: ReporterOptions;
  readonly #spinner: Spinner;
  readonly #progress: Progress;
  readonly #live: DrillLive;
  #documented = false;
  /** Departures stood in the plan that somebody was asked about: the summary need not tell them again. */
  #departed = false;
  /** Failures that preflight has told in full: they need no second telling when they end the command. */
  readonly #told = new Set<PmpError>();

  constructor(options: ReporterOptions) {
    this.#options = options;
    const { terminal, errorStyle, quiet = false, verbose = false } = options;
    this.#spinner = terminal === undefined || !errorStyle.spinner || quiet ? noSpinner : createSpinner(terminal, errorStyle);
    const style = this.#spinner === noSpinner ? { ...errorStyle, spinner: false } : errorStyle;
    this.#progress = new Progress(voiceOf(style), (text) => this.#aside(text), this.#spinner, verbose);
    this.#live = new DrillLive(voiceOf(style), (text) => this.#aside(text), this.#spinner);
  }

  styleFor(purpose: PlanPurpose): Style {
    return purpose === 'result' ? this.#options.style : this.#options.errorStyle;
  }

  working(what: string): void {
    this.#progress.working(what);
  }

  idle(): void {
    this.#spinner.stop();
  }

  findings(findings: readonly Finding[]): void {
    const { quiet = false, verbose = false, errorStyle, stderr } = this.#options;
    this.idle();
    const told = findings.filter(({ status }) => status === 'fail' || (!quiet && (verbose || status === 'warn')));
    for (const { error } of told) if (error !== undefined) this.#told.add(error);
    if (told.length > 0) stderr(`${findingsText(told, errorStyle, true)}\n`);
  }

  head(head: Head): void {
    const { errorStyle, stderr } = this.#options;
    this.idle();
    stderr(`${headLines(voiceOf(errorStyle), head, [], 'look').join('\n')}\n\n`);
  }

  plan(plan: Plan, head: Head, purpose: PlanPurpose, extras: PlanExtras = {}): void {
    this.#progress.expect(plan);
    if (purpose === 'question' && (extras.departures?.length ?? 0) > 0) this.#departed = true;
    const { format, quiet = false, verbose = false, stdout, stderr } = this.#options;
    const text = () => `${planText(plan, head, this.styleFor(purpose), { verbose, quiet: quiet && purpose === 'result', ...extras })}\n`;
    this.idle();
    if (purpose === 'result') {
      if (format === 'text') stdout(text());
    } else if (purpose === 'question' || !quiet) {
      stderr(`${text()}\n`);
    }
  }

  tell(event: EngineEvent): void {
    this.#progress.on(event);
  }

  warn(text: string): void {
    const voice = voiceOf(this.#options.errorStyle);
    this.#options.stderr(
      `${fact(voice, [voice.mark('warn'), { text: ' ' }], [{ text: voice.say(text, 600), tone: 'warn' }]).join('\n')}\n`,
    );
  }

  finish(outcome: SetupOutcome, extras: Parameters<Reporter['finish']>[1] = {}): void {
    const { format, quiet = false, verbose = false, style, errorStyle, stdout, stderr } = this.#options;
    this.idle();
    const error = format === 'json' ? outcome.error : untoldError(outcome);
    if (format === 'json') {
      this.#document(setupJson(outcome, extras));
    } else {
      const text = (where: Style) => `${summaryText(outcome, where, { ...extras, quiet, verbose, departed: this.#departed })}\n`;
      if (outcome.mode === 'apply') stdout(text(style));
      // The plan was the result; what is left to say goes beside it.
      else if (!quiet) stderr(text(errorStyle));
    }
    if (error !== undefined) stderr(`${errorText(error, errorStyle)}\n`);
  }

  verify(outcome: VerifyOutcome, extras: VerifyExtras = {}): void {
    const { quiet = false, verbose = false, style } = this.#options;
    this.result(verifyText(outcome, style, { quiet, verbose, ...extras }), verifyJson(outcome, extras));
  }

  dayTwo(outcome: DayTwoOutcome, purpose: PlanPurpose, options: { readonly markdown?: boolean } = {}): void {
    const { quiet = false, verbose = false, stderr } = this.#options;
    const text = () => dayTwoText(outcome, this.styleFor(purpose), { quiet: quiet && purpose !== 'question', verbose, ...options });
    this.idle();
    if (purpose === 'result') this.result(text(), dayTwoJson(outcome));
    else if (purpose === 'question' || !quiet) stderr(`${text()}\n\n`);
  }

  drillPreview(preview: DrillPreview, purpose: PlanPurpose): void {
    const { errorStyle, quiet = false, sandbox = false, stderr } = this.#options;
    this.idle();
    if (purpose === 'question' || !quiet) stderr(`${drillPreviewText(preview, errorStyle, { sandbox })}\n\n`);
  }

  drilling(news: DrillNews): void {
    this.#live.on(news);
  }

  drilled(outcome: DrillOutcome): void {
    const { quiet = false, style, errorStyle, format, stderr } = this.#options;
    this.idle();
    // On one terminal the stations were told as they came.
    const told = !quiet && style.wrap && errorStyle.wrap;
    if (told && format === 'text') stderr('\n');
    this.result(drillText(outcome, style, { quiet, told }), drillJson(outcome));
    if (outcome.error !== undefined) stderr(`${errorText(outcome.error, errorStyle)}\n`);
  }

  drillCleaned(outcome: DrillCleanup): void {
    this.result(drillCleanupText(outcome, this.#options.style), drillCleanupJson(outcome));
  }

  result(text: string, document: JsonDocument): void {
    this.idle();
    if (this.#options.format === 'json') this.#document(document);
    else this.#options.stdout(`${text}\n`);
  }

  fail(command: string, error: PmpError, exitCode: number, facts?: { readonly sandbox?: boolean; readonly seconds?: number }): void {
    this.idle();
    if (this.#options.format === 'json')
      this.#document(errorJson(command, error, exitCode, { sandbox: this.#options.sandbox ?? false, ...facts }));
    if (this.#told.has(error)) return;
    const { errorStyle, stderr, sandbox = facts?.sandbox ?? false } = this.#options;
    stderr([...sandboxLines(voiceOf(errorStyle), sandbox), errorText(error, errorStyle), ''].join('\n'));
  }

  #document(document: JsonDocument): void {
    if (this.#documented) return;
    this.#documented = true;
    this.#options.stdout(documentText(document));
  }

  #aside(text: string): void {
    if (this.#options.quiet !== true) this.#options.stderr(`${text}\n`);
  }
}
