import { setTimeout as pause } from 'node:timers/promises';
import type { SandboxReply, SandboxRequest, Wire } from '../core.ts';
import type { FaultPlan } from './plan.ts';
import { gatewayTimeout, loginPage, refusalOf } from './refusals.ts';
import type { Fault, FaultKind } from './spec.ts';

type Meeting = ReadonlyMap<FaultKind, Fault>;

/** Answers a request as the armed faults have it: some act before it is done, some after, some on the wire. */
export async function withFaults(plan: FaultPlan, request: SandboxRequest, answer: () => Promise<SandboxReply>): Promise<SandboxReply> {
  const meeting = plan.meeting(request.method, request.path);
  const slow = meeting.get('latency');
  if (slow !== undefined) await pause(slow.amount ?? 0);
  const refused = before(plan, meeting, request);
  if (refused !== undefined) return refused;
  const reply = meeting.has('user-lock') ? await locked(plan, request, answer) : await answer();
  return after(plan, meeting, request, reply);
}

/** The same for what one imitation asks of another: there is no wire between them, so all that can happen is a refusal. */
export function refusedInside(plan: FaultPlan, request: SandboxRequest): SandboxReply | undefined {
  return before(plan, plan.meeting(request.method, request.path), request);
}

function before(plan: FaultPlan, meeting: Meeting, request: SandboxRequest): SandboxReply | undefined {
  if (meeting.has('reset-before') || meeting.has('k8s-away')) return { status: 503, wire: { kind: 'reset' } };
  for (const fault of meeting.values()) {
    const refused = refusalOf(fault, request);
    if (refused !== undefined) return refused;
  }
  return isUnreadable(plan, request.path) ? notFound : undefined;
}

const notFound: SandboxReply = { status: 404, body: { error: { message: 'Not Found', code: 2100 } } };
const lockHeldMs = 100;

/** PagerDuty's own words for two creations at once; the one that came first goes through. */
async function locked(plan: FaultPlan, request: SandboxRequest, answer: () => Promise<SandboxReply>): Promise<SandboxReply> {
  if (request.method !== 'POST' || request.path !== '/users') return answer();
  if (plan.locks > 0)
    return { status: 400, body: { error: { message: 'Invalid Input Provided', code: 2001, errors: ['Account could not be locked'] } } };
  plan.locks += 1;
  try {
    await pause(lockHeldMs);
    return await answer();
  } finally {
    plan.locks -= 1;
  }
}

function after(plan: FaultPlan, meeting: Meeting, request: SandboxRequest, reply: SandboxReply): SandboxReply {
  if (meeting.has('504-after')) return gatewayTimeout(request);
  if (meeting.has('html-after')) return loginPage;
  const young = meeting.get('unreadable');
  if (young !== undefined) rememberYoung(plan, reply, young.amount ?? 0);
  const wire = wireOf(meeting);
  return { ...withoutUnreadable(plan, request, reply), ...(wire === undefined ? {} : { wire }) };
}

function wireOf(meeting: Meeting): Wire | undefined {
  if (meeting.has('reset-after')) return { kind: 'reset' };
  for (const kind of ['half', 'endless', 'flood'] as const) if (meeting.has(kind)) return { kind };
  const drip = meeting.get('drip');
  return drip && { kind: 'drip', milliseconds: drip.amount ?? 2000 };
}

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A created object comes alone under its own name. */
function rememberYoung(plan: FaultPlan, reply: SandboxReply, milliseconds: number): void {
  if (reply.status !== 201 || !isTree(reply.body)) return;
  for (const made of Object.values(reply.body))
    if (isTree(made) && typeof made['id'] === 'string') plan.unreadable.set(made['id'], Date.now() + milliseconds);
}

function isUnreadable(plan: FaultPlan, path: string): boolean {
  return path.split('/').some((part) => isYoung(plan, part));
}

function isYoung(plan: FaultPlan, id: unknown): boolean {
  return typeof id === 'string' && (plan.unreadable.get(id) ?? 0) > Date.now();
}

/** Lists do not have it yet either. */
function withoutUnreadable(plan: FaultPlan, { method }: SandboxRequest, reply: SandboxReply): SandboxReply {
  if (method !== 'GET' || plan.unreadable.size === 0 || !isTree(reply.body)) return reply;
  const shown = (row: unknown): boolean => !isTree(row) || !isYoung(plan, row['id']);
  const entries = Object.entries(reply.body).map(([name, value]) => [name, Array.isArray(value) ? value.filter(shown) : value]);
  return { ...reply, body: Object.fromEntries(entries) };
}
