/** Every id an error can have; `pmp-pd explain <id>` has a page for each. */
export const errorIds = [
  'usage', // wrong flags or arguments
  'answers-invalid', // answers that cannot work
  'answer-missing', // off a terminal, nobody to ask
  'interrupted',
  'terminated',
  'pagerduty-credentials', // refused or absent token
  'pagerduty-permission', // known token, not allowed
  'pagerduty-unreachable',
  'pagerduty-rate-limit',
  'pagerduty-refused', // 4xx with PagerDuty's own words
  'pagerduty-rubbish', // an answer that is not what PagerDuty documents
  'pagerduty-unknown-outcome', // a write whose answer never came and which cannot be found again
  'plan-refuses', // the account's plan lacks the feature
  'plan-too-small', // the plan cannot hold the answers, before any write
  'account-expired',
  'not-ours', // a difference on an object that pmp-pd did not make, without leave
  'name-twice', // several objects of one name
  'schedule-preview-differs',
  'kubernetes-config', // kubeconfig, context, exec plugin
  'kubernetes-credentials',
  'kubernetes-permission',
  'kubernetes-unreachable',
  'kubernetes-conflict', // another field manager or controller owns it
  'kubernetes-refused',
  'alertmanager-not-found',
  'alertmanager-refused', // it refuses the configuration; the old one is in force
  'alertmanager-unreachable',
  'prometheus-unreachable',
  'alertmanager-not-loaded', // a replica still runs something else
  'file', // cannot read or write a local file
  'left-over', // after applying, a difference remains
  'setup-running', // another setup holds the lock
  'drill-refused', // nothing was rung: a window, a real incident, a silence, nobody to ring
  'drill-not-seen', // the alert did not become an incident in time
  'drill-not-answered', // it rang, and nobody acknowledged in time
  'drill-failed', // it was seen, and something of what it was to prove is not so
  'drill-left-over', // something of it could not be ended
  'need-failed', // not tried, because what it needs failed
  'sandbox', // state file, lock, port
  'internal',
] as const;
export type ErrorId = (typeof errorIds)[number];

export interface ErrorFacts {
  /** What went wrong, one sentence, names the thing. */
  readonly message: string;
  /** Why, in the other side's words where there are any. */
  readonly cause?: string;
  /** Where there are several things to mend: each with its place, what is wrong and what would be right. */
  readonly problems?: readonly string[];
  /** The way out, an imperative sentence. */
  readonly fix: string;
  readonly step?: string;
  readonly resource?: string;
}

/** The one error that reaches people. Carries no secret and no control characters: makers of messages clean what comes from outside. */
export class PmpError extends Error {
  override readonly name = 'PmpError';
  constructor(
    readonly id: ErrorId,
    readonly facts: ErrorFacts,
    options?: { readonly cause?: unknown },
  ) {
    super(facts.message, options);
  }
}

/** Text from outside, fit for a terminal line: control characters, escapes, bidirectional marks removed; at most `limit` characters. */
export function clean(text: string, limit = 300): string {
  const visible = text
    // eslint-disable-next-line no-control-regex
    .replace(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g, '')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const points = [...visible];
  return points.length > limit ? `${points.slice(0, limit - 1).join('')}…` : visible;
}

/** Anything thrown, as a PmpError: unknown ones become `internal` and keep only their cleaned message. */
export function toPmpError(thrown: unknown): PmpError {
  if (thrown instanceof PmpError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PmpError(
    'internal',
    {
      message: 'pmp-pd itself went wrong',
      cause: clean(message),
      fix: 'Run the same command again with --trace <file> and report it with that file.',
    },
    { cause: thrown },
  );
}
