import type { Inhibitor, RouteMatch } from '../../ports/index.ts';
import { priorities, priorityOf, type Priority } from './loaded.ts';
import { listed } from './telling.ts';
import type { Trouble } from './verdicts.ts';
import { inWords, minute, quoted, span } from './words.ts';

/** Which alerts are looked at: those of a priority, or of rules of that priority (" of rule DiskFull"). */
export interface Alerts {
  readonly priority: Priority;
  readonly of: string;
}

type Receivers = RouteMatch['receivers'];

/** All that keeps an alert from being heard, or for long, although its route leads to the right receiver. */
export function unheard(match: RouteMatch, alerts: Alerts, promise: number | undefined): readonly Trouble[] {
  const pagers = match.receivers.filter(({ pagerduty }) => pagerduty);
  return [
    ...refused(pagers, alerts),
    ...inhibited(match.inhibitedBy ?? [], alerts),
    ...pagers.flatMap((pager) => [...timed(pager, alerts), ...late(pager, alerts, promise)]),
  ];
}

const known: ReadonlySet<string> = new Set(['critical', 'error', 'warning', 'info']);

/** PagerDuty answers 400 to any other, and Alertmanager does not try again. */
function refused(pagers: Receivers, { priority, of }: Alerts): readonly Trouble[] {
  return pagers.flatMap(({ name, severity }) =>
    severity === undefined || known.has(severity)
      ? []
      : [
          {
            status: 'fail',
            what: `${name} sends ${priority} alerts${of} with severity "${severity}", which PagerDuty refuses (HTTP 400)`,
            hint: `Let "severity" of receiver ${name} become critical, error, warning or info: run pmp-pd setup --apply-alertmanager.`,
          },
        ],
  );
}

/** That a graver alert of the same service or name mutes this one is meant: somebody is called already. */
function inhibited(inhibitors: readonly Inhibitor[], { priority, of }: Alerts): readonly Trouble[] {
  const rank = (labels: Inhibitor['labels']) => {
    const other = priorityOf(labels);
    return other === undefined ? priorities.length : priorities.indexOf(other);
  };
  const isMeant = ({ labels, equal }: Inhibitor) =>
    rank(labels) < priorities.indexOf(priority) &&
    ['namespace', 'service', 'alertname'].some((name) => equal.includes(name) && (labels[name] ?? '') !== '');
  const sources = inhibitors.filter((one) => !isMeant(one)).map(({ labels }) => `alert ${labels['alertname'] ?? 'without a name'}`);
  if (sources.length === 0) return [];
  return [
    {
      status: 'fail',
      what: `${priority} alerts${of} are inhibited by ${listed([...new Set(sources)])}, which fires now`,
      hint: 'Remove the rule from inhibit_rules, or name in its "equal" what source and target must share (namespace, service).',
    },
  ];
}

/** Intervals of the route: a P3 may rest at night. */
function timed({ name, intervals = [] }: Receivers[number], { priority, of }: Alerts): readonly Trouble[] {
  if (intervals.length === 0) return [];
  const mute = intervals.filter(({ kind }) => kind === 'mute');
  const active = intervals.filter(({ kind }) => kind === 'active');
  const names = (all: typeof intervals) => quoted(all.map((one) => one.name));
  const times = [
    ...(mute.length === 0 ? [] : [`not during ${names(mute)}`]),
    ...(active.length === 0 ? [] : [`only during ${names(active)}`]),
  ];
  const isMuted = mute.some(({ holds }) => holds === true) || (active.length > 0 && active.every(({ holds }) => holds === false));
  const fields = [...(mute.length === 0 ? [] : ['mute_time_intervals']), ...(active.length === 0 ? [] : ['active_time_intervals'])];
  const hint = `Remove ${inWords(fields)} from the route of ${priority} to ${name}: run pmp-pd setup --apply-alertmanager.`;
  const what = `${priority} alerts${of} reach ${name} ${inWords(times)}`;
  return isMuted && priority !== 'P3' ? [{ status: 'fail', what: `${what}: muted now`, hint }] : [{ status: 'warn', what, hint }];
}

/** @param promise of level 1, minutes */
function late({ name, groupWait }: Receivers[number], { priority, of }: Alerts, promise: number | undefined): readonly Trouble[] {
  if (groupWait === undefined || promise === undefined || groupWait <= promise * minute) return [];
  const what = `${priority} alerts${of} wait ${span(groupWait)} before ${name} sends them (group_wait), longer than the ${promise} min in which level 1 responds`;
  return [
    { status: 'warn', what, hint: `Set group_wait of the route of ${priority} to 30s or less: run pmp-pd setup --apply-alertmanager.` },
  ];
}
