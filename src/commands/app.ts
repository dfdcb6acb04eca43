import type {
  DayTwoOutcome,
  DrillCleanup,
  DrillNews,
  DrillOutcome,
  DrillPreview,
  Departure,
  EngineEvent,
  Finding,
  Head,
  Plan,
  SetupOutcome,
  VerifyOutcome,
} from '../engine/index.ts';
import type { Answers, Brief, Instant, Prices } from '../model/index.ts';
import type { Clock, Files, Lock, PagerDuty, Prompter, World, Yaml } from '../ports/index.ts';
import type { PageFacts, VerdictFacts } from './verify/facts.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly config: string;
  readonly sandbox: boolean;
  readonly sandboxPeople?: 'awake' | 'asleep' | 'manual';
  readonly region?: 'us' | 'eu';
  readonly tokenFile?: string;
  readonly from?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly output: 'text' | 'json';
  readonly input: boolean;
  readonly color?: boolean;
  readonly plain: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly trace?: string;
}

/** What is shown beside a plan's changes. */
export interface PlanExtras {
  readonly onCallBefore: readonly string[];
  readonly onCallAfter: readonly string[];
  readonly picture: string;
  readonly departures: readonly Departure[];
  readonly paged: number;
  /** What is to be brought about, for the words that begin the plan. */
  readonly brief: Brief;
  readonly prices?: Prices | undefined;
}

/** What is said at the end of a setup beside what became of it. */
export interface FinishExtras {
  /** The command that comes next. */
  readonly next?: string;
  /** How many people can be paged, each of whom needs a seat; with the prices it says what they cost. */
  readonly paged?: number;
  readonly license?: string | undefined;
  readonly prices?: Prices | undefined;
}

/** How much of the on-call picture: the first ordinary week, or also the weeks in which clocks change. */
export type PictureWeeks = 'first' | 'all';

/** Why a plan is shown: it is what was asked for, somebody is about to be asked, or it is only told before it is applied. */
export type PlanPurpose = 'result' | 'question' | 'record';

/** Turns values into words or JSON; the only one that speaks. Results go to stdout, everything else to stderr. */
export interface View {
  /** What goes on before there is a plan. */
  working(what: string): void;
  /** Takes the spinner away, before a prompt. */
  idle(): void;
  findings(findings: readonly Finding[]): void;
  /** What will be worked on, before the first question is asked. */
  head(head: Head): void;
  plan(plan: Plan, head: Head, purpose: PlanPurpose, extras: PlanExtras): void;
  tell(event: EngineEvent): void;
  warn(text: string): void;
  finish(outcome: SetupOutcome, extras: FinishExtras): void;
  verified(outcome: VerifyOutcome, facts: VerdictFacts): void;
  /** Who will be paged by a drill, and what speaks against it. */
  drillPreview(preview: DrillPreview, purpose: PlanPurpose): void;
  /** While a drill goes on. */
  drilling(news: DrillNews): void;
  drilled(outcome: DrillOutcome): void;
  /** What became of the drills that were left over. */
  drillCleaned(outcome: DrillCleanup): void;
  /** A day-two command's plan, or what came of it. */
  dayTwo(outcome: DayTwoOutcome, purpose: PlanPurpose, options?: { readonly markdown?: boolean }): void;
  /** The verdict as one self-contained HTML page. */
  page(outcome: VerifyOutcome, facts: PageFacts): Promise<string>;
  /** The on-call picture of these answers' coming weeks, as wide as where it will be shown. */
  picture(answers: Answers, now: Instant, purpose: PlanPurpose, weeks: PictureWeeks): string;
}

/** One command's run: the world outside, chosen by flags and environment. */
export interface Session {
  readonly sandbox: boolean;
  readonly region: 'us' | 'eu';
  /** A person is there to be asked: a terminal on both ends, and neither --no-input nor JSON. */
  readonly interactive: boolean;
  readonly clock: Clock;
  readonly files: Files;
  readonly yaml: Yaml;
  readonly prompter: Prompter;
  readonly view: View;
  /** Flag, then environment; the answers' `from` comes after both. */
  readonly from: string | undefined;
  /** Nobody has to type the PagerDuty token. */
  readonly credentialGiven: boolean;
  /** Aborts on the first Ctrl-C or SIGTERM. */
  readonly stopping: AbortSignal;
  /** Aborts when what is under way must end too: on the second signal, or on the first where nothing is being finished. */
  readonly aborting: AbortSignal;
  /** So many bytes that nobody can foresee. */
  random(bytes: number): Uint8Array;
  pagerduty(from: string | undefined): Promise<PagerDuty>;
  /** The whole world for these answers. `heartbeat` is a dead-man's-switch address that was typed; the environment's comes before it. */
  world(answers: Answers, heartbeat?: string): Promise<World>;
  /** A dead-man's-switch address is in the environment. */
  readonly heartbeatGiven: boolean;
  /** @throws PmpError usage for one, given in the environment or typed, that reaches nobody outside */
  refuseHeartbeat(typed?: string): void;
  /** One setup at a time, where a cluster can hold the lock; undefined: none is needed or possible. */
  lock(world: World, answers: Answers): Lock | undefined;
  /** The published prices of seats; undefined: nobody keeps a list. @throws PmpError `file` for a list that cannot be read */
  prices(): Promise<Prices | undefined>;
  /** While this runs, the first Ctrl-C lets what is under way finish. */
  finishing<T>(work: () => Promise<T>): Promise<T>;
  /** Real seconds since the command began. */
  seconds(): number;
}
