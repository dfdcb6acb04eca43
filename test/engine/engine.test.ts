import { describe, expect, test } from 'vitest';
import {
  applyPlan,
  leftOver,
  makePlan,
  PmpError,
  refuseForeign,
  foreignChanges,
  workOf,
  type Change,
  type EngineEvent,
  type Step,
} from '../../src/engine/index.ts';
import { keyOf, named, type Brief, type FieldDiff, type Seen } from '../../src/model/index.ts';
import type { World } from '../../src/ports/index.ts';

interface Thing {
  readonly kind: 'thing';
  readonly name: string;
  readonly size: number;
  readonly needs?: readonly string[];
}

/** A shelf is the world of these tests: things by name, and what happened to it. */
class Shelf {
  readonly things = new Map<string, Seen<Thing>>();
  readonly log: string[] = [];
  refuse: string | undefined;

  step(wanted: readonly Thing[], more: Partial<Step<Thing>> = {}): Step<Thing> {
    return {
      id: '01-things',
      number: 1,
      title: 'Things',
      desired: () => named(wanted),
      read: async (_world, want) => new Map([...want.values()].flatMap((w) => this.#found(w))),
      diff: (before, after): FieldDiff[] =>
        before.size === after.size ? [] : [{ field: 'size', from: String(before.size), to: String(after.size) }],
      apply: async (_world, change) => this.#write(change),
      ...more,
    };
  }

  #found(want: Thing): [string, Seen<Thing>][] {
    const seen = this.things.get(want.name);
    return seen ? [[keyOf(want), seen]] : [];
  }

  async #write({ wanted }: Change<Thing>): Promise<undefined> {
    this.log.push(`start ${wanted.name}`);
    await new Promise((resolve) => setImmediate(resolve));
    if (wanted.name === this.refuse) throw new PmpError('pagerduty-refused', { message: `${wanted.name} is refused`, fix: 'Ask again.' });
    this.things.set(wanted.name, { value: wanted, ours: true });
    this.log.push(`end ${wanted.name}`);
    return undefined;
  }
}

const brief = {} as Brief;
const world = {} as World;
const thing = (name: string, size = 1, needs: readonly string[] = []): Thing => ({
  kind: 'thing',
  name,
  size,
  needs: needs.map((n) => `thing ${n}`),
});
const actions = async (step: Step<Thing>) =>
  (await makePlan([step], brief, world, 0)).steps[0]?.changes.map((c) => `${c.wanted.name} ${c.action}`);

describe('a plan says what will happen to each object', () => {
  test('absent is created, different is updated, equal is left alone', async () => {
    const shelf = new Shelf();
    shelf.things.set('b', { value: thing('b', 2), ours: true });
    shelf.things.set('c', { value: thing('c'), ours: true });
    expect(await actions(shelf.step([thing('a'), thing('b'), thing('c')]))).toEqual(['a create', 'b update', 'c unchanged']);
    expect(shelf.log).toEqual([]);
  });

  test('what others made is adopted only when it differs, and only with leave', async () => {
    const shelf = new Shelf();
    shelf.things.set('theirs', { value: thing('theirs', 9), ours: false });
    shelf.things.set('same', { value: thing('same'), ours: false });
    const plan = await makePlan([shelf.step([thing('theirs'), thing('same')])], brief, world, 0);
    expect(foreignChanges(plan).map((c) => c.wanted.name)).toEqual(['theirs']);
    expect(() => refuseForeign(foreignChanges(plan))).toThrow(/"theirs" was not made by pmp-pd.*size \(9 → 1\)/);
  });

  test('a missing part of what others made needs leave too', async () => {
    const shelf = new Shelf();
    shelf.things.set('part', { value: undefined, ours: false, partOf: 'user ada@example.com' });
    expect(await actions(shelf.step([thing('part')]))).toEqual(['part adopt']);
  });

  test('what only a person can complete waits, and is no work', async () => {
    const shelf = new Shelf();
    shelf.things.set('push', { value: undefined, ours: true, waiting: 'Ada signs in' });
    const plan = await makePlan([shelf.step([thing('push')])], brief, world, 0);
    expect(plan.steps[0]?.changes[0]).toMatchObject({ action: 'wait', waiting: ['Ada signs in'] });
    expect(workOf(plan)).toEqual([]);
  });

  test('a difference that only a person completes is shown as waiting, and is not applied', async () => {
    const shelf = new Shelf();
    shelf.things.set('user', { value: thing('user', 5), ours: true });
    const step = shelf.step([thing('user')], {
      diff: () => [{ field: 'role', from: 'observer', to: 'responder', waiting: 'an admin changes it' }],
    });
    const plan = await makePlan([step], brief, world, 0);
    expect(plan.steps[0]?.changes[0]).toMatchObject({ action: 'wait', diffs: [], waiting: ['role: an admin changes it'] });
    expect(workOf(plan)).toEqual([]);
  });

  test('what the server cannot update is replaced when it is ours', async () => {
    const shelf = new Shelf();
    shelf.things.set('hook', { value: thing('hook', 5), ours: true });
    const step = shelf.step([thing('hook')], { diff: () => [{ field: 'url', from: 'a', to: 'b', replace: true }] });
    expect(await actions(step)).toEqual(['hook replace']);
  });
});

describe('applying', () => {
  const run = async (shelf: Shelf, wanted: readonly Thing[], signal?: AbortSignal) => {
    const steps = [shelf.step(wanted)];
    const plan = await makePlan(steps, brief, world, 0);
    const events: EngineEvent[] = [];
    const results = await applyPlan(steps, plan, world, { tell: (e) => events.push(e), ...(signal ? { signal } : {}) });
    return { steps, plan, events, resources: results.flatMap((r) => r.resources), status: results[0]?.status };
  };

  test('an object waits for what it needs, and bulk work does not wait with it', async () => {
    const shelf = new Shelf();
    await run(shelf, [thing('service', 1, ['policy']), thing('policy', 1, ['ada']), thing('ada'), thing('ben'), thing('cleo')]);
    expect(shelf.log.indexOf('start policy')).toBeGreaterThan(shelf.log.indexOf('end ada'));
    expect(shelf.log.indexOf('start service')).toBeGreaterThan(shelf.log.indexOf('end policy'));
    expect(shelf.log.indexOf('start cleo')).toBeLessThan(shelf.log.indexOf('end ada'));
  });

  test('a failure names step and object, and what needed it is not tried', async () => {
    const shelf = new Shelf();
    shelf.refuse = 'policy';
    const { resources, status, events } = await run(shelf, [
      thing('policy'),
      thing('service', 1, ['policy']),
      thing('key', 1, ['service']),
      thing('ben'),
    ]);
    expect(resources.map((r) => `${r.name} ${r.action}`)).toEqual(['policy fail', 'service skip', 'key skip', 'ben create']);
    expect(resources[0]?.error?.facts).toMatchObject({ message: 'policy is refused', step: '01-things', resource: 'thing policy' });
    expect(resources[1]?.detail).toBe('it needs thing policy, which failed');
    expect(status).toBe('failed');
    expect(events.filter((e) => e.type === 'done')).toHaveLength(1);
  });

  test('what could not be made waits, says why, and holds up nobody', async () => {
    const shelf = new Shelf();
    const steps = [
      shelf.step([thing('grouping'), thing('service', 1, ['grouping'])], {
        apply: async (_world, { wanted }) => (wanted.name === 'grouping' ? { waiting: 'the plan refuses it' } : 'as asked'),
      }),
    ];
    const plan = await makePlan(steps, brief, world, 0);
    const events: EngineEvent[] = [];
    const [step] = await applyPlan(steps, plan, world, { tell: (e) => events.push(e) });
    expect(step?.resources).toEqual([
      { kind: 'thing', name: 'grouping', action: 'wait', detail: 'the plan refuses it' },
      { kind: 'thing', name: 'service', action: 'create', detail: 'as asked' },
    ]);
    expect(step?.status).toBe('done');
    expect(events).toContainEqual({
      type: 'done',
      step: '01-things',
      key: 'thing grouping',
      action: 'wait',
      detail: 'the plan refuses it',
    });
  });

  test('after an interruption nothing new is started', async () => {
    const shelf = new Shelf();
    const { resources } = await run(shelf, [thing('ada')], AbortSignal.abort());
    expect(resources.map((r) => r.action)).toEqual(['skip']);
    expect(shelf.log).toEqual([]);
  });

  test('resources that need each other are a mistake of ours, said at once', async () => {
    await expect(run(new Shelf(), [thing('a', 1, ['b']), thing('b', 1, ['a'])])).rejects.toThrow('need each other');
  });

  test('a thrown thing that is no PmpError still names where it happened', async () => {
    const shelf = new Shelf();
    const steps = [shelf.step([thing('a')], { apply: () => Promise.reject(new TypeError('x is not a function')) })];
    const plan = await makePlan(steps, brief, world, 0);
    const [step] = await applyPlan(steps, plan, world, { tell: () => undefined });
    expect(step?.resources[0]?.error).toMatchObject({ id: 'internal', facts: { cause: 'x is not a function', resource: 'thing a' } });
  });
});

describe('the proof after applying', () => {
  test('a difference that is left is an error that names the field', async () => {
    const shelf = new Shelf();
    const lossy = shelf.step([thing('a', 3)], {
      apply: async () => {
        shelf.things.set('a', { value: thing('a', 2), ours: true });
        return undefined;
      },
    });
    const before = await makePlan([lossy], brief, world, 0);
    await applyPlan([lossy], before, world, { tell: () => undefined });
    const [left] = leftOver(before, await makePlan([lossy], brief, world, 0));
    expect(left?.facts.message).toBe('thing "a" still differs: size is 2, wanted 3');
  });

  test('a device that appears while we run is not a difference', async () => {
    const shelf = new Shelf();
    shelf.things.set('push', { value: undefined, ours: true, waiting: 'Ada signs in' });
    const step = shelf.step([thing('push')]);
    const before = await makePlan([step], brief, world, 0);
    shelf.things.delete('push');
    const after = await makePlan([step], brief, world, 0);
    expect(workOf(after)).toHaveLength(1);
    expect(leftOver(before, after)).toEqual([]);
  });
});
