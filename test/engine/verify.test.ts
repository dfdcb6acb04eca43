import { describe, expect, test } from 'vitest';
import {
  chooseChecks,
  PmpError,
  runVerify,
  verifyExitCode,
  verifyUntil,
  type Check,
  type EngineEvent,
  type ErrorId,
  type Verdict,
  type VerifyOptions,
} from '../../src/engine/index.ts';
import type { Answers } from '../../src/model/index.ts';
import type { ReadWorld } from '../../src/ports/index.ts';

const answers = {} as Answers;
const options: VerifyOptions = { now: 0, maxAge: 60, requireHuman: false, byGuidesNames: false };
const all = { only: [], skip: [] };
const pass: Verdict = { status: 'pass', evidence: 'seen' };
const warn: Verdict = { status: 'warn', evidence: 'odd', hint: 'Look.' };
const fail: Verdict = { status: 'fail', evidence: 'broken', hint: 'Mend it.' };
const skip: Verdict = { status: 'skip', evidence: 'unseen' };

/** Time that only sleeping moves. */
class Time {
  now = 0;
  readonly slept: string[] = [];
  readonly world = {
    clock: {
      now: () => this.now,
      sleep: (milliseconds: number, why: string, signal?: AbortSignal) => {
        if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
        this.now += milliseconds;
        this.slept.push(why);
        return Promise.resolve();
      },
    },
  } as unknown as ReadWorld;
}

function check(id: string, verdict: Verdict | (() => Verdict | Promise<Verdict>), more: Partial<Check> = {}): Check {
  const item = /^\d\d-/.test(id) ? { item: Number(id.slice(0, 2)) } : {};
  return { id, title: id, ...item, run: async () => (typeof verdict === 'function' ? verdict() : verdict), ...more };
}
const throwing = (id: string, error: ErrorId) =>
  check(id, () => {
    throw new PmpError(error, { message: 'it went wrong', cause: 'because', fix: 'Do this.' });
  });
const run = async (...checks: readonly Check[]) => runVerify(checks, answers, new Time().world, options, all);
const statuses = (verified: { readonly checks: readonly { readonly id: string; readonly verdict: Verdict }[] }) =>
  verified.checks.map(({ id, verdict }) => `${id} ${verdict.status}`);

describe('every check gets its verdict', () => {
  test('side by side, told in their own order, and counted', async () => {
    const ended: string[] = [];
    const slow = check('01-a', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended.push('01-a');
      return pass;
    });
    const quick = check('b', () => (ended.push('b'), warn));
    const verified = await run(slow, quick, check('02-c', fail), check('d', skip));
    expect(ended).toEqual(['b', '01-a']);
    expect(statuses(verified)).toEqual(['01-a pass', 'b warn', '02-c fail', 'd skip']);
    expect(verified).toMatchObject({ summary: { pass: 1, warn: 1, fail: 1, skip: 1 }, counted: [1, 2] });
  });

  test('a check that crashes is a failure with the error’s way out, and hides no other', async () => {
    const verified = await run(throwing('01-a', 'name-twice'), check('b', pass));
    expect(verified.checks[0]).toMatchObject({
      verdict: { status: 'fail', evidence: 'it went wrong: because', hint: 'Do this.' },
      error: { id: 'name-twice' },
    });
    expect(statuses(verified)[1]).toBe('b pass');
  });

  test('a mistake of ours is said as one', async () => {
    const verified = await run(
      check('a', () => {
        throw new TypeError('x is not a function');
      }),
    );
    expect(verified.checks[0]).toMatchObject({ verdict: { status: 'fail' }, error: { id: 'internal' } });
  });

  test.each(['kubernetes-unreachable', 'kubernetes-credentials', 'kubernetes-permission', 'kubernetes-config'] as const)(
    'what a shut cluster hides (%s) is not provable, and no failure of the set-up',
    async (id) => {
      const verified = await run(throwing('06-a', id));
      expect(verified.checks[0]).toMatchObject({ verdict: { status: 'skip', evidence: 'not seen: it went wrong: because' } });
      expect(verified.checks[0]).not.toHaveProperty('error');
    },
  );

  test('text from servers reaches nobody’s terminal raw', async () => {
    const verified = await run(check('a', { status: 'fail', evidence: 'a\u001B[31mred\u202E', hint: 'b\u0007ell' }));
    expect(verified.checks[0]?.verdict).toEqual({ status: 'fail', evidence: 'ared', hint: 'bell' });
  });

  test('an interruption ends all of it', async () => {
    await expect(run(check('a', pass), throwing('b', 'interrupted'))).rejects.toMatchObject({ id: 'interrupted' });
  });
});

describe('what cannot be proven without something else', () => {
  const needy = check('08-b', pass, { needs: ['01-a'] });

  test.each([
    [pass, 'pass', 'seen'],
    [warn, 'pass', 'seen'],
    [fail, 'skip', 'not provable while 01-a fails'],
    [skip, 'skip', 'not provable while 01-a is not'],
  ])('is as good as what it needs: %j', async (verdict, status, evidence) => {
    const verified = await run(needy, check('01-a', verdict));
    expect(verified.checks[0]?.verdict).toEqual({ status, evidence });
  });

  test('a need that was not chosen is taken to be in place', async () => {
    const verified = await runVerify([needy, check('01-a', fail)], answers, new Time().world, options, { only: ['8'], skip: [] });
    expect(statuses(verified)).toEqual(['08-b pass']);
    expect(verified.counted).toEqual([8]);
  });

  test('checks that need each other are a mistake of ours, said at once', async () => {
    await expect(run(check('a', pass, { needs: ['b'] }), check('b', pass, { needs: ['a'] }))).rejects.toThrow('need each other');
  });
});

describe('choosing checks', () => {
  const list = [check('01-services-exist', pass), check('08-test-alert', pass), check('high-drill', pass)];
  const ids = (choice: { readonly skip: readonly string[] }) => chooseChecks(list, { ...all, ...choice }).map(({ id }) => id);

  test.each(['8', '08', '08-test-alert', 'test-alert', 'TEST-ALERT'])('by number or name: %s', (name) => {
    expect(chooseChecks(list, { only: [name], skip: [] }).map(({ id }) => id)).toEqual(['08-test-alert']);
  });

  test('skip takes away from what is chosen, in the order of the list', () => {
    expect(ids({ skip: ['8'] })).toEqual(['01-services-exist', 'high-drill']);
    expect(chooseChecks(list, { only: ['high-drill', '1'], skip: ['1'] }).map(({ id }) => id)).toEqual(['high-drill']);
  });

  test('a name that no check has is wrong usage and lists what there is', () => {
    expect(() => chooseChecks(list, { only: ['12'], skip: [] })).toThrow('there is no check "12"');
    expect(() => chooseChecks(list, { only: [], skip: ['nope'] })).toThrow(expect.objectContaining({ id: 'usage' }));
  });
});

describe('exit codes', () => {
  test.each([
    ['all of it passes', [check('01-a', pass)], 0],
    ['an item warns', [check('01-a', warn)], 0],
    ['an item fails', [check('01-a', fail)], 1],
    ['an item is not provable', [check('01-a', skip)], 1],
    ['a further check is not provable', [check('01-a', pass), check('b', skip)], 0],
    ['a further check fails', [check('01-a', pass), check('b', fail)], 1],
    ['PagerDuty cannot be read', [throwing('01-a', 'pagerduty-credentials'), check('b', fail)], 4],
    ['the cluster cannot be reached', [throwing('06-a', 'kubernetes-unreachable')], 1],
  ] as const)('%s', async (_what, checks, code) => {
    expect(verifyExitCode(await run(...checks), { strict: false })).toBe(code);
  });

  test('--strict makes warnings count, and nothing else', async () => {
    expect(verifyExitCode(await run(check('b', warn)), { strict: true })).toBe(3);
    expect(verifyExitCode(await run(check('b', warn), check('01-a', fail)), { strict: true })).toBe(1);
    expect(verifyExitCode(await run(check('01-a', pass), check('b', skip)), { strict: true })).toBe(0);
  });
});

describe('--wait', () => {
  const wait = 600_000;
  const until = async (time: Time, checks: readonly Check[], more: { readonly wait?: number; readonly signal?: AbortSignal } = {}) => {
    const events: EngineEvent[] = [];
    const forgotten: number[] = [];
    const patience = { wait, forget: () => forgotten.push(time.now), tell: (event: EngineEvent) => events.push(event), ...more };
    const verified = await verifyUntil(checks, answers, time.world, options, all, patience);
    return { verified, events, forgotten };
  };
  /** Turns green at that time. */
  const signsIn = (time: Time, at: number) =>
    check('reachability', () => (time.now < at ? { ...warn, awaits: 'Ada Example to sign in to the app' } : pass));

  test('looks again until people have done their part, and only at that', async () => {
    const time = new Time();
    let looks = 0;
    const other = check('01-a', () => ((looks += 1), pass));
    const { verified, events, forgotten } = await until(time, [other, signsIn(time, 40_000)]);
    expect(statuses(verified)).toEqual(['01-a pass', 'reachability pass']);
    expect(time.now).toBe(45_000);
    expect(looks).toBe(1);
    expect(forgotten).toEqual([15_000, 30_000, 45_000]);
    expect(events[0]).toEqual({ type: 'waiting', why: 'for Ada Example to sign in to the app', seconds: 600 });
  });

  test('what could not be proven because of it is proven then', async () => {
    const time = new Time();
    const { verified } = await until(time, [signsIn(time, 10_000), check('b', pass, { needs: ['reachability'] })]);
    expect(statuses(verified)).toEqual(['reachability pass', 'b pass']);
  });

  test('a need that keeps failing keeps what needs it unproven', async () => {
    const time = new Time();
    const { verified } = await until(time, [signsIn(time, 10_000), check('01-a', fail), check('08-b', pass, { needs: ['01-a'] })]);
    expect(statuses(verified)).toEqual(['reachability pass', '01-a fail', '08-b skip']);
  });

  test('does not wait for what only a change of the set-up can mend', async () => {
    const time = new Time();
    const { verified } = await until(time, [check('01-a', fail), check('06-b', skip)]);
    expect(time.now).toBe(0);
    expect(verified.summary).toMatchObject({ fail: 1, skip: 1 });
  });

  test('ends when the time is up, with what was seen last', async () => {
    const time = new Time();
    const { verified } = await until(time, [signsIn(time, Infinity)], { wait: 40_000 });
    expect(time.now).toBe(40_000);
    expect(statuses(verified)).toEqual(['reachability warn']);
  });

  test('without it, looks once', async () => {
    const time = new Time();
    await until(time, [signsIn(time, 10_000)], { wait: 0 });
    expect(time.slept).toEqual([]);
  });

  test('Ctrl-C ends the wait at once, and what was found until then is kept', async () => {
    const time = new Time();
    const reason = new PmpError('interrupted', { message: 'interrupted', fix: 'Run it again.' });
    const { verified } = await until(time, [signsIn(time, Infinity)], { signal: AbortSignal.abort(reason) });
    expect(verified.checks.map(({ id, verdict }) => `${id} ${verdict.status}`)).toEqual(['reachability warn']);
  });
});

test('--only and --skip that leave nothing are refused: nothing looked at would be nothing proven', () => {
  const check: Check = { id: 'coverage', title: 'coverage', run: () => Promise.resolve({ status: 'pass', evidence: 'seen' }) };
  expect(() => chooseChecks([check], { only: ['coverage'], skip: ['coverage'] })).toThrow('leave no check at all');
  expect(chooseChecks([check], { only: ['coverage'], skip: [] })).toEqual([check]);
});
