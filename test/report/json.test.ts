import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorIds, PmpError, type SetupOutcome } from '../../src/engine/index.ts';
import { documentText, errorJson, planJson, sandboxStatusJson, setupJson } from '../../src/report/index.ts';
import { departures, mixed, partial, refused } from './support.ts';
import { status } from './status-view.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats(ajv);
const schema = (name: string) =>
  ajv.compile(JSON.parse(readFileSync(new URL(`../../templates/schema/${name}.schema.json`, import.meta.url), 'utf8')) as object);
const shipped = { setup: schema('setup'), error: schema('error'), status: schema('sandbox-status') };

/** As a consumer sees it: through the text, by the shipped schema. */
function errorsOf(name: keyof typeof shipped, document: Parameters<typeof documentText>[0]): unknown {
  return shipped[name](JSON.parse(documentText(document))) ? [] : shipped[name].errors;
}

it('says everything the contract names, in its names, with times in UTC and durations in seconds', () => {
  expect(errorsOf('setup', setupJson(partial))).toEqual([]);
  expect(setupJson(partial)).toMatchObject({
    schema_version: 1,
    command: 'setup',
    sandbox: true,
    success: false,
    exit_code: 6,
    notes: departures,
    coverage: [
      {
        schedule: 'PMP Primary On-Call',
        policy: 'PMP Critical Escalation',
        level: 1,
        from: '2026-01-05T00:00:00.000Z',
        until: '2026-02-16T00:00:00.000Z',
        hours: 1008,
        covered_hours: 1007,
        gaps: [{ start: '2026-01-07T01:00:00.000Z', end: '2026-01-07T02:00:00.000Z' }],
        overlaps: [{ start: '2026-01-08T01:00:00.000Z', end: '2026-01-08T02:00:00.000Z', who: ['ada@example.com', 'ben@example.com'] }],
      },
    ],
    calls: { pagerduty: { reads: 12, writes: 3, retries: 1 }, kubernetes: { reads: 4, writes: 1, retries: 0 } },
    seconds: 34.568,
    error: {
      id: 'alertmanager-refused',
      message: refused.facts.message,
      cause: refused.facts.cause,
      fix: refused.facts.fix,
      step: '06-alertmanager',
      resource: 'alertmanager configuration monitoring/alertmanager',
    },
  });
});

it('says how many seats are paid for and what they cost, of the plan that the account has, and nothing where nothing is known', () => {
  const plans = [
    { name: 'Professional', monthly: 25, yearly: 21.5 },
    { name: 'Business', monthly: 49, yearly: 41 },
  ];
  const prices = { source: 'https://example.com', read: '2026-09-20', currency: 'USD', plans };
  const paid = setupJson(partial, { paged: 3, license: 'Professional (Full User)', prices });
  expect(errorsOf('setup', paid)).toEqual([]);
  expect(paid['seats']).toEqual({
    needed: 3,
    license: 'Professional (Full User)',
    cost: { currency: 'USD', price_list: '2026-09-20', plans: [{ name: 'Professional', monthly: 75, yearly: 64.5 }] },
  });
  const unknown = setupJson(partial, { paged: 3 });
  expect(errorsOf('setup', unknown)).toEqual([]);
  expect(unknown['seats']).toEqual({ needed: 3, license: null, cost: null });
  expect(setupJson(partial)).not.toHaveProperty('seats');
});

it('numbers the ten steps as the guide does and gives every resource its action', () => {
  const { steps } = setupJson(partial);
  expect(steps).toHaveLength(10);
  expect(steps).toContainEqual({
    step: 7,
    id: '07-test-alert',
    title: 'Test Integration',
    status: 'skipped',
    resources: [
      {
        kind: 'drill route',
        name: 'monitoring/alertmanager',
        action: 'skip',
        detail: 'it needs alertmanager configuration monitoring/alertmanager, which failed',
      },
    ],
  });
});

it('has no error where nothing failed, and the first failure of a step where the run itself names none', () => {
  const { error: _, ...silent } = partial;
  expect(setupJson({ ...silent, success: true, exitCode: 0, steps: [] })).not.toHaveProperty('error');
  expect(setupJson(silent)).toHaveProperty('error.id', 'alertmanager-refused');
});

it('shows a plan in the same shape and calls nothing done that was only planned', () => {
  const document = planJson(mixed, { ...partial, exitCode: 5 });
  expect(errorsOf('setup', document)).toEqual([]);
  const statuses = (document['steps'] as { status: string }[]).map((step) => step.status);
  expect(statuses).toContain('planned');
  expect(statuses).not.toContain('done');
});

it('is a valid document of its command also when nothing could begin', () => {
  const misuse = new PmpError('usage', { message: 'there is no option --fast', fix: 'See pmp-pd setup --help' });
  expect(errorsOf('setup', errorJson('setup', misuse, 2))).toEqual([]);
  expect(errorsOf('error', errorJson('verfiy', misuse, 2, { sandbox: true }))).toEqual([]);
  expect(errorsOf('error', errorJson('', misuse, 2))).toEqual([]);
  expect(errorJson('setup', misuse, 2)).toMatchObject({ success: false, exit_code: 2, steps: [], error: { id: 'usage', cause: null } });
});

it('describes the sandbox by its schema, phone numbers masked', () => {
  const document = sandboxStatusJson(status);
  expect(errorsOf('status', document)).toEqual([]);
  expect(documentText(document)).not.toMatch(/555.?0101/);
  expect(document).toMatchObject({ account_plan: 'trial', now: '2026-01-05T13:00:00.000Z' });
});

it.each([
  ['an unknown field', { surprise: 1 }],
  [
    'a local time',
    {
      coverage: [
        { schedule: 's', from: '2026-01-05 00:00', until: '2026-01-05T00:00:00Z', hours: 1, covered_hours: 1, gaps: [], overlaps: [] },
      ],
    },
  ],
  [
    'an unknown action',
    { steps: [{ step: 1, id: 'x', title: 'x', status: 'done', resources: [{ kind: 'k', name: 'n', action: 'delete' }] }] },
  ],
  ['an eleventh step', { steps: [{ step: 11, id: 'x', title: 'x', status: 'done', resources: [] }] }],
])('the schema refuses %s', (_, wrong) => {
  expect(shipped.setup({ ...setupJson(partial), ...wrong })).toBe(false);
});

const text = fc.string({ unit: 'binary', maxLength: 40 });
const instant = fc.integer({ min: 0, max: 4e12 });
const natural = fc.nat(10_000);
const actions = ['create', 'update', 'adopt', 'unchanged', 'replace', 'wait', 'skip', 'fail'] as const;
const error = fc
  .record({
    id: fc.constantFrom(...errorIds),
    message: text,
    fix: text,
    cause: fc.option(text, { nil: undefined }),
    step: fc.option(text, { nil: undefined }),
    problems: fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined }),
  })
  .map(
    ({ id, message, fix, cause, step, problems }) =>
      new PmpError(id, {
        message,
        fix,
        ...(cause === undefined ? {} : { cause }),
        ...(step === undefined ? {} : { step }),
        ...(problems === undefined ? {} : { problems }),
      }),
  );
const resource = fc
  .record({
    kind: text,
    name: text,
    action: fc.constantFrom(...actions),
    detail: fc.option(text, { nil: undefined }),
    error: fc.option(error, { nil: undefined }),
  })
  .map(({ detail, error, ...rest }) => ({
    ...rest,
    ...(detail === undefined ? {} : { detail }),
    ...(error === undefined ? {} : { error }),
  }));
const step = fc.record({
  id: text,
  number: fc.integer({ min: 1, max: 10 }),
  title: text,
  status: fc.constantFrom('done', 'unchanged', 'waiting', 'failed', 'skipped'),
  resources: fc.array(resource, { maxLength: 5 }),
});
const span = fc.record({ start: instant, end: instant });
const coverage = fc
  .record({
    schedule: text,
    policy: fc.option(text, { nil: undefined }),
    level: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    from: instant,
    until: instant,
    hours: fc.float({ min: 0, max: 10_000, noNaN: true }),
    coveredHours: fc.float({ min: 0, max: 10_000, noNaN: true }),
    gaps: fc.array(span, { maxLength: 3 }),
    overlaps: fc.array(
      span.chain((s) => fc.array(text, { maxLength: 3 }).map((who) => ({ ...s, who }))),
      { maxLength: 3 },
    ),
  })
  .map(({ policy, level, ...rest }) => ({
    ...rest,
    ...(policy === undefined ? {} : { policy }),
    ...(level === undefined ? {} : { level }),
  }));
const calls = fc.record({ reads: natural, writes: natural, retries: natural });
const outcome: fc.Arbitrary<SetupOutcome> = fc
  .record({
    sandbox: fc.boolean(),
    mode: fc.constantFrom('plan', 'apply'),
    success: fc.boolean(),
    exitCode: fc.constantFrom(0, 1, 2, 4, 5, 6, 130, 143),
    steps: fc.array(step, { maxLength: 10 }),
    departures: fc.array(fc.record({ guide: text, done: text, why: text }), { maxLength: 3 }),
    coverage: fc.array(coverage, { maxLength: 3 }),
    todos: fc.array(fc.record({ who: text, what: text }), { maxLength: 3 }),
    calls: fc.record({ pagerduty: calls, kubernetes: calls }),
    seconds: fc.float({ min: 0, max: 100_000, noNaN: true }),
    error: fc.option(error, { nil: undefined }),
  })
  .map(({ error, ...rest }) => ({ command: 'setup', ...rest, ...(error === undefined ? {} : { error }) }));

it('is valid by the shipped schema for every outcome there can be', () => {
  fc.assert(
    fc.property(outcome, (one) => {
      expect(errorsOf('setup', setupJson(one))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
