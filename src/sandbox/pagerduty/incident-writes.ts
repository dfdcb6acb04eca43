import type { SandboxReply } from '../core.ts';
import { isPriority } from './account.ts';
import { announce } from './announce.ts';
import { created, ok } from './call.ts';
import type { Call, Route } from './call.ts';
import { arm, assign, pend, peopleAt, mannedFrom, reach, snapshotOf } from './escalate.ts';
import { incidentOf } from './incident-find.ts';
import { agentName, byService, enter, namesOf, turn } from './incident-log.ts';
import type { Agent, IncidentRow } from './incident-types.ts';
import { presentIncident } from './incidents.ts';
import { ring } from './notify.ts';
import { invalid, notFound, Refusal, refusal } from './refusal.ts';
import { acknowledge, reopen, resolve, snooze } from './transitions.ts';
import { enveloped, isObject, list, oneOf, optionalText, reference, text } from './validate.ts';
import type { Body } from './validate.ts';

export const incidentWriteRoutes: readonly Route[] = [
  { method: 'PUT', path: '/incidents', handler: updateMany, from: true },
  { method: 'PUT', path: '/incidents/:id', handler: updateOne, from: true },
  { method: 'POST', path: '/incidents/:id/snooze', handler: snoozeIncident, from: true },
];

const most = 250;

/** Whoever acts; without a person, in the name of the service. */
export const actor = (call: Call, incident: IncidentRow): Agent =>
  call.requester ? { type: 'user', id: call.requester.id } : byService(incident);

function updateOne(call: Call): SandboxReply {
  const incident = incidentOf(call);
  update(call, incident, enveloped(call.request.body, 'incident'));
  return ok({ incident: presentIncident(call, incident) });
}

export const tooMany = (): Refusal => new Refusal(413, { error: { message: 'Request Entity Too Large', code: 2001 } });

/** Every incident is looked up before the first is changed. */
function updateMany(call: Call): SandboxReply {
  const wanted = listIn(call, 'incidents').map((body) => {
    const incident = call.state.incidents.find((row) => row.id === body['id']);
    if (!incident) throw notFound(5001);
    return { incident, body };
  });
  for (const { incident, body } of wanted) update(call, incident, body);
  const incidents = wanted.map(({ incident }) => presentIncident(call, incident));
  return ok({ incidents, limit: most, offset: 0, more: false, total: null });
}

/** @throws Refusal 413 for more than 250 */
export function listIn(call: Call, name: string): readonly Body[] {
  const items = list(enveloped(JSON.stringify({ body: parsed(call.request.body) }), 'body'), name);
  if (items.length === 0) throw invalid(`${name} can't be blank`);
  if (items.length > most) throw tooMany();
  return items.map((item) => (isObject(item) ? item : refuse(`${name} must be objects`)));
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw invalid('Request body is not valid JSON');
  }
}

function refuse(message: string): never {
  throw invalid(message);
}

/** All that a request wants of an incident, or nothing. */
function update(call: Call, incident: IncidentRow, body: Body): void {
  const [before, deliveries] = [structuredClone(incident), call.state.deliveries];
  try {
    change(call, incident, body);
  } catch (thrown) {
    Object.assign(incident, before);
    call.state.deliveries = deliveries;
    throw thrown;
  }
}

function change(call: Call, incident: IncidentRow, body: Body): void {
  oneOf(body, 'type', ['incident', 'incident_reference']);
  if (body['assignments'] !== undefined && body['escalation_policy'] !== undefined)
    throw invalid('Assignments cannot be specified if an escalation policy is given');
  if (isObject(body['priority']) && !isPriority(body['priority']['id'])) throw refusal(400, 1020, 'Priority Invalid');
  if (typeof body['title'] === 'string') incident.title = text(body, 'title', { max: 1024 });
  if (body['status'] !== undefined) changeStatus(call, incident, body);
  if (body['urgency'] !== undefined) changeUrgency(call, incident, oneOf(body, 'urgency', ['high', 'low']) === 'low' ? 'low' : 'high');
  if (body['escalation_policy'] !== undefined) delegate(call, incident, body);
  if (body['escalation_level'] !== undefined) escalateTo(call, incident, body['escalation_level']);
  if (body['assignments'] !== undefined) reassign(call, incident, body);
}

function changeStatus(call: Call, incident: IncidentRow, body: Body): void {
  const by = actor(call, incident);
  const status = oneOf(body, 'status', ['triggered', 'acknowledged', 'resolved']);
  const over = incident.status === 'resolved';
  if (status === 'resolved') {
    if (over) throw alreadyResolved();
    return resolve(call.world, incident, by, 'api', optionalText(body, 'resolution') ?? undefined);
  }
  // PagerDuty says so: any other status opens a resolved incident again.
  if (over) reopen(call, incident, by);
  else if (status === 'triggered') throw invalid('Status cannot be changed to triggered');
  if (status === 'triggered') return;
  if (incident.acknowledgements.some(({ user }) => user === by.id)) throw refusal(400, 1002, 'Incident Already Acknowledged');
  acknowledge(call.world, incident, by, 'api');
}

const alreadyResolved = (): Refusal => refusal(400, 1001, 'Incident Already Resolved');

function changeUrgency(call: Call, incident: IncidentRow, urgency: IncidentRow['urgency']): void {
  if (incident.status === 'resolved') throw alreadyResolved();
  if (incident.urgency === urgency) return;
  const agent = actor(call, incident);
  incident.urgency = urgency;
  const summary = `Urgency changed to ${urgency} by ${agentName(call.state, agent)}`;
  enter(call.world, incident, { type: 'urgency_change', summary, agent, channel: 'api' });
  if (incident.status !== 'triggered') return;
  ring(
    call.world,
    incident,
    incident.assignments.map(({ user }) => user),
  );
  arm(call, incident);
}

/** To a level of the policy as it was when the incident was opened. */
function escalateTo(call: Call, incident: IncidentRow, level: unknown): void {
  if (incident.status === 'resolved') throw alreadyResolved();
  const levels = incident.live?.levels ?? [];
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 1 || level > levels.length)
    throw refusal(400, 1006, 'Incident Cannot Be Escalated', ['Escalation level is not a level of the escalation policy']);
  const people = peopleAt(call, levels, level);
  if (people.length === 0) throw nobodyOnCall();
  const agent = retriggered(call, incident);
  reach(call, incident, { level, people }, agent, 'api');
}

/** Whoever gets an incident has not acknowledged it. @returns who acts */
function retriggered(call: Call, incident: IncidentRow): Agent {
  const agent = actor(call, incident);
  if (incident.status !== 'triggered') turn(call.world, incident, 'triggered', agent);
  return agent;
}

const nobodyOnCall = (): Refusal => refusal(400, 1015, 'Escalation Policy Has Nobody On Call');

function reassign(call: Call, incident: IncidentRow, body: Body): void {
  if (incident.status === 'resolved') throw alreadyResolved();
  const people = list(body, 'assignments').map((item) => {
    const { id } = reference(isObject(item) ? item['assignee'] : undefined, 'assignee', ['user_reference', 'user']);
    if (!call.state.users.some((user) => user.id === id)) throw refusal(400, 1007, 'Assignee Not Found');
    return id;
  });
  if (people.length === 0) throw invalid("Assignments can't be blank");
  const agent = retriggered(call, incident);
  if (incident.live) incident.live.direct = true;
  const summary = `Assigned to ${namesOf(call.state, people)} by ${agentName(call.state, agent)}`;
  enter(call.world, incident, { type: 'assign', summary, agent, channel: 'api', assignees: people });
  assign(call, incident, people);
  announce(call.world, incident, 'reassigned', agent);
}

/** Hands the incident to another policy, which begins with its first level. */
function delegate(call: Call, incident: IncidentRow, body: Body): void {
  if (incident.status === 'resolved') throw alreadyResolved();
  const { id } = reference(body['escalation_policy'], 'escalation_policy', ['escalation_policy_reference', 'escalation_policy']);
  const policy = call.state.policies.find((row) => row.id === id);
  if (!policy) throw refusal(400, 1014, 'Escalation Policy Not Found');
  const levels = snapshotOf(policy);
  const first = mannedFrom(call, levels, 1);
  if (!first) throw nobodyOnCall();
  const agent = retriggered(call, incident);
  incident.policy = policy.id;
  if (incident.live) Object.assign(incident.live, { levels, loops: policy.num_loops, level: first.level, loop: 0, direct: false });
  const summary = `Delegated to ${policy.name} by ${agentName(call.state, agent)}`;
  enter(call.world, incident, { type: 'delegate', summary, agent, channel: 'api', assignees: first.people });
  assign(call, incident, first.people);
  announce(call.world, incident, 'delegated', agent);
}

/** Only what is acknowledged can be put off. The snooze takes the place of the acknowledgement's own end. */
function snoozeIncident(call: Call): SandboxReply {
  const incident = incidentOf(call);
  const body = parsed(call.request.body);
  const duration = isObject(body) ? body['duration'] : undefined;
  if (typeof duration !== 'number' || !Number.isInteger(duration) || duration < 1 || duration > 604_800)
    throw refusal(400, 1013, 'Snooze Duration Invalid', ['Duration must be between 1 and 604800 seconds']);
  if (incident.status === 'resolved') throw alreadyResolved();
  if (incident.status !== 'acknowledged') throw refusal(400, 1012, 'Incident Not Acknowledged');
  pend(incident, ['unacknowledge']);
  snooze(call.world, incident, actor(call, incident), duration);
  return created({ incident: presentIncident(call, incident) });
}
