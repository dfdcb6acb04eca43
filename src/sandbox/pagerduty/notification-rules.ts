import type { SandboxReply } from '../core.ts';
import { created, gone, includes, ok, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { methodReference, presentMethod } from './contact-methods.ts';
import { userOf } from './find.ts';
import { needAbility } from './plans.ts';
import { invalid, notFound } from './refusal.ts';
import type { MethodRow, PagerDutyWorld, RuleRow, UserRow } from './types.ts';
import { enveloped, integer, isObject, oneOf } from './validate.ts';
import type { Body } from './validate.ts';

const base = '/users/:id/notification_rules';
export const notificationRuleRoutes: readonly Route[] = [
  { method: 'GET', path: base, handler: listRules },
  { method: 'POST', path: base, handler: createRule },
  { method: 'GET', path: `${base}/:rule`, handler: (call) => shown(call, userOf(call), ruleOf(call)) },
  { method: 'PUT', path: `${base}/:rule`, handler: updateRule },
  { method: 'DELETE', path: `${base}/:rule`, handler: deleteRule },
];

function ruleOf(call: Call): RuleRow {
  const rule = userOf(call).rules.find((row) => row.id === param(call, 'rule'));
  if (!rule) throw notFound(5001);
  return rule;
}

const shown = (call: Call, user: UserRow, rule: RuleRow): SandboxReply =>
  ok({ notification_rule: presentRule(call.world, user, rule, includes(call, 'contact_methods')) });

/** Without `urgency` only the high-urgency rules are listed: a trap that PagerDuty has too. */
function listRules(call: Call): SandboxReply {
  const urgency = call.request.query.get('urgency') ?? 'high';
  if (!['high', 'low', 'all'].includes(urgency)) throw invalid('Urgency is not included in the list');
  const user = userOf(call);
  const rules = user.rules.filter((rule) => urgency === 'all' || rule.urgency === urgency);
  return ok({ notification_rules: rules.map((rule) => presentRule(call.world, user, rule, includes(call, 'contact_methods'))) });
}

export function ruleReference(world: PagerDutyWorld, user: UserRow, rule: RuleRow): Readonly<Record<string, unknown>> {
  return {
    id: rule.id,
    type: 'assignment_notification_rule_reference',
    summary: `${rule.delay} minutes: channel ${rule.method}`,
    self: `${world.baseUrl}/users/${user.id}/notification_rules/${rule.id}`,
    html_url: null,
  };
}

export function presentRule(world: PagerDutyWorld, user: UserRow, rule: RuleRow, whole: boolean): unknown {
  const method = user.methods.find((row) => row.id === rule.method);
  return {
    ...ruleReference(world, user, rule),
    type: 'assignment_notification_rule',
    start_delay_in_minutes: rule.delay,
    created_at: new Date(rule.created_at).toISOString(),
    contact_method: method ? (whole ? presentMethod(world, user, method) : methodReference(world, user, method)) : null,
    urgency: rule.urgency,
  };
}

function createRule(call: Call): SandboxReply {
  const user = userOf(call);
  const wanted = ruleIn(call, user, enveloped(call.request.body, 'notification_rule'));
  unique(user, wanted);
  const rule: RuleRow = { id: call.world.id('P', 7), ...wanted, created_at: call.world.now() };
  user.rules.push(rule);
  return created({ notification_rule: presentRule(call.world, user, rule, false) });
}

function ruleIn(call: Call, user: UserRow, body: Body): Pick<RuleRow, 'method' | 'urgency' | 'delay'> {
  if (body['type'] !== 'assignment_notification_rule') throw invalid('Type is not included in the list');
  const delay = integer(body, 'start_delay_in_minutes', 0, 1_000_000);
  const urgency = oneOf(body, 'urgency', ['high', 'low']) === 'low' ? 'low' : 'high';
  if (urgency === 'low') needAbility(call.state, 'urgencies');
  return { method: methodIn(user, body['contact_method']).id, urgency, delay };
}

function methodIn(user: UserRow, value: unknown): MethodRow {
  const method = isObject(value) ? user.methods.find((row) => row.id === value['id']) : undefined;
  if (!isObject(value) || !method) throw invalid("Contact method can't be blank");
  if (value['type'] !== method.type && value['type'] !== `${method.type}_reference`) throw invalid('Contact method type is invalid');
  return method;
}

function unique(user: UserRow, wanted: Pick<RuleRow, 'method' | 'urgency' | 'delay'>, self?: RuleRow): void {
  const twin = user.rules.some(
    (row) => row !== self && row.method === wanted.method && row.urgency === wanted.urgency && row.delay === wanted.delay,
  );
  if (twin) throw invalid('Channel Start delay must be unique for a given contact method');
}

function updateRule(call: Call): SandboxReply {
  const user = userOf(call);
  const rule = ruleOf(call);
  const old: Body = {
    type: 'assignment_notification_rule',
    start_delay_in_minutes: rule.delay,
    urgency: rule.urgency,
    contact_method: { id: rule.method, type: user.methods.find((row) => row.id === rule.method)?.type },
  };
  const wanted = ruleIn(call, user, { ...old, ...enveloped(call.request.body, 'notification_rule') });
  unique(user, wanted, rule);
  Object.assign(rule, wanted);
  return shown(call, user, rule);
}

function deleteRule(call: Call): SandboxReply {
  const user = userOf(call);
  const rule = ruleOf(call);
  user.rules = user.rules.filter((row) => row !== rule);
  return gone();
}
