import { describe, expect, test } from 'vitest';
import { maintenanceWindows } from '../../src/checks/11-maintenance-windows.ts';
import type { MaintenanceWindow, WindowAnswer } from '../../src/model/index.ts';
import { answers, day, hour, run, window } from './support.ts';
import { said } from './said.ts';

const { criticalService, highService } = answers.names;
/** Saturday 22:00 in New York. */
const saturday = Date.parse('2026-09-13T02:00:00Z');
const dated: WindowAnswer = { name: 'Deployment', services: ['critical'], minutes: 120, when: { kind: 'date', start: '2026-09-12T22:00' } };
const weekly: WindowAnswer = {
  name: 'Database upgrade',
  services: ['critical', 'high'],
  minutes: 240,
  when: { kind: 'rule', rule: { ordinal: undefined, weekday: 6, time: '22:00' }, next: 3 },
};
const deployment = window('Deployment', saturday, 2, [criticalService]);
const upgrades = [0, 7, 14].map((days) => window('Database upgrade', saturday + days * day, 4));
const look = (planned: readonly WindowAnswer[] | 'none' | undefined, windows: readonly MaintenanceWindow[]) =>
  run(maintenanceWindows, { windows }, { answers: { windows: planned } });

describe('every window of the answers is in PagerDuty', () => {
  test('by date and by rule', async () => {
    const verdict = await look([dated, weekly], [deployment, ...upgrades]);
    expect(verdict).toMatchObject(
      said(
        'pass',
        /"Deployment" 2026-09-13 02:00Z to 2026-09-13 04:00Z; "Database upgrade" 2026-09-13 02:00Z to 2026-09-13 06:00Z and 2 more/,
      ),
    );
  });

  test('one that is missing is named with its time', async () => {
    expect(await look([dated], [])).toMatchObject(said('fail', /"Deployment" of 2026-09-13 02:00Z is not in PagerDuty/, /pmp-pd setup/));
  });

  test('of a rule the next date must be there; fewer than planned only warn', async () => {
    expect(await look([weekly], upgrades.slice(1))).toMatchObject(said('fail', /"Database upgrade" of 2026-09-13 02:00Z/));
    expect(await look([weekly], upgrades.slice(0, 1))).toMatchObject(
      said('warn', /1 of the next 3 dates of "Database upgrade"/, /pmp-pd setup/),
    );
  });

  test.each([
    ['another time', { ...deployment, start: saturday + hour, end: saturday + 3 * hour }, /is not in PagerDuty/],
    ['another end', { ...deployment, end: saturday + hour }, /ends 2026-09-13 03:00Z, the answers say 2026-09-13 04:00Z/],
    [
      'another service',
      { ...deployment, services: [highService] },
      /leaves out "PMP Study - Critical"; .* also silences "PMP Study - High Priority"/,
    ],
    ['one service more', { ...deployment, services: [criticalService, highService] }, /also silences "PMP Study - High Priority"/],
  ] as const)('%s is not that window', async (_what, found, evidence) => {
    expect(await look([dated], [found as MaintenanceWindow])).toMatchObject(said('fail', evidence, /pmp-pd setup/));
  });

  test('one that began before it was made keeps the moment of its creation as its start', async () => {
    const running: WindowAnswer = { ...dated, when: { kind: 'date', start: '2026-09-09T09:30' } };
    const begun = Date.parse('2026-09-09T13:30:00Z');
    const found = { ...window('Deployment', begun, 2, [criticalService]), start: begun + 600_000 };
    expect(await look([running], [found])).toMatchObject({ status: 'pass' });
  });
});

describe('nothing planned', () => {
  test('is a failure that says how to plan one or to waive it', async () => {
    expect(await look(undefined, [])).toMatchObject(said('fail', /no maintenance window is planned for either service/, /windows: none/));
  });

  test('in the answers, but in PagerDuty by somebody else', async () => {
    expect(await look(undefined, upgrades)).toMatchObject(said('pass', /3 windows planned, the next "Database upgrade" 2026-09-13 02:00Z/));
    expect(await look(undefined, [window('Other', saturday, 1, ['Shop'])])).toMatchObject(said('fail', /for either service/));
  });

  test('any more: what was planned has ended', async () => {
    expect(await look([{ ...dated, when: { kind: 'date', start: '2026-09-01T22:00' } }], [])).toMatchObject(
      said('fail', /has ended/, /Plan one/),
    );
  });

  test('on purpose only warns', async () => {
    expect(await look('none', [])).toMatchObject(said('warn', /waived on purpose/, /deployment/));
  });
});
