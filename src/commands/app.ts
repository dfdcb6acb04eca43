import type { Departure, EngineEvent, Finding, Head, Plan, SetupOutcome, VerifyOutcome } from '../engine/index.ts';
import type { Answers, Instant } from '../model/index.ts';
import type { Clock, Files, Lock, PagerDuty, Prompter, World, Yaml } from '../ports/index.ts';
import type { PageFacts, VerdictFacts } from './verify-facts.ts';

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
}

/** Why a plan is shown: it is what was asked for, somebody is about to be asked, or it is only told before it is applied. */
export type PlanPurpose = 'result' | 'question' | 'record';

/** Turns values into words or JSON; the only one that speaks. Results go to stdout, everything else to stderr. */
export interface View {
  /** What goes on before there is a plan. */
  working(what: string): void;
  /** Takes the spinner away, before a prompt. */
  idle(): void;
  findings(findings: readonly Finding[]): void;
  plan(plan: Plan, head: Head, purpose: PlanPurpose, extras: PlanExtras): void;
  tell(event: EngineEvent): void;
  warn(text: string): void;
  finish(outcome: SetupOutcome, options: { readonly next?: string }): void;
  verified(outcome: VerifyOutcome, facts: VerdictFacts): void;
  /** The verdict as one self-contained HTML page. */
  page(outcome: VerifyOutcome, facts: PageFacts): Promise<string>;
  /** The on-call picture of these answers' coming weeks, as wide as where it will be shown. */
  picture(answers: Answers, now: Instant, purpose: PlanPurpose): string;
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
  /** Aborts on the first Ctrl-C or SIGTERM. */
  readonly stopping: AbortSignal;
  pagerduty(from: string | undefined): Promise<PagerDuty>;
  /** The whole world for these answers. `heartbeat` is a dead-man's-switch address that was typed; the environment's comes before it. */
  world(answers: Answers, heartbeat?: string): Promise<World>;
  /** A dead-man's-switch address is in the environment. */
  readonly heartbeatGiven: boolean;
  /** @throws PmpError usage for one, given in the environment or typed, that reaches nobody outside */
  refuseHeartbeat(typed?: string): void;
  /** One setup at a time, where a cluster can hold the lock; undefined: none is needed or possible. */
  lock(world: World, answers: Answers): Lock | undefined;
  /** While this runs, the first Ctrl-C lets what is under way finish. */
  finishing<T>(work: () => Promise<T>): Promise<T>;
  /** Real seconds since the command began. */
  seconds(): number;
}
