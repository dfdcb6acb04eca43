import { clean, PmpError, type DayTwoEnd, type DayTwoOutcome, type Objection, type Whom } from '../../engine/index.ts';
import { isValidZone } from '../../coverage/index.ts';
import type { Answers, Instant } from '../../model/index.ts';
import type { PagerDuty } from '../../ports/index.ts';
import { answersOrGuide } from '../answers-or-guide.ts';
import type { Session } from '../app.ts';
import type { DayTwoOptions } from './options.ts';
import { exit } from '../exit-codes.ts';

/** What every day-two command stands on. */
export interface Ground<O extends DayTwoOptions = DayTwoOptions> {
  readonly session: Session;
  readonly options: O;
  readonly answers: Answers;
  readonly namesFrom: string;
  readonly pagerduty: PagerDuty;
  readonly now: Instant;
}

export async function groundOf<O extends DayTwoOptions>(session: Session, options: O): Promise<Ground<O>> {
  const { answers, byGuidesNames } = await answersOrGuide(session, options);
  session.view.working('Reading the account');
  const pagerduty = await session.pagerduty(session.from ?? answers.from);
  // Without credentials nothing else is worth saying.
  await pagerduty.account();
  const namesFrom = byGuidesNames ? `the guide; there is no ${options.config} here` : options.config;
  return { session, options, answers, namesFrom, pagerduty, now: session.clock.now() };
}

/** Names and zones of these people, as PagerDuty has them; who is not there is known from the answers, or by e-mail. */
export async function whomOf({ answers, pagerduty }: Pick<Ground, 'answers' | 'pagerduty'>, emails: Iterable<string>): Promise<Whom> {
  const wanted = [...new Set(emails)];
  const seen = wanted.length === 0 ? [] : await pagerduty.users(wanted);
  const known = answers.people.map(({ email, name, timeZone }) => [email, { name, timeZone }] as const);
  const found = seen.map(({ value }) => [value.name, personOf(value.fullName, value.timeZone)] as const);
  return new Map([...known.filter(([email]) => wanted.includes(email)), ...found]);
}

function personOf(name: string, timeZone: string) {
  return isValidZone(timeZone) ? { name, timeZone } : { name };
}

/** "Ada Example", or the e-mail of somebody whose name is not known. */
export function called(whom: Whom, email: string): string {
  return clean(whom.get(email)?.name ?? email, 100);
}

/** The end of a command that is told now. */
export function ending(
  { session, namesFrom, now }: Ground,
  exitCode: number,
  { timeZone, whom }: { readonly timeZone: string; readonly whom: Whom },
): DayTwoEnd {
  return {
    sandbox: session.sandbox,
    success: exitCode === exit.done || exitCode === exit.changes,
    exitCode,
    at: now,
    seconds: session.seconds(),
    namesFrom,
    timeZone,
    whom,
  };
}

/** Says how it ended. @returns its exit code */
export function told({ session, options }: Ground, outcome: DayTwoOutcome): number {
  session.view.dayTwo(outcome, 'result', { markdown: options.command === 'handoff' && options.markdown });
  return outcome.exitCode;
}

type Asking = Ground<DayTwoOptions & { readonly yes: boolean; readonly anyway: boolean }>;

/**
 * The one confirmation. What speaks against it makes No the default, and under --yes needs --anyway.
 * @throws PmpError `usage` for objections that nobody saw, `answer-missing` where nobody can be asked
 */
export async function agreed(
  { session, options }: Asking,
  plan: DayTwoOutcome,
  question: string,
  objections: readonly Objection[],
): Promise<boolean> {
  if (options.yes && objections.length > 0 && !options.anyway) throw objected(objections);
  if (!options.yes && !session.interactive)
    throw new PmpError('answer-missing', {
      message: 'nobody can be asked here whether to do this',
      fix: 'Run with --yes to do it, or with --plan to only see it.',
    });
  session.view.dayTwo(plan, options.yes ? 'record' : 'question');
  if (options.yes) return true;
  const reply = await session.prompter.confirm({ message: question, initial: objections.length === 0 || options.anyway });
  const yes = reply.kind === 'answer' && reply.value;
  if (!yes) session.view.warn('Nothing was changed.');
  return yes;
}

function objected(objections: readonly Objection[]): PmpError {
  const [first, ...more] = objections;
  return new PmpError('usage', {
    message: more.length === 0 ? `something speaks against it: ${first?.what ?? ''}` : `${objections.length} things speak against it`,
    ...(more.length === 0 ? {} : { problems: objections.map(({ what }) => what) }),
    fix: 'Run it without --yes to see and decide, or add --anyway.',
  });
}

/** The zone in which times are typed and shown: the schedule's, as PagerDuty has it. */
export async function zoneOf({ answers, pagerduty }: Pick<Ground, 'answers' | 'pagerduty'>): Promise<string> {
  const [found] = await pagerduty.schedules([answers.names.primarySchedule]);
  const zone = found?.value?.timeZone ?? '';
  return isValidZone(zone) ? zone : answers.timeZone;
}

/** A flag that cannot be guessed and that nobody can be asked for. */
export function missing(flag: string, what: string): PmpError {
  return new PmpError('answer-missing', { message: `${what} was not said, and nobody can be asked here`, fix: `Give ${flag}.` });
}
