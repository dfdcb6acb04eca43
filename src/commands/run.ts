import type { Session } from './app.ts';
import type { DayTwoOptions } from './day-two/options.ts';
import { lookAhead } from './look-ahead.ts';
import type { SetupOptions } from './setup/run.ts';
import type { TestAlertOptions } from './test-alert/options.ts';
import type { VerifyCommandOptions } from './verify/verify.ts';

// Each command's file is loaded when that command runs: what one of them needs is not loaded for the others.

/** @returns the exit code; throws PmpError for what ended it before anything was written. */
export async function setup(session: Session, options: SetupOptions): Promise<number> {
  await lookAhead(session, options.yes || !session.interactive);
  return (await import('./setup/setup.ts')).setup(session, options);
}

/** @returns the exit code; throws PmpError where PagerDuty cannot be read at all. */
export async function verify(session: Session, options: VerifyCommandOptions): Promise<number> {
  await lookAhead(session, true);
  return (await import('./verify/verify.ts')).verify(session, options);
}

/** @returns the exit code; throws PmpError for what ended it before anything rang. */
export async function testAlert(session: Session, options: TestAlertOptions): Promise<number> {
  return (await import('./test-alert/test-alert.ts')).testAlert(session, options);
}

/** @returns the exit code */
export async function dayTwo(session: Session, options: DayTwoOptions): Promise<number> {
  return (await import('./day-two/run.ts')).dayTwo(session, options);
}
