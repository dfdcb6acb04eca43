import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { errorIds, PmpError, type CheckResult, type Verdict } from '../../src/engine/index.ts';
import { documentText, errorJson, verifyJson } from '../../src/report/index.ts';
import { bad, narrowed, outcomeOf, ready } from './verify-support.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
addFormats(ajv);
const valid = ajv.compile(
  JSON.parse(readFileSync(new URL('../../templates/schema/verify.schema.json', import.meta.url), 'utf8')) as object,
);
/** As a consumer sees it: through the text, by the shipped schema. */
const errorsOf = (document: Parameters<typeof documentText>[0]) => (valid(JSON.parse(documentText(document))) ? [] : valid.errors);

it('says everything the contract names, in its names', () => {
  const document = verifyJson(bad);
  expect(errorsOf(document)).toEqual([]);
  expect(document).toMatchObject({
    schema_version: 1,
    command: 'verify',
    sandbox: false,
    success: false,
    exit_code: 1,
    at: '2026-11-24T15:20:00.000Z',
    summary: { pass: 8, warn: 1, fail: 3, skip: 2 },
    counted: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    seconds: 3.242,
  });
  const { checks } = document as { checks: Record<string, unknown>[] };
  expect(checks[5]).toEqual({
    id: '06-kubernetes-secrets',
    item: 6,
    title: 'Kubernetes secrets created',
    status: 'fail',
    evidence: 'secret monitoring/pagerduty-secrets has no entry PAGERDUTY_SERVICE_KEY_HIGH',
    hint: 'Run pmp-pd setup --only 5 --only 6, which writes the key of PMP Study - High Priority into it',
    explain: '06-kubernetes-secrets',
  });
  expect(checks[9]).toMatchObject({ item: 10, status: 'pass', age_seconds: 781_200 });
});

it('is a success only where everything that counts holds, and says what was counted', () => {
  expect(verifyJson(ready)).toMatchObject({ success: true, exit_code: 0 });
  expect(verifyJson(outcomeOf(ready.checks, { exitCode: 3 }))).toMatchObject({ success: false });
  expect(verifyJson(narrowed)).toMatchObject({ success: true, counted: [1, 2, 3, 4, 5] });
  expect(errorsOf(verifyJson(ready))).toEqual([]);
});

it('names ours by null, and explains a crash by what happened', () => {
  const { checks, error } = verifyJson(bad) as { checks: Record<string, unknown>[]; error: unknown };
  expect(checks.find(({ id }) => id === 'coverage')).toMatchObject({ item: null, status: 'fail', explain: 'pagerduty-rubbish' });
  expect(error).toMatchObject({ id: 'pagerduty-rubbish', cause: 'final_schedule is missing' });
  expect(verifyJson(ready)).not.toHaveProperty('error');
});

it('keeps its shape where nothing could be looked at', () => {
  const error = new PmpError('pagerduty-credentials', { message: 'PagerDuty refuses the token', cause: '401', fix: 'Give another one' });
  const document = errorJson('verify', error, 4, { sandbox: true, seconds: 0.2 });
  expect(errorsOf(document)).toEqual([]);
  expect(document).toMatchObject({ sandbox: true, success: false, exit_code: 4, checks: [], error: { id: 'pagerduty-credentials' } });
});

const check = { id: 'x', item: 1, title: 'x', status: 'pass', evidence: 'seen', explain: 'x' };
it.each([
  ['a fail without a hint', { checks: [{ ...check, status: 'fail' }] }],
  ['a pass with a hint', { checks: [{ ...check, hint: 'Do' }] }],
  ['a skip with a hint', { checks: [{ ...check, status: 'skip', hint: 'Do' }] }],
  ['a twelfth item', { checks: [{ ...check, item: 12 }] }],
  ['an unknown status', { checks: [{ ...check, status: 'ok' }] }],
  ['an unknown field', { surprise: 1 }],
  ['a success with an error', { success: true, error: { id: 'usage', message: 'm', cause: null, fix: 'f' } }],
  ['a local time', { at: '2026-11-24 15:20' }],
])('the schema refuses %s', (_, wrong) => {
  expect(valid({ ...(JSON.parse(documentText(verifyJson(ready))) as object), ...wrong })).toBe(false);
});

const text = fc.string({ unit: 'binary', maxLength: 40 });
const id = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}$/);
const age = fc.option(fc.float({ min: 0, max: 1e8, noNaN: true }), { nil: undefined });
const verdict = fc
  .tuple(fc.constantFrom('pass', 'warn', 'fail', 'skip'), text, text, age)
  .map(([status, evidence, hint, ageSeconds]): Verdict => {
    const aged = ageSeconds === undefined ? {} : { ageSeconds };
    return status === 'warn' || status === 'fail' ? { status, evidence, hint, ...aged } : { status, evidence, ...aged };
  });
const result = fc
  .record({
    id,
    item: fc.option(fc.integer({ min: 1, max: 11 }), { nil: undefined }),
    title: text,
    verdict,
    crash: fc.constantFrom(...errorIds),
    crashed: fc.boolean(),
  })
  .map(({ crash, crashed, ...rest }): CheckResult => {
    if (!crashed) return rest;
    const error = new PmpError(crash, { message: rest.title, fix: rest.title });
    return { ...rest, verdict: { status: 'fail', evidence: rest.title, hint: rest.title }, error };
  });

it('is valid by the shipped schema for every outcome there can be', () => {
  fc.assert(
    fc.property(
      fc.array(result, { maxLength: 25 }),
      fc.boolean(),
      fc.float({ min: 0, max: 1e5, noNaN: true }),
      (checks, sandbox, seconds) => {
        const counted = [...new Set(checks.flatMap(({ item }) => (item === undefined ? [] : [item])))];
        expect(errorsOf(verifyJson(outcomeOf(checks, { sandbox, seconds, counted })))).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});
