import { PmpError, type DrillVia } from '../engine/index.ts';
import { promiseOf, type Answers, type EscalationPolicy, type Instant, type Service, type Urgency } from '../model/index.ts';
import type { World } from '../ports/index.ts';
import { clockNote } from './clock.ts';
import { eventSeverity, summaryOf, type DrillOrder, type DrillPlan, type PlannedLevel } from './order.ts';
import { ulid, type Random } from './ulid.ts';
import { inWords, minute, second } from './words.ts';

/** So long before the next level would be called, a drill that nobody answers is ended. */
const margin = 30 * second;
const longest = 15 * minute;

/** Everything a drill needs to know, read and decided before anything rings. @throws PmpError drill-refused where there is nothing to drill */
export async function planDrill(
  world: World,
  answers: Answers,
  order: DrillOrder,
  { now, random }: { readonly now: Instant; readonly random: Random },
): Promise<DrillPlan> {
  const name = order.role === 'critical' ? answers.names.criticalService : answers.names.highService;
  const [found] = await world.pagerduty.services([name]);
  const service = found?.value;
  if (service === undefined)
    throw new PmpError('drill-refused', {
      message: `there is no service "${name}" to drill`,
      fix: 'Run pmp-pd setup, or name the answers file that has its name with --config.',
    });
  if (service.disabled)
    throw new PmpError('drill-refused', {
      message: `service "${name}" is disabled: PagerDuty takes its events and opens nothing`,
      fix: 'Enable it in PagerDuty (Services, More, Enable), then drill again.',
    });
  const policy = (await world.pagerduty.policies([service.policy]))[0]?.value;
  if (policy === undefined)
    throw new PmpError('drill-refused', {
      message: `escalation policy "${service.policy}" of service "${name}" cannot be read`,
      fix: 'Run pmp-pd verify --only 1,2 to see what is there.',
    });
  const urgency = urgencyOf(service, order, answers);
  const levels = await levelsOf(world, policy);
  const { via, notes } = await chosenWay(world, order);
  const promise = (level: number) => promiseOf(answers, order.role, policy.description, level);
  const answerWithin = order.timeout ?? patience(order, urgency, levels, promise);
  return {
    id: ulid(now, random),
    order,
    answers,
    via,
    service,
    policy,
    urgency,
    levels,
    summary: summaryOf(order),
    answerWithin,
    rings: ringing(order, urgency, levels, answerWithin),
    promise,
    notes: [...notes, ...remarks(order, levels), ...uninvited(levels), ...clockNote(world)],
  };
}

function urgencyOf(service: Service, { role }: DrillOrder, answers: Answers): Urgency {
  if (service.urgency === 'high' || service.urgency === 'low') return service.urgency;
  return service.urgency === 'severity_based' && eventSeverity(role, answers) === 'warning' ? 'low' : 'high';
}

async function levelsOf(world: World, policy: EscalationPolicy): Promise<readonly PlannedLevel[]> {
  const onCalls = (await world.pagerduty.onCalls([policy.name])).filter((call) => call.policy === policy.name);
  const emails = [...new Set(onCalls.map(({ who }) => who))];
  const users = emails.length === 0 ? [] : await world.pagerduty.users(emails);
  return policy.levels.map(({ delayMinutes }, index) => {
    const calls = onCalls.filter(({ level }) => level === index + 1);
    const people = [...new Map(calls.map((call) => [call.who, call.fullName]))].map(([email, fullName]) => {
      const user = users.find(({ value }) => value.name === email);
      return { email, name: user?.value.fullName ?? fullName, user };
    });
    return { level: index + 1, delayMinutes, people };
  });
}

/** By Alertmanager where one answers, unless something else was asked for. */
async function chosenWay(world: World, { via }: DrillOrder): Promise<{ readonly via: DrillVia; readonly notes: readonly string[] }> {
  if (via === 'events') return { via, notes: ['straight to PagerDuty: Alertmanager, its routes and its keys have no part in this drill'] };
  const unseen = await unreachable(world);
  if (unseen === undefined) return { via: via ?? 'alertmanager', notes: [] };
  if (via !== undefined) throw unseen;
  return { via: 'events', notes: [`${unseen.facts.message}, so the drill goes straight to PagerDuty: routes and keys are not tested`] };
}

async function unreachable({ alertmanager }: World): Promise<PmpError | undefined> {
  if (alertmanager === undefined)
    return new PmpError('alertmanager-not-found', {
      message: 'no Alertmanager is known (kubernetes: none, and no ALERTMANAGER_URL)',
      fix: 'Name one with ALERTMANAGER_URL, or drill with --via events.',
    });
  try {
    await alertmanager.replicas();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof PmpError && /^(?:alertmanager|kubernetes)-/.test(thrown.id)) return thrown;
    throw thrown;
  }
}

/** Ordinarily nobody further is woken: the wait ends before the next level would be called. */
function patience({ escalation }: DrillOrder, urgency: Urgency, levels: readonly PlannedLevel[], promise: DrillPlan['promise']): number {
  const answering = escalation ? levels.at(-1) : levels.find(({ people }) => people.length > 0);
  if (answering === undefined) return longest;
  const promised = (promise(answering.level) ?? 0) * minute;
  if (urgency === 'low') return Math.max(promised, 10 * minute);
  return Math.max(margin, Math.min(answering.delayMinutes * minute - margin, Math.max(longest, promised)));
}

function ringing({ escalation }: DrillOrder, urgency: Urgency, levels: readonly PlannedLevel[], answerWithin: number): number {
  const staffed = levels.filter(({ people }) => people.length > 0);
  if (urgency === 'low') return Math.min(1, staffed.length);
  if (escalation) return staffed.length;
  const starts = staffed.map((_level, index) => staffed.slice(0, index).reduce((sum, level) => sum + level.delayMinutes * minute, 0));
  return starts.filter((start) => start < answerWithin).length;
}

function remarks({ ack, requireHuman, escalation, via }: DrillOrder, levels: readonly PlannedLevel[]): readonly string[] {
  const empty = levels.filter(({ people }) => people.length === 0).map(({ level }) => level);
  return [
    ...(ack === 'auto' && requireHuman ? ['--ack auto acknowledges by API, and --require-human will not count that'] : []),
    ...(escalation ? ['whoever is paged must not acknowledge before the last level was called: tell the team now'] : []),
    ...(empty.length > 0 && empty.length < levels.length
      ? [`nobody is on call at level ${empty.join(' and ')}: PagerDuty passes it over at once`]
      : []),
    ...(via === 'stress'
      ? ['the alert is the real rule’s and bears no mark of a drill: verify takes its proof from a drill without --via stress']
      : []),
  ];
}

/** They would be paged, and only their mailbox would know. */
function uninvited(levels: readonly PlannedLevel[]): readonly string[] {
  const people = levels.flatMap((level) => level.people).filter(({ user }) => user?.invitationPending === true);
  const names = [...new Set(people.map(({ name }) => name))];
  return names.length === 0 ? [] : [`only e-mail reaches ${inWords(names)}: the invitation is not accepted yet`];
}
