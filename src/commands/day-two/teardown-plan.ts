import type { TeardownItem, TeardownOutcome } from '../../engine/index.ts';
import type { Answers } from '../../model/index.ts';
import type { OwnObject } from '../../ports/index.ts';
import type { Ground } from './ground.ts';
import type { TeardownOptions } from './options.ts';

export type Acting = Ground<TeardownOptions>;
export type Stays = TeardownOutcome['stays'];

/** One removal: how it is told, and how it is done. */
export interface Removal {
  readonly kind: string;
  readonly name: string;
  readonly blockers: readonly string[];
  remove(): Promise<void>;
}

/**
 * What bears our mark and belongs to these answers, in the order in which it can go. An account may hold the set-ups of several teams: what
 * bears the mark under other names is theirs, and is told as what stays.
 */
export async function planPagerDuty(
  ground: Acting,
): Promise<{ readonly removals: readonly Removal[]; readonly stays: Stays; readonly others: number }> {
  const { pagerduty, answers } = ground;
  const [own, windows, used] = await Promise.all([pagerduty.own(), pagerduty.windowsById(), usesOf(ground)]);
  const servicesOf = new Map(windows.map(({ id, services }) => [id, services]));
  const belongs = (object: OwnObject) => isOfAnswers(object, answers, servicesOf.get(object.id) ?? []);
  const removals = withWhatStays(own.filter(belongs), used).map(({ object, blockers }): Removal => ({
    kind: object.kind,
    name: object.name,
    blockers,
    remove: () => pagerduty.remove(object),
  }));
  const others = own.filter((object) => !belongs(object));
  const foreign = others.map(({ kind, name }) => ({
    what: `${kind} ${name}`,
    why: 'it bears our mark under a name that these answers do not have: somebody else’s set-up, or an earlier name',
  }));
  return { removals, stays: [...foreign, ...(await adopted(ground, own))], others: others.length };
}

/** What of ours uses what of ours, by name: a service its policy, a policy its schedules. */
interface Uses {
  readonly by: Pick<OwnObject, 'kind' | 'name'>;
  readonly kind: OwnObject['kind'];
  readonly names: readonly string[];
}

async function usesOf({ pagerduty, answers: { names } }: Acting): Promise<readonly Uses[]> {
  const [services, policies] = await Promise.all([
    pagerduty.services([names.criticalService, names.highService]),
    pagerduty.policies([names.criticalPolicy, names.highPolicy]),
  ]);
  return [
    ...services.flatMap(({ value }): Uses[] =>
      value === undefined ? [] : [{ by: value, kind: 'escalation policy', names: [value.policy] }],
    ),
    ...policies.flatMap(({ value }): Uses[] =>
      value === undefined
        ? []
        : [{ by: value, kind: 'schedule', names: value.levels.flatMap(({ targets }) => targets.map(({ name }) => name)) }],
    ),
  ];
}

/** What stays keeps what it uses: the schedule of a policy that somebody else's service still needs cannot go either. In order of removal. */
function withWhatStays(own: readonly OwnObject[], uses: readonly Uses[]) {
  const blocked: { readonly object: OwnObject; readonly blockers: readonly string[] }[] = [];
  for (const object of own) {
    const staying = blocked.filter(({ blockers }) => blockers.length > 0).map((one) => one.object);
    const users = uses.filter(({ by, kind, names }) => kind === object.kind && names.includes(object.name) && isAmong(staying, by));
    blocked.push({ object, blockers: [...object.blockers, ...users.map(({ by }) => `${by.kind} "${by.name}"`)] });
  }
  return blocked;
}

function isAmong(objects: readonly OwnObject[], { kind, name }: Uses['by']): boolean {
  return objects.some((object) => object.kind === kind && object.name === name);
}

function isOfAnswers({ kind, name }: OwnObject, { names }: Answers, services: readonly string[]): boolean {
  const ours = [names.criticalService, names.highService];
  switch (kind) {
    case 'service':
    case 'alert grouping':
    case 'webhook subscription':
      return ours.includes(name);
    case 'maintenance window':
      return services.length > 0 && services.every((service) => ours.includes(service));
    case 'escalation policy':
      return name === names.criticalPolicy || name === names.highPolicy;
    case 'schedule':
      return name === names.primarySchedule || name === names.followSunSchedule;
  }
}

/** Objects of these names without our mark: adopting is not owning. */
async function adopted({ pagerduty, answers: { names } }: Acting, own: readonly OwnObject[]): Promise<Stays> {
  const [services, policies, schedules] = await Promise.all([
    pagerduty.services([names.criticalService, names.highService]),
    pagerduty.policies([names.criticalPolicy, names.highPolicy]),
    pagerduty.schedules([names.primarySchedule, names.followSunSchedule]),
  ]);
  const all = [...services, ...policies, ...schedules].flatMap(({ value }) => (value === undefined ? [] : [value]));
  return all
    .filter(({ kind, name }) => !own.some((object) => object.kind === kind && object.name === name))
    .map(({ kind, name }) => ({ what: `${kind} ${name}`, why: 'pmp-pd did not make it: adopting is not owning' }));
}

export function itemOf({ kind, name, blockers }: Removal): TeardownItem {
  return { kind, name, blockers, status: blockers.length > 0 ? 'blocked' : 'to remove' };
}
