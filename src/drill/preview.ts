import { PmpError, type DrillObjection, type DrillPreview } from '../engine/index.ts';
import { hides, type Instant } from '../model/index.ts';
import type { SeenUser, World } from '../ports/index.ts';
import { drillId } from './ulid.ts';
import { drillLabel, drillLabels, type DrillPlan, type PlannedLevel } from './order.ts';
import { at, clockIn, count, inWords } from './words.ts';

/** What rings where, and what speaks against it now. Reads only. */
export async function previewDrill(world: World, plan: DrillPlan, now: Instant): Promise<DrillPreview> {
  const [windows, incidents, muted] = await Promise.all([
    openWindows(world, plan, now),
    openIncidents(world, plan),
    plan.via === 'alertmanager' ? muting(world, plan, now) : { objections: [], notes: [] },
  ]);
  return {
    service: plan.service.name,
    via: plan.via,
    levels: plan.levels.map(({ level, delayMinutes, people }) => ({
      level,
      delayMinutes,
      people: people.map(({ email, name, user }) => ({
        name,
        email,
        localTime: clockIn(now, user?.value.timeZone ?? 'UTC'),
        channels: channelsOf(user, plan),
      })),
    })),
    rings: plan.rings,
    objections: [...windows, ...incidents.objections, ...muted.objections, ...nobody(plan), ...quiet(plan)],
    notes: [...plan.notes, ...incidents.notes, ...muted.notes],
  };
}

/** What stops a drill: everything that speaks against it and was not excused. @throws PmpError drill-refused */
export function refuse({ objections, service }: DrillPreview): void {
  const left = objections.filter(({ excused }) => !excused);
  const [first] = left;
  if (first === undefined) return;
  const alone = left.length === 1;
  throw new PmpError('drill-refused', {
    message: `"${service}" is not drilled now: ${alone ? first.what : `${left.length} things speak against it`}`,
    ...(alone ? {} : { problems: left.map(({ what }) => what) }),
    cause: 'Nothing was sent and nobody was called.',
    fix: [...new Set(left.map(({ fix }) => fix))].join(' '),
  });
}

/** "push at once", "phone after 2 min"; what PagerDuty does not use rings nobody, and before the invitation is accepted it uses e-mail alone. */
function channelsOf(user: SeenUser | undefined, { urgency }: DrillPlan): readonly string[] {
  const names = { sms: 'SMS', phone: 'phone', push: 'push', email: 'e-mail', other: 'another way' } as const;
  const rules = user?.rules ?? [];
  const usable = rules.filter(
    (rule) => rule.urgency === urgency && rule.method.enabled && (user?.invitationPending !== true || rule.method.type === 'email'),
  );
  return [
    ...new Set(
      usable
        .toSorted((a, b) => a.delayMinutes - b.delayMinutes)
        .map(({ delayMinutes, method }) => `${names[method.type]} ${delayMinutes === 0 ? 'at once' : `after ${delayMinutes} min`}`),
    ),
  ];
}

async function openWindows(world: World, { service, order }: DrillPlan, now: Instant): Promise<readonly DrillObjection[]> {
  const open = (await world.pagerduty.windows()).flatMap(({ value }) =>
    value !== undefined && value.services.includes(service.name) && value.start <= now && now < value.end ? [value] : [],
  );
  return open.map(({ description, end }) => ({
    kind: 'window',
    what: `maintenance window "${description}" is open until ${at(end)}, and PagerDuty opens no incident in it`,
    fix: 'End the window (pmp-pd maintenance list), wait for its end, or drill in spite of it with --anyway window.',
    excused: order.anyway.includes('window'),
  }));
}

/** A drill of ours that was left over is no real incident; whoever runs it now would not want it resolved either. */
async function openIncidents(
  world: World,
  { service, order }: DrillPlan,
): Promise<{ readonly objections: readonly DrillObjection[]; readonly notes: readonly string[] }> {
  const open = await world.pagerduty.openIncidents([service.name]);
  const drills = await Promise.all(
    open.map(async ({ id }) => {
      const alerts = await world.pagerduty.alerts(id);
      return alerts.length > 0 && alerts.every(({ details }) => drillId(details[drillLabel]) !== undefined);
    }),
  );
  const real = open.filter((_incident, index) => !drills[index]);
  const left = open.filter((_incident, index) => drills[index]);
  return {
    objections:
      real.length === 0
        ? []
        : [
            {
              kind: 'incident',
              what: `${count(real.length, 'incident')} of it ${real.length === 1 ? 'is' : 'are'} open (${inWords(real.slice(0, 3).map(({ number, title }) => `#${number} ${title}`))})`,
              fix: 'Finish what is open first; or drill in spite of it with --anyway incident.',
              excused: order.anyway.includes('incident'),
            },
          ],
    notes: left.map(
      ({ number }) => `incident #${number} is a drill that is still open: pmp-pd test-alert --cleanup resolves left-over ones`,
    ),
  };
}

/** Silences, inhibitions and time intervals that the alert would meet in Alertmanager. */
async function muting(
  world: World,
  plan: DrillPlan,
  now: Instant,
): Promise<{ readonly objections: readonly DrillObjection[]; readonly notes: readonly string[] }> {
  const { alertmanager } = world;
  if (alertmanager === undefined) return { objections: [], notes: [] };
  const bare = drillLabels(plan.id, plan.order.role, {});
  const [silences, match] = await Promise.all([alertmanager.silences(), alertmanager.route(bare, now)]);
  const labels = { ...match.external, ...bare };
  const silenced = silences
    .filter((silence) => hides(silence, labels))
    .map(({ id, createdBy, ends, comment }): DrillObjection => ({
      kind: 'silence',
      what: `a silence by ${createdBy === '' ? 'nobody named' : createdBy} until ${at(ends)} would swallow it${comment === '' ? '' : `: "${comment}"`}`,
      fix: `Expire it${/^[\w-]+$/.test(id) ? ` (amtool silence expire ${id})` : ''}, or wait for its end; --via events goes past Alertmanager.`,
      excused: false,
    }));
  const inhibited = (match.inhibitedBy ?? []).map(({ labels: by }): DrillObjection => ({
    kind: 'inhibited',
    what: `the firing alert ${by['alertname'] ?? 'without a name'} inhibits it`,
    fix: 'Wait until that alert is over, or leave drills out of the inhibition rule (pmp_drill=""); --via events goes past Alertmanager.',
    excused: false,
  }));
  const paging = match.receivers.filter(({ pagerduty }) => pagerduty);
  const shut = paging.flatMap(({ name, intervals = [] }) =>
    intervals.filter(({ kind, holds }) => (kind === 'mute' ? holds === true : holds === false)).map((interval) => ({ name, interval })),
  );
  const intervals = shut.map(({ name, interval }): DrillObjection => ({
    kind: 'silence',
    what: `the route to ${name} is muted now by the time interval ${interval.name}`,
    fix: 'Drill at another time, or with --via events, which goes past Alertmanager.',
    excused: false,
  }));
  const elsewhere =
    paging.length === 0
      ? [
          `the loaded configuration sends it to ${inWords(match.receivers.map(({ name }) => `"${name}"`)) || 'nobody'}: it will not reach PagerDuty`,
        ]
      : [];
  const twice =
    paging.length > 1
      ? [`the loaded configuration sends it to ${inWords(paging.map(({ name }) => name))}: each opens an incident and pages its people`]
      : [];
  return { objections: [...silenced, ...inhibited, ...intervals], notes: [...elsewhere, ...twice] };
}

function nobody(plan: DrillPlan): readonly DrillObjection[] {
  const first = plan.levels.find(({ people }) => people.length > 0);
  if (first === undefined)
    return [
      {
        kind: 'nobody',
        what: `nobody is on call at any level of "${plan.policy.name}", so PagerDuty would open no incident`,
        fix: 'Put somebody on call (pmp-pd verify --only coverage says where nobody is), then drill again.',
        excused: false,
      },
    ];
  if (rings(first, plan)) return [];
  const who = inWords(first.people.map(({ name }) => name));
  return [
    {
      kind: 'nobody',
      what: `${who} would be paged, and nothing of theirs rings at ${plan.urgency} urgency`,
      fix: `Let ${who} sign in to the app and set their rules (pmp-pd verify --only reachability), then drill again.`,
      excused: false,
    },
  ];
}

function rings({ people }: PlannedLevel, plan: DrillPlan): boolean {
  return people.some(({ user }) => user === undefined || channelsOf(user, plan).length > 0);
}

function quiet({ order, urgency, levels, policy, service }: DrillPlan): readonly DrillObjection[] {
  if (!order.escalation) return [];
  if (urgency === 'low')
    return [
      {
        kind: 'urgency',
        what: `its incidents are of low urgency ("${service.name}"), and PagerDuty never escalates those`,
        fix: 'Leave out --escalation, or send P2 so that it escalates (p2: error in the answers, then pmp-pd setup).',
        excused: false,
      },
    ];
  if (levels.length > 1) return [];
  return [
    {
      kind: 'urgency',
      what: `"${policy.name}" has no second level, so there is nothing to escalate to`,
      fix: 'Leave out --escalation.',
      excused: false,
    },
  ];
}
