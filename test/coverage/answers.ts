import type { Answers, Person, Region } from '../../src/model/index.ts';

export const zones = ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;

/** Engineers as "ada:us-east ben:us-west cleo:eu", in rotation order. */
export function answersOf(engineers: string, changes: Partial<Answers> = {}): Answers {
  const people = engineers.split(' ').map((word): Person => {
    const [name, region] = word.split(':');
    return { name: `${called(name!)} Example`, email: mail(name!), timeZone: 'America/New_York', region: region as Region };
  });
  const others = ['grace', 'alan'].map((name) => ({ name: `${called(name)} Example`, email: mail(name), timeZone: 'America/New_York' }));
  return {
    people: [...people, ...others],
    engineers: people.map((p) => p.email),
    lead: mail('grace'),
    cto: mail('alan'),
    timeZone: 'America/New_York',
    names: {
      criticalService: 'PMP Study - Critical',
      highService: 'PMP Study - High Priority',
      criticalPolicy: 'PMP Critical Escalation',
      highPolicy: 'PMP High Priority Escalation',
      primarySchedule: 'PMP Primary On-Call',
      followSunSchedule: 'PMP Follow Sun',
    },
    integration: 'events_v2',
    p2: 'error',
    level1: 'primary',
    gaps: 'fill',
    followSun: true,
    overlap: 'us-east',
    loops: 0,
    escalation: {
      critical: [
        { respond: 5, escalate: 10 },
        { respond: 5, escalate: 15 },
        { respond: 5, escalate: 15 },
      ],
      high: [
        { respond: 15, escalate: 30 },
        { respond: 15, escalate: 60 },
      ],
    },
    adopt: false,
    kubernetes: 'none',
    alertmanager: {
      apply: false,
      keyDir: '/etc/alertmanager/secrets/pagerduty-secrets',
      file: 'alertmanager.yml',
      rulesFile: 'pmp-rules.yml',
      runbookBase: 'https://example.com/runbooks',
      graphsBase: 'https://example.com/graphs',
      annotations: { summary: 'summary', runbook: 'runbook_url', graphs: 'graphs_url' },
    },
    windows: undefined,
    ...changes,
  };
}

export function mail(name: string): string {
  return `${name}@example.com`;
}

function called(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Two engineers in each region, as in the example that ships. */
export const six = 'ada:us-east ben:us-west cleo:eu dan:us-east eve:us-west fay:eu';
export const three = 'ada:us-east ben:us-west cleo:eu';

/** Milliseconds of an ISO time. */
export function at(iso: string): number {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) throw new RangeError(iso);
  return instant;
}
