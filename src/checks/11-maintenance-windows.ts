import { occurrences } from '../coverage/index.ts';
import type { Check, Verdict } from '../engine/index.ts';
import type { Answers, Instant, MaintenanceWindow, WindowAnswer } from '../model/index.ts';
import { verdictOf, type Trouble } from './shared/verdicts.ts';
import { at, count, quoted } from './shared/words.ts';

const howTo =
  'Plan one in the answers (windows: name, for, and start or every) and run pmp-pd setup, or waive it there with windows: none.';

/** Item 11. Every window of the answers that has not ended is in PagerDuty; of a rule, the next date must be. */
export const maintenanceWindows: Check = {
  id: '11-maintenance-windows',
  item: 11,
  title: 'Maintenance windows configured',

  async run(answers, world, { now }) {
    const found = (await world.pagerduty.windows()).flatMap(({ value }) => (value === undefined ? [] : [value]));
    const { windows } = answers;
    if (windows === 'none')
      return {
        status: 'warn',
        evidence: 'waived on purpose: the answers say windows: none',
        hint: 'Plan one before the next deployment, or its alerts page somebody.',
      };
    const own = found.filter((window) => window.end > now && window.services.some((service) => namesOf(answers).includes(service)));
    if (windows === undefined) return unplanned(own);
    const looked = windows.map((window) => look(window, answers, own, now));
    if (looked.every(({ wanted }) => wanted === 0))
      return { status: 'fail', evidence: 'every maintenance window of the answers has ended', hint: howTo };
    return verdictOf(
      looked.flatMap(({ troubles }) => troubles),
      looked.flatMap(({ facts }) => facts).join('; '),
    );
  },
};

/** Nobody wrote any into the answers: those that somebody made in PagerDuty count. */
function unplanned(own: readonly MaintenanceWindow[]): Verdict {
  if (own.length === 0) return { status: 'fail', evidence: 'no maintenance window is planned for either service', hint: howTo };
  const next = [...own].sort((a, b) => a.start - b.start)[0];
  return {
    status: 'pass',
    evidence: `${count(own.length, 'window')} planned, the next "${next?.description ?? ''}" ${next === undefined ? '' : at(next.start)}`,
  };
}

interface Looked {
  readonly wanted: number;
  readonly troubles: readonly Trouble[];
  readonly facts: readonly string[];
}

function look(window: WindowAnswer, answers: Answers, own: readonly MaintenanceWindow[], now: Instant): Looked {
  const dates = occurrences(window, answers.timeZone, now);
  const services = window.services.map((role) => (role === 'critical' ? answers.names.criticalService : answers.names.highService));
  const there = dates.map(({ start, end }) => own.find((one) => isThat(one, window.name, start, end)));
  const troubles = dates.flatMap(({ start, end }, index): readonly Trouble[] => {
    const seen = there[index];
    if (seen === undefined) return index === 0 ? [absent(window.name, start)] : [];
    return wrong(seen, start, end, services);
  });
  const few = there.filter((one) => one !== undefined).length;
  const scarce: readonly Trouble[] =
    troubles.length === 0 && few < dates.length
      ? [
          {
            status: 'warn',
            what: `${few} of the next ${count(dates.length, 'date')} of "${window.name}" are planned`,
            hint: 'Run pmp-pd setup, which plans the others.',
          },
        ]
      : [];
  const [next] = dates;
  const facts =
    next === undefined
      ? []
      : [`"${window.name}" ${at(next.start)} to ${at(next.end)}${dates.length > 1 ? ` and ${dates.length - 1} more` : ''}`];
  return { wanted: dates.length, troubles: [...troubles, ...scarce], facts };
}

/** The same name and start; of one that has begun, PagerDuty keeps the moment of its creation as the start. */
function isThat(one: MaintenanceWindow, name: string, start: Instant, end: Instant): boolean {
  return one.description === name && (one.start === start || (one.start > start && one.end === end));
}

function absent(name: string, start: Instant): Trouble {
  return {
    status: 'fail',
    what: `maintenance window "${name}" of ${at(start)} is not in PagerDuty`,
    hint: 'Run pmp-pd setup, which plans it.',
  };
}

function wrong(seen: MaintenanceWindow, start: Instant, end: Instant, services: readonly string[]): readonly Trouble[] {
  const name = `maintenance window "${seen.description}" of ${at(start)}`;
  const hint = 'Run pmp-pd setup to put it right, or change the answers (windows).';
  const missing = services.filter((service) => !seen.services.includes(service));
  const more = seen.services.filter((service) => !services.includes(service));
  return [
    ...(seen.end === end ? [] : [{ status: 'fail', what: `${name} ends ${at(seen.end)}, the answers say ${at(end)}`, hint } as const]),
    ...(missing.length === 0 ? [] : [{ status: 'fail', what: `${name} leaves out ${quoted(missing)}`, hint } as const]),
    ...(more.length === 0 ? [] : [{ status: 'fail', what: `${name} also silences ${quoted(more)}`, hint } as const]),
  ];
}

function namesOf({ names }: Answers): readonly string[] {
  return [names.criticalService, names.highService];
}
