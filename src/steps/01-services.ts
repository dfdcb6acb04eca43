import type { Applied, Change, Step } from '../engine/index.ts';
import { PmpError } from '../engine/index.ts';
import { keyOf, named, type AlertGrouping, type Brief, type FieldDiff, type Seen, type Service } from '../model/index.ts';
import type { World } from '../ports/index.ts';

type R = Service | AlertGrouping;

/** "Rings again after 30 minutes": the service's acknowledgement timeout, seconds. */
const ringAgain = 1800;
/** Fields both Alertmanager and PagerDuty know of an event; the older kind of integration carries none of them. */
const groupingFields = ['class', 'component', 'severity'];

/** The guide's step 1: two services, each with a grouping setting of its own. */
export const services: Step<R> = {
  id: '01-services',
  number: 1,
  title: 'Create PagerDuty Services',

  desired({ answers, urgencies }: Brief) {
    const { names, integration } = answers;
    const bySeverity = urgencies && integration === 'events_v2';
    const common = { kind: 'service', acknowledgementTimeout: ringAgain, autoResolveTimeout: null, disabled: false } as const;
    const critical: Service = {
      ...common,
      name: names.criticalService,
      description: 'P1 Critical alerts requiring immediate response',
      policy: names.criticalPolicy,
      urgency: 'high',
      needs: [keyOf({ kind: 'escalation policy', name: names.criticalPolicy })],
    };
    const high: Service = {
      ...common,
      name: names.highService,
      description: bySeverity ? 'P2 high-priority alerts; P3 warnings arrive here with low urgency' : 'P2 high-priority alerts',
      policy: names.highPolicy,
      urgency: bySeverity ? 'severity_based' : 'high',
      needs: [keyOf({ kind: 'escalation policy', name: names.highPolicy })],
    };
    const fallbacks = integration === 'events_v2' ? [{ type: 'content_based', fields: groupingFields } as const] : [];
    const grouping = (service: Service, type: AlertGrouping['type'], fields: readonly string[]): AlertGrouping => ({
      kind: 'alert grouping',
      name: service.name,
      type,
      fields,
      services: [service.name],
      fallbacks,
      needs: [keyOf(service)],
    });
    // PagerDuty lets the combined kind hold one service only; `severity` keeps a P2 from joining an open, low-urgency P3.
    const second =
      integration === 'events_v2' ? grouping(high, 'content_based_intelligent', groupingFields) : grouping(high, 'intelligent', []);
    return named<R>([critical, high, grouping(critical, 'intelligent', []), second]);
  },

  async read(world, wanted) {
    const names = [...wanted.values()].filter((r) => r.kind === 'service').map((r) => r.name);
    const [found, groupings] = await Promise.all([world.pagerduty.services(names), world.pagerduty.groupings(names)]);
    const seen = new Map<string, Seen<R>>();
    for (const service of found) if (service.value) seen.set(keyOf(service.value), service);
    for (const want of wanted.values()) {
      if (want.kind !== 'alert grouping') continue;
      const refused = new Set(found.find((s) => s.value?.name === want.name)?.refused);
      const setting = groupings === 'refused' ? undefined : groupings.find((g) => g.value?.services.includes(want.name));
      const one = seenGrouping(want, setting, groupings === 'refused', refused);
      if (one) seen.set(keyOf(want), one);
    }
    return seen;
  },

  diff(before, after) {
    if (before.kind === 'service' && after.kind === 'service') return serviceDiff(before, after);
    if (before.kind === 'alert grouping' && after.kind === 'alert grouping') return groupingDiff(before, after);
    return [];
  },

  async apply(world, { wanted, seen }: Change<R>) {
    if (wanted.kind === 'alert grouping') return seen?.value ? applyGroupingUpdate(world, wanted) : createGrouping(world, wanted);
    await (seen?.value ? world.pagerduty.updateService(wanted) : world.pagerduty.createService(wanted));
    return undefined;
  },
};

function serviceDiff(before: Service, after: Service): readonly FieldDiff[] {
  const diffs: FieldDiff[] = [];
  const compare = (field: string, from: string, to: string) => from !== to && diffs.push({ field, from, to });
  compare('description', before.description, after.description);
  compare('escalation policy', before.policy, after.policy);
  compare('urgency', before.urgency, after.urgency);
  compare('rings again after', seconds(before.acknowledgementTimeout), seconds(after.acknowledgementTimeout));
  compare('resolves by itself after', seconds(before.autoResolveTimeout), seconds(after.autoResolveTimeout));
  compare('status', before.disabled ? 'disabled' : 'enabled', after.disabled ? 'disabled' : 'enabled');
  return diffs;
}

function seconds(value: number | null): string {
  return value === null ? 'never' : `${value} s`;
}

function groupingDiff(before: AlertGrouping, after: AlertGrouping): readonly FieldDiff[] {
  const diffs: FieldDiff[] = [];
  const text = ({ type, fields, anyField }: Pick<AlertGrouping, 'type' | 'fields' | 'anyField'>) =>
    fields.length === 0 ? type : `${type} by ${anyField === true ? 'any of ' : ''}${[...fields].sort().join(', ')}`;
  if (text(before) !== text(after)) diffs.push({ field: 'grouping', from: text(before), to: text(after) });
  if (before.services.length !== 1)
    diffs.push({ field: 'services it holds', from: before.services.join(', '), to: after.services.join(', ') });
  return diffs;
}

/** A setting of the fallback's kind is right when the plan is known to refuse the better one: what only a bigger plan completes is `wait`. */
function seenGrouping(
  want: AlertGrouping,
  setting: Seen<AlertGrouping> | undefined,
  unreadable: boolean,
  refused: ReadonlySet<string>,
): Seen<R> | undefined {
  const waiting = `the account's plan refuses ${want.type} grouping`;
  const open = [want, ...want.fallbacks].filter((kind) => !refused.has(kind.type));
  if (setting?.value) {
    const inForce = setting.value;
    const better = open.findIndex((kind) => kind.type === inForce.type);
    if (better === 0 && inForce.type !== want.type && inForce.services.length === 1)
      return { ...setting, value: undefined, waiting: `${waiting}; ${inForce.type} is in force` };
    return setting;
  }
  if (unreadable || open.length === 0)
    return { value: undefined, ours: false, waiting: `${waiting}; Alertmanager's own group_by is in force` };
  return undefined;
}

/** Tries the kinds in order; remembers what the plan refused, so that it is not sent again. */
async function createGrouping(world: World, want: AlertGrouping): Promise<Applied> {
  const known = (await world.pagerduty.services([want.name]))[0]?.refused ?? [];
  const refused = [...known];
  let why = '';
  for (const kind of [want, ...want.fallbacks]) {
    if (refused.includes(kind.type)) continue;
    try {
      await world.pagerduty.createGrouping({ ...want, type: kind.type, fields: kind.fields });
      await remember(world, want, refused, known);
      return kind.type === want.type ? undefined : `${kind.type}, because the plan refuses ${want.type}${why}`;
    } catch (thrown) {
      if (!(thrown instanceof PmpError) || thrown.id !== 'plan-refuses') throw thrown;
      refused.push(kind.type);
      why = thrown.facts.cause === undefined ? '' : ` (${thrown.facts.cause})`;
    }
  }
  await remember(world, want, refused, known);
  return { waiting: `the plan refuses every kind of alert grouping${why}: Alertmanager's own group_by is in force` };
}

async function remember(world: World, want: AlertGrouping, refused: readonly string[], known: readonly string[]): Promise<void> {
  if (refused.length > known.length) await world.pagerduty.rememberRefusal(want.name, refused);
}

async function applyGroupingUpdate(world: World, want: AlertGrouping): Promise<string | undefined> {
  await world.pagerduty.updateGrouping(want);
  return undefined;
}
