import { beforeAll, describe, expect, test } from 'vitest';
import { critical, event, lay, ready, stillHeld, stillOpen } from './ground.ts';
import { climbing, moments, nothing, stoppedAt, whatIsLeft } from './stopping.ts';

const ground: { state: string } = { state: '' };
beforeAll(async () => {
  ground.state = await lay();
}, 60_000);
const here = (more: Parameters<typeof ready>[1] = {}) => ready(ground.state, more);

describe('Ctrl-C and SIGTERM', () => {
  // test/exhaustive has every moment, signal and way.
  const sample = moments.filter(({ name }) =>
    ['accepted', 'person_notified', 'waiting to see whether anybody further', 'resolved'].includes(name),
  );

  test.each(sample.map((moment, index) => [moment.name, index % 2 === 0 ? 'SIGINT' : 'SIGTERM', moment] as const))(
    'at "%s" a %s ends the drill, and nothing is left ringing',
    async (_name, signal, moment) => {
      const made = await here();
      await stoppedAt(made, moment, signal);
      expect(await whatIsLeft(made)).toEqual(nothing);
    },
  );

  test('while an escalation climbs, nobody further is woken', async () => {
    const made = await here();
    const [moment] = climbing;
    if (moment === undefined) throw new Error('no moment');
    const { outcome } = await stoppedAt(made, moment, 'SIGINT', { escalation: true });
    expect(outcome?.people.map(({ name }) => name)).toEqual(['Ada Example']);
    expect(await whatIsLeft(made)).toEqual(nothing);
  });

  test('pressed twice it stops at once, names what is left and the command, and that command ends it', async () => {
    const made = await here();
    const { code, outcome } = await made.run.testAlert({}, (news, send) => {
      if (news.type === 'hop' && news.hop.hop === 'person_notified') send('SIGINT');
      if (news.type === 'cleaning') send('SIGINT');
    });
    expect(code).toBe(130);
    expect(outcome?.leftBehind.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^the alert of drill .* in Alertmanager; it ends by itself at /),
      expect.stringMatching(/^incident #1: /),
    ]);
    expect(stillOpen(made)).toEqual([1]);
    const { cleaned } = await made.run.testAlert({ cleanup: true });
    expect(cleaned?.cleaned.join()).toMatch(/the alert of drill .* in Alertmanager/);
    expect(await whatIsLeft(made)).toEqual(nothing);
  });

  test('a drill that was killed ends by itself in Alertmanager, and that closes its incident', async () => {
    const made = await here({ people: 'asleep' });
    await made.run.testAlert({}, (news, send) => {
      if (news.type === 'hop' && news.hop.hop === 'person_notified') send('SIGTERM');
      if (news.type === 'cleaning') send('SIGTERM');
    });
    expect(stillOpen(made)).toEqual([1]);
    made.sandbox.doAction('advance', '6m');
    expect(stillOpen(made)).toEqual([]);
  });
});

describe('--cleanup', () => {
  test('finds nothing where nothing was left', async () => {
    const { code, cleaned } = await (await here()).run.testAlert({ cleanup: true });
    expect(code).toBe(0);
    expect(cleaned).toMatchObject({ cleaned: [], spared: [], leftBehind: [] });
  });

  test('resolves left-over drills and nothing else: not a real incident, nor one that other alerts are in', async () => {
    const made = await here({ people: 'asleep' });
    const id = '01K4N4YQ0000000000000000C0';
    await event(made, critical, 'The database is gone', { custom_details: {} });
    await event(made, critical, 'A drill of last week', { custom_details: { pmp_drill: id } });
    expect(stillOpen(made)).toEqual([1, 2]);
    made.sandbox.plantIncident({
      title: 'both',
      service: critical,
      created: '5m',
      status: 'triggered',
      alerts: [{ severity: 'critical', details: { pmp_drill: id } }, { severity: 'critical' }],
      log: [],
    });
    const { code, cleaned } = await made.run.testAlert({ cleanup: true });
    expect(code).toBe(0);
    expect(cleaned?.cleaned).toEqual([`incident #2 of drill ${id}`]);
    expect(cleaned?.spared).toEqual(['incident #3: alerts that are no drill are in it too']);
    expect(new Set(stillOpen(made))).toEqual(new Set([1, 3]));
  });
});

describe('the end', () => {
  test('a resolve that never comes is made up for by API, and said', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({}, (news) => {
      // Alertmanager can no longer reach PagerDuty.
      if (news.type === 'hop' && news.hop.hop === 'snoozed') made.sandbox.fault('503:POST /v2/enqueue');
    });
    expect(drilled.code).toBe(0);
    const closing = drilled.outcome?.checks.find(({ id }) => id === 'drill-closing')?.verdict;
    expect(closing).toMatchObject({ status: 'warn', evidence: expect.stringContaining('resolved by API') });
    expect(stillOpen(made)).toEqual([]);
  });

  test('what cannot be ended is named, with the command that does it', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({ via: 'events' }, (news) => {
      if (news.type !== 'hop' || news.hop.hop !== 'snoozed') return;
      made.sandbox.fault('503:POST /v2/enqueue');
      made.sandbox.fault('503:PUT /incidents*');
    });
    expect(drilled.code).toBe(1);
    expect(drilled.outcome?.leftBehind).toMatchObject([
      {
        what: expect.stringMatching(/^the alert of drill .* in PagerDuty: its resolve was not accepted$/),
        command: 'pmp-pd test-alert --cleanup --yes',
      },
      { what: 'incident #1: it could not be resolved', command: 'pmp-pd test-alert --cleanup --yes' },
    ]);
    expect(stillOpen(made)).toEqual([1]);
    made.sandbox.fault('none');
    await made.run.testAlert({ cleanup: true });
    expect(stillOpen(made)).toEqual([]);
    expect(await stillHeld(made)).toBe(0);
  });
});
