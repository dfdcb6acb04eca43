import { clean, type Verdict } from '../engine/index.ts';
import type { SeenAlert } from '../ports/index.ts';
import { drillLabel, severities, type DrillPlan } from './order.ts';
import { drillId } from './ulid.ts';
import { inWords } from './words.ts';

/** The five things that the guide says an incident contains. */
const five = ['summary', 'severity', 'runbook', 'graphs', 'firing_count'] as const;

/** Reads the five back from the alert itself, and the two of them that are links from its links. */
export function contextVerdict(plan: DrillPlan, alert: SeenAlert): Verdict {
  const values = new Map(five.map((name) => [name, textOf(alert.details[name])]));
  const unmarked = plan.via !== 'stress' && !isMarked(plan, alert) ? [`${drillLabel} (without which verify does not know the drill)`] : [];
  const missing = [...five.filter((name) => (values.get(name) ?? '') === ''), ...unmarked];
  const hint = 'Run pmp-pd setup --apply-alertmanager, which writes the receiver’s details; pmp-pd explain runbooks has more.';
  if (missing.length > 0) return { status: 'fail', evidence: `the incident lacks ${inWords(missing)}`, hint };
  const wanted = plan.via === 'stress' ? new Map<string, string>() : expected(plan);
  const wrong = five.filter((name) => wanted.has(name) && values.get(name) !== wanted.get(name));
  if (wrong.length > 0)
    return {
      status: 'fail',
      evidence: inWords(wrong.map((name) => `${name} is "${clean(values.get(name) ?? '', 80)}" and should be "${wanted.get(name) ?? ''}"`)),
      hint,
    };
  const hrefs = new Set(alert.links.map(({ href }) => href));
  const unlinked = (['runbook', 'graphs'] as const).filter((name) => !hrefs.has(values.get(name) ?? ''));
  if (unlinked.length > 0 && plan.answers.integration === 'events_v2')
    return {
      status: 'warn',
      evidence: `the incident has all five, but no link to ${inWords(unlinked)}: an oversized event would lose it`,
      hint,
    };
  return { status: 'pass', evidence: `read back from the incident: ${inWords(five)}` };
}

/** It bears the id by which verify knows a drill: a receiver that others wrote may leave it out. */
export function isMarked({ id }: Pick<DrillPlan, 'id'>, { details }: SeenAlert): boolean {
  return drillId(details[drillLabel]) === id;
}

function expected({ summary, order, answers }: DrillPlan): ReadonlyMap<string, string> {
  const { runbookBase, graphsBase } = answers.alertmanager;
  return new Map([
    ['summary', summary],
    ['severity', severities[order.role]],
    ['runbook', runbookBase],
    ['graphs', graphsBase],
    ['firing_count', '1'],
  ]);
}

/** Alertmanager 0.30 and later send numbers as numbers; the TAB that keeps text a text is no part of it. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}
