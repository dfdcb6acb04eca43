import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PmpError, type Departure, type Head, type SetupOutcome } from '../../src/engine/index.ts';
import {
  createReporter,
  documentText,
  errorText,
  planText,
  sandboxStatusJson,
  sandboxStatusText,
  setupJson,
  summaryText,
  verifyJson,
  verifyText,
  type SandboxStatusView,
} from '../../src/report/index.ts';
import { change, departures, diff, head, partial, planOf, screen } from './support.ts';
import { status } from './status-view.ts';
import { bad, lookedFor } from './verify-support.ts';

const evil = '\u001B[2J\u001B]0;owned\u0007\u009B31m\rfake ✔ done\nsecond line\u202Egpj.exe\u2066\u200F\u0000\u0008';
/** Everything that a terminal would act on instead of showing; our own line breaks and colours are taken out before. */
// eslint-disable-next-line no-control-regex
const acted = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

/** The same value with every string replaced, however deep it lies; kinds and actions of ours stay what they are. */
function poisoned<T>(value: T, poison: string, keep: ReadonlySet<string>): T {
  if (typeof value === 'string') return (keep.has(value) ? value : poison) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => poisoned(one, poison, keep)) as T;
  if (value instanceof PmpError) {
    const { message, cause = '', fix } = value.facts;
    return new PmpError(value.id, { message: `${poison}${message}`, cause: `${poison}${cause}`, fix: `${poison}${fix}` }) as T;
  }
  if (value instanceof Set || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one as unknown, poison, keep)])) as T;
}

const ours = new Set(
  'setup verify pass warn plan apply done unchanged waiting failed skipped create update adopt replace wait skip fail us eu user account oauth plain chart operator schedule high low'.split(
    ' ',
  ),
);

function everything(poison: string): string {
  const plan = planOf({
    1: (['create', 'update', 'adopt', 'replace', 'wait', 'unchanged'] as const).map((action, index) =>
      change(`${poison}${index}`, poison, action, {
        seen: { value: undefined, ours: false, detail: poison, usedBy: poison },
        diffs: [diff(poison, poison, poison)],
        waiting: [poison],
      }),
    ),
  });
  const badHead: Head = poisoned(head, poison, ours);
  const badOutcome: SetupOutcome = poisoned(partial, poison, ours);
  const badVerdict = poisoned(bad, poison, ours);
  const badStatus: SandboxStatusView = poisoned(status, poison, ours);
  const badDepartures: readonly Departure[] = poisoned(departures, poison, ours);
  const error = new PmpError('pagerduty-refused', { message: poison, cause: poison, fix: poison, step: poison, resource: poison });
  const several = new PmpError('answers-invalid', { message: poison, problems: [poison, poison], fix: poison });
  const said: string[] = [];
  const keep = (text: string) => void said.push(text);
  const reporter = createReporter({
    stdout: keep,
    stderr: keep,
    style: screen(100),
    errorStyle: screen(60),
    format: 'text',
    verbose: true,
  });
  reporter.plan(plan, badHead, 'record', { departures: badDepartures, onCallBefore: [poison], onCallAfter: [poison, poison] });
  reporter.working(poison);
  reporter.warn(poison);
  reporter.findings([{ title: poison, status: 'fail', evidence: poison, error }]);
  for (const one of [
    { type: 'started', step: poison, key: poison, action: 'create' },
    { type: 'done', step: poison, key: poison, action: 'create', detail: poison },
    { type: 'failed', step: poison, key: poison, error },
    { type: 'skipped', step: poison, key: poison, because: poison },
    { type: 'waiting', why: poison, seconds: 5 },
    { type: 'proving' },
  ] as const)
    reporter.tell(one);
  reporter.finish(badOutcome);
  reporter.fail(poison, error, 1);
  reporter.fail(poison, several, 2);
  return [
    ...said,
    planText(plan, badHead, screen(60)),
    summaryText(badOutcome, screen(100), { verbose: true }),
    sandboxStatusText(badStatus, screen(200)),
    errorText(error, screen(40)),
    verifyText(badVerdict, screen(60), { lookedFor: poisoned(lookedFor, poison, ours), verbose: true }),
    documentText(verifyJson(badVerdict)),
    documentText(setupJson(badOutcome)),
    documentText(sandboxStatusJson(badStatus)),
  ].join('\n');
}

it('lets no name, detail or error move the cursor, change colours or turn the text around', () => {
  const text = everything(evil);
  expect(text).toContain('fake ✔ done');
  expect(acted.exec(text.replaceAll('\n', ''))).toBeNull();
});

it('cannot be made to forge a line of its own', () => {
  const lines = everything(`x\n✔ 10  Configure Webhook Callbacks  1 created`).split('\n');
  expect(lines.filter((line) => line.startsWith('✔ 10  Configure Webhook Callbacks  1'))).toEqual([]);
});

it('keeps a name of 10,000 characters short', () => {
  const text = everything('A'.repeat(10_000));
  expect(text).toContain('AAAA');
  expect(text).not.toContain('A'.repeat(2001));
});

it('holds for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (poison) => {
      expect(acted.exec(everything(poison).replaceAll('\n', ''))).toBeNull();
    }),
    { numRuns: 60 },
  );
});

it('masks phone numbers wherever they turn up', () => {
  const text = everything('+1 202 555 0101');
  expect(text).toContain('•••01');
  expect(text).not.toMatch(/555.?0101/);
});
