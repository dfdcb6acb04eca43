import type { PlantedEntry, PlantedIncident } from '../../src/sandbox/pagerduty/plant.ts';
import { critical, high } from './account.ts';

/** A drill of the past, as PagerDuty would remember it. */
export interface Past {
  readonly service?: string;
  /** How long ago. */
  readonly created?: string;
  readonly log: readonly PlantedEntry[];
  /** The end of `test-alert`'s note; undefined: it wrote none. */
  readonly note?: string;
  /** The alert does not carry the mark. */
  readonly unmarked?: true;
  readonly status?: PlantedIncident['status'];
}

export const id = '01K4N4YQ0000000000000000C0';
const notify = (at: string, who: string, channel = 'push'): PlantedEntry => ({ type: 'notify', at, who: `${who}@example.com`, channel });
const escalate = (at: string, who: string): PlantedEntry => ({ type: 'escalate', at, assignees: [`${who}@example.com`] });
const acknowledge = (at: string, who: string): PlantedEntry => ({ type: 'acknowledge', at, who: `${who}@example.com`, channel: 'mobile' });

export const said = { notify, escalate, acknowledge };

export function drill({ service = critical, created = '3d', log, note, unmarked, status }: Past): PlantedIncident {
  const annotate = note === undefined ? [] : [{ type: 'annotate', at: '90m', note: `pmp-pd drill ${id}: via=alertmanager ${note}` }];
  return {
    title: `[DRILL pmp-pd ${id}] test`,
    service,
    created,
    ...(status === undefined ? {} : { status }),
    alerts: [{ severity: 'critical', ...(unmarked ? {} : { details: { pmp_drill: id } }) }],
    log: [...log, ...annotate],
  };
}

/** Left alone through every level of the critical service's policy, then answered. */
export const throughEveryLevel: Past = {
  log: [
    notify('2s', 'ada'),
    escalate('10m', 'grace'),
    notify('602s', 'grace'),
    escalate('25m', 'alan'),
    notify('1502s', 'alan', 'phone'),
    acknowledge('26m', 'alan'),
  ],
  note: 'ack=human escalation=3/3',
};

export const ofTheSecondService: Past = {
  service: high,
  created: '2d',
  log: [notify('2s', 'ada'), acknowledge('60s', 'ada')],
  note: 'ack=human escalation=1/2',
};
