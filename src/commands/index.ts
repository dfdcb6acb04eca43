export type { GlobalOptions, PlanExtras, PlanPurpose, Session, View } from './app.ts';
export { explain, type Explained, type ExplainOptions } from './explain.ts';
export { exit, exitCodeOf } from './exit-codes.ts';
export { program, usageError, type Handlers, type ProgramOutput } from './program.ts';
export type { SandboxOptions } from './sandbox.ts';
export { setup, type SetupOptions } from './setup.ts';
export { verify, type VerifyCommandOptions } from './verify.ts';
export type { PageFacts, VerdictFacts } from './verify-facts.ts';
