import { ahead, drillsOf, newestDrill, policiesSeen, probe, severities } from '../../checks/index.ts';
import { PmpError } from '../../engine/index.ts';
import type { Answers, Instant } from '../../model/index.ts';
import type { ReadWorld } from '../../ports/index.ts';
import type { PageFacts } from './facts.ts';

/** What the page draws. Nearly all of it was read for the checks and is remembered; what cannot be read is left out. */
export async function pageFacts(
  answers: Answers,
  world: ReadWorld,
  now: Instant,
  since: Instant,
): Promise<Omit<PageFacts, 'lookedFor' | 'strict'>> {
  const [drawn, keys, drills] = await Promise.all([
    seen(() => onCall(answers, world, now)),
    seen(() => keyChain(answers, world)),
    seen(() => newestDrills(answers, world, since)),
  ]);
  return { ...drawn, ...(keys === undefined ? {} : { keys }), ...(drills === undefined ? {} : { drills }) };
}

/** The newest of each service, as its incident's log tells it. */
async function newestDrills({ names }: Answers, world: ReadWorld, since: Instant): Promise<NonNullable<PageFacts['drills']>> {
  const services = [names.criticalService, names.highService];
  const newest = await Promise.all(services.map((service) => newestDrill(drillsOf(world, service, services, since), () => true)));
  return newest.flatMap((drill, index) => {
    if (drill === undefined) return [];
    const { id, incident, entries, note } = drill;
    const told = entries.map(({ type, at, who, channel, outcome, assignees }) => ({ type, at, who, channel, outcome, assignees }));
    return [{ id, service: services[index] ?? '', number: incident.number, began: incident.created, via: note?.via, entries: told }];
  });
}

async function onCall(answers: Answers, world: ReadWorld, now: Instant): Promise<Pick<PageFacts, 'people' | 'schedules' | 'policies'>> {
  const found = (await policiesSeen(answers, world)).flatMap(({ name, policy }) =>
    policy === undefined ? [] : [{ service: name, policy }],
  );
  const policies = [...new Map(found.map(({ policy }) => [policy.name, policy])).values()];
  const targets = policies.flatMap(({ levels }) => levels.flatMap((level) => level.targets));
  const named = (kind: 'user' | 'schedule') => [...new Set(targets.filter((target) => target.kind === kind).map(({ name }) => name))];
  const schedules = await Promise.all(
    (await world.pagerduty.schedules(named('schedule'))).flatMap(({ value }) =>
      value === undefined ? [] : [drawnSchedule(value.name, value.timeZone, world, now)],
    ),
  );
  const emails = [...new Set([...named('user'), ...schedules.flatMap(({ shifts }) => shifts.map(({ who }) => who))])];
  const users = emails.length === 0 ? [] : await world.pagerduty.users(emails);
  return {
    people: new Map(users.map(({ value }) => [value.name, value.fullName])),
    schedules,
    policies: policies.map(({ name, loops, levels }) => ({
      name,
      loops,
      levels,
      services: found.filter(({ policy }) => policy.name === name).map(({ service }) => service),
    })),
  };
}

async function drawnSchedule(name: string, timeZone: string, world: ReadWorld, now: Instant) {
  const until = now + ahead;
  return { name, timeZone, from: now, until, shifts: await world.pagerduty.rendered(name, now, until) };
}

async function keyChain({ names, kubernetes }: Answers, world: ReadWorld): Promise<PageFacts['keys']> {
  const { alertmanager } = world;
  const services = [
    { role: 'critical', name: names.criticalService },
    { role: 'high', name: names.highService },
  ] as const;
  const [integrations, secret, receivers, routes] = await Promise.all([
    world.pagerduty.integrations(services.map(({ name }) => name)),
    kubernetes === 'none' ? undefined : seen(async () => world.kubernetes?.secret(kubernetes.namespace, kubernetes.secret)),
    seen(async () => alertmanager?.keys()),
    seen(async () =>
      alertmanager === undefined
        ? []
        : Promise.all(
            services.map(async ({ role }) => ({
              role,
              priority: severities[role],
              match: await alertmanager.route(probe(severities[role])),
            })),
          ),
    ),
  ]);
  const entries = Object.fromEntries([...(secret?.data ?? [])].map(([entry, { fingerprint }]) => [entry, fingerprint]));
  return {
    services,
    integrations: integrations.flatMap(({ value }) => (value === undefined ? [] : [value])),
    secret: secret === undefined || kubernetes === 'none' ? undefined : { name: `${kubernetes.namespace}/${kubernetes.secret}`, entries },
    receivers: receivers ?? [],
    routes: routes ?? [],
  };
}

/** What could be read; undefined where it could not, which the checks have said already. */
async function seen<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id !== 'interrupted' && thrown.id !== 'terminated') return undefined;
    throw thrown;
  }
}
