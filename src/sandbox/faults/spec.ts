import { clean, PmpError } from '../../engine/errors.ts';

interface Rules {
  /** Finishes "From now on: ". */
  readonly does: string;
  /** A time after "=". */
  readonly amount?: 'required' | 'optional';
  /** Whom it meets where no path is given; undefined: everybody. */
  readonly side?: 'pagerduty' | 'kubernetes';
}

const table = {
  latency: { does: 'every answer takes that much longer', amount: 'required' },
  '429': { does: 'too many requests, with the headers that say when to come back (default 1s)', amount: 'optional' },
  '429-bare': { does: 'too many requests, without any header' },
  '500': { does: 'internal server error; nothing was done' },
  '502': { does: 'bad gateway; nothing was done' },
  '503': { does: 'service unavailable; nothing was done' },
  '504': { does: 'gateway timeout; nothing was done' },
  '504-after': { does: 'gateway timeout, although it was done' },
  'reset-before': { does: 'the connection is reset; nothing was done' },
  'reset-after': { does: 'the connection is reset, although it was done' },
  half: { does: 'half of the body, then the connection ends; it was done' },
  html: { does: 'a page of HTML with status 200, from something in between; nothing was done' },
  'html-after': { does: 'a page of HTML with status 200, although it was done' },
  endless: { does: 'a body that goes on slowly and never ends; it was done' },
  flood: { does: 'a body that goes on fast and never ends; it was done' },
  drip: { does: 'the answer comes in small pieces over that time (default 2s)', amount: 'optional' },
  skew: { does: "the server's clock is off by that much; may begin with a minus", amount: 'required' },
  'user-lock': { does: 'of users created side by side, all but one are refused: could not be locked', side: 'pagerduty' },
  unreadable: { does: 'what was created cannot be read for that long', amount: 'required', side: 'pagerduty' },
  expired: { does: 'the account has expired', side: 'pagerduty' },
  'k8s-401': { does: 'the cluster does not know who asks', side: 'kubernetes' },
  'k8s-403': { does: 'RBAC forbids it', side: 'kubernetes' },
  'k8s-conflict': { does: 'another field manager owns it', side: 'kubernetes' },
  'k8s-no-namespace': { does: 'the namespace is gone', side: 'kubernetes' },
  'k8s-immutable': { does: 'the object is immutable', side: 'kubernetes' },
  'k8s-away': { does: 'the API server does not answer', side: 'kubernetes' },
} as const satisfies Record<string, Rules>;
export type FaultKind = keyof typeof table;

/** Every fault there is. */
export const faultKinds: Readonly<Record<FaultKind, Rules>> = table;

/** One fault, and which requests it meets. */
export interface Fault {
  readonly kind: FaultKind;
  /** As it was written. */
  readonly text: string;
  /** Milliseconds. */
  readonly amount: number | undefined;
  /** undefined: any. */
  readonly method: string | undefined;
  readonly path: RegExp;
  /** How many of the requests that fit are met; undefined: all. */
  readonly times: number | undefined;
  /** Every nth of those that fit. */
  readonly every: number;
}

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads `kind[=amount][:[METHOD] path][:times | :every n]`, for instance `reset-after:POST /services:1`, `latency=80ms` or
 * `503:GET /users*:every 3`. In a path `*` stands for anything, also across slashes. Without a path it meets every request of its side.
 * @throws PmpError `usage` that lists what exists
 */
export function parseFault(text: string): Fault {
  const [, name = '', value, rest = ''] = /^([^:=\s]+)(?:=([^:\s]+))?(?::(.*))?$/s.exec(text.trim()) ?? [];
  const kind = (Object.keys(faultKinds) as FaultKind[]).find((each) => each === name);
  if (kind === undefined)
    throw wrong(text, name === '' ? 'it does not begin with the name of a fault' : `there is no fault "${clean(name, 60)}"`);
  const counted = /^(?:(.*):)?(\d+|every \d+)$/s.exec(rest.trim());
  const match = counted ? (counted[1] ?? '') : rest;
  const count = counted ? countOf(text, counted[2] ?? '') : { times: undefined, every: 1 };
  return { kind, text: text.trim(), amount: amountOf(text, kind, value), ...matchOf(text, kind, match.trim()), ...count };
}

function amountOf(text: string, kind: FaultKind, value: string | undefined): number | undefined {
  const rules = faultKinds[kind];
  if (value === undefined && rules.amount !== 'required') return undefined;
  if (rules.amount === undefined) throw wrong(text, `${kind} takes no amount`);
  const [, minus = '', amount, unit = ''] = /^([-+]?)(\d+(?:\.\d+)?)(ms|[smhd])$/.exec(value ?? '') ?? [];
  if (amount === undefined || (minus !== '' && kind !== 'skew'))
    throw wrong(text, `${kind} needs a time, such as ${kind}=${kind === 'skew' ? '-2h' : '2s'}`);
  return Number(amount) * (durations[unit] ?? 0) * (minus === '-' ? -1 : 1);
}

function matchOf(text: string, kind: FaultKind, match: string): Pick<Fault, 'method' | 'path'> {
  const parts = /^(?:([A-Z]+|\*)(?:\s+|$))?(\/\S*|\*)?$/.exec(match);
  if (parts === null) throw wrong(text, `"${clean(match, 60)}" is no method with a path`);
  const [, method = '*', path = '*'] = parts;
  return { method: method === '*' ? undefined : method, path: path === '*' ? sideOf(kind) : pattern(path) };
}

function sideOf(kind: FaultKind): RegExp {
  const { side } = faultKinds[kind];
  if (side === 'kubernetes') return /^\/k8s(?:\/|$)/;
  return side === 'pagerduty' ? /^(?!\/(?:k8s|alertmanager|prometheus)(?:\/|$))/ : /^/;
}

function pattern(path: string): RegExp {
  return new RegExp(
    `^${path
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
}

function countOf(text: string, count: string): Pick<Fault, 'times' | 'every'> {
  const number = Number(count.replace('every ', ''));
  if (number < 1) throw wrong(text, 'a count begins with 1');
  return count.startsWith('every ') ? { times: undefined, every: number } : { times: number, every: 1 };
}

function wrong(text: string, cause: string): PmpError {
  const known = Object.entries(faultKinds).map(([kind, { does }]) => `${kind} (${does})`);
  return new PmpError('usage', {
    message: `"${clean(text, 100)}" is not a fault`,
    cause,
    fix: `Write kind[=amount][:METHOD path][:times or :every n], such as reset-after:POST /services:1. Kinds: ${known.join('; ')}.`,
  });
}
