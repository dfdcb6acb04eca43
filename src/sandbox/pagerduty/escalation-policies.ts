import type { SandboxReply } from '../core.ts';
import { byName, created, gone, includes, many, matching, ok, page } from './call.ts';
import type { Call, Route } from './call.ts';
import { policyOf } from './find.ts';
import { needRoom, stakeholderRoles } from './plans.ts';
import { head, referTo } from './present.ts';
import { invalid } from './refusal.ts';
import { presentService } from './services.ts';
import type { PolicyRow, TargetRow } from './types.ts';
import { presentUser } from './users.ts';
import { enveloped, integer, isObject, list, oneOf, optionalText, reference, rightType, sameName, text } from './validate.ts';
import type { Body } from './validate.ts';

export const policyRoutes: readonly Route[] = [
  { method: 'GET', path: '/escalation_policies', handler: listPolicies },
  { method: 'POST', path: '/escalation_policies', handler: createPolicy },
  { method: 'GET', path: '/escalation_policies/:id', handler: (call) => ok({ escalation_policy: presentPolicy(call, policyOf(call)) }) },
  { method: 'PUT', path: '/escalation_policies/:id', handler: updatePolicy },
  { method: 'DELETE', path: '/escalation_policies/:id', handler: deletePolicy },
];

function listPolicies(call: Call): SandboxReply {
  const people = many(call, 'user_ids');
  const rows = byName(
    call,
    matching(call, call.state.policies, (row) => row.name),
  ).filter((row) => people.length === 0 || row.rules.some((rule) => rule.targets.some((target) => people.includes(target.id))));
  return page(call, 'escalation_policies', rows, (row) => presentPolicy(call, row));
}

export function presentPolicy(call: Call, row: PolicyRow): unknown {
  const services = call.state.services.filter((service) => service.policy === row.id);
  return {
    ...head(call.world, 'escalation_policy', row.id, row.name),
    name: row.name,
    description: row.description,
    num_loops: row.num_loops,
    on_call_handoff_notifications: row.on_call_handoff_notifications,
    escalation_rules: row.rules.map((rule) => ({
      id: rule.id,
      escalation_delay_in_minutes: rule.delay,
      targets: rule.targets.map((target) => presentTarget(call, target)),
      escalation_rule_assignment_strategy: { type: 'assign_to_everyone' },
    })),
    services: services.map((service) =>
      includes(call, 'services') ? presentService(call, service) : referTo(call.world, 'service', service.id),
    ),
    teams: [],
  };
}

function presentTarget(call: Call, target: TargetRow): unknown {
  const user = includes(call, 'targets') && target.type === 'user' ? call.state.users.find((row) => row.id === target.id) : undefined;
  return user ? presentUser(call, user) : referTo(call.world, target.type, target.id);
}

function createPolicy(call: Call): SandboxReply {
  const body = enveloped(call.request.body, 'escalation_policy');
  rightType(body, ['escalation_policy']);
  const wanted = fieldsIn(body);
  const name = text(body, 'name', { max: 255 });
  freeName(call, name);
  const rules = rulesIn(call, body);
  needRoom(call.state, 'policies');
  const row: PolicyRow = { id: call.world.id('P', 7), name, ...wanted, rules };
  call.state.policies.push(row);
  return created({ escalation_policy: presentPolicy(call, row) });
}

function freeName(call: Call, name: string, self?: PolicyRow): void {
  if (call.state.policies.some((row) => row !== self && sameName(row.name, name))) throw invalid('Name has already been taken');
}

function fieldsIn(body: Body, old?: PolicyRow): Pick<PolicyRow, 'description' | 'num_loops' | 'on_call_handoff_notifications'> {
  const description = optionalText(body, 'description');
  const teams = list(body, 'teams');
  if (teams.length > 1) throw invalid('Teams is too long (maximum is 1)');
  if (teams.length > 0) throw invalid('Team not found');
  return {
    description: description === undefined ? (old?.description ?? null) : description,
    num_loops: body['num_loops'] === undefined ? (old?.num_loops ?? 0) : integer(body, 'num_loops', 0, 9),
    on_call_handoff_notifications:
      body['on_call_handoff_notifications'] === undefined
        ? (old?.on_call_handoff_notifications ?? 'if_has_services')
        : oneOf(body, 'on_call_handoff_notifications', ['if_has_services', 'always']),
  };
}

function rulesIn(call: Call, body: Body, old?: PolicyRow): PolicyRow['rules'] {
  const sent = list(body, 'escalation_rules');
  if (sent.length === 0) throw invalid("Escalation rules can't be blank");
  return sent.map((item) => {
    if (!isObject(item)) throw invalid('Escalation rules must be objects');
    const known = old?.rules.find((rule) => rule.id === item['id']);
    return {
      id: known?.id ?? call.world.id('P', 7),
      delay: integer(item, 'escalation_delay_in_minutes', 1, 30 * 24 * 60),
      targets: targetsIn(call, item),
    };
  });
}

function targetsIn(call: Call, rule: Body): readonly TargetRow[] {
  const targets = list(rule, 'targets');
  if (targets.length === 0) throw invalid("Escalation rule targets can't be blank");
  if (targets.length > 10) throw invalid('Escalation rule targets is too long (maximum is 10)');
  return targets.map((item) => targetIn(call, item));
}

/** A v3 schedule may be written as either kind of schedule reference. */
function targetIn(call: Call, item: unknown): TargetRow {
  const types = ['user', 'schedule', 'schedule_v3'].flatMap((type) => [type, `${type}_reference`]);
  const { id, type } = reference(item, 'target', types);
  if (type.startsWith('user')) {
    const user = call.state.users.find((row) => row.id === id);
    if (!user) throw invalid('User not found');
    if (stakeholderRoles.includes(user.role)) throw invalid(`${user.name} cannot be on call with the role ${user.role}`);
    return { id, type: 'user' };
  }
  if (call.state.schedules.some((row) => row.id === id)) return { id, type: 'schedule' };
  if (call.state.shiftSchedules.some((row) => row.id === id)) return { id, type: 'schedule_v3' };
  throw invalid('Schedule not found');
}

function updatePolicy(call: Call): SandboxReply {
  const row = policyOf(call);
  const body = enveloped(call.request.body, 'escalation_policy');
  rightType(body, ['escalation_policy']);
  const name = body['name'] === undefined ? row.name : text(body, 'name', { max: 255 });
  freeName(call, name, row);
  const rules = body['escalation_rules'] === undefined ? row.rules : rulesIn(call, body, row);
  Object.assign(row, { name, ...fieldsIn(body, row), rules });
  return ok({ escalation_policy: presentPolicy(call, row) });
}

function deletePolicy(call: Call): SandboxReply {
  const row = policyOf(call);
  if (call.state.services.some((service) => service.policy === row.id)) {
    throw invalid("Escalation policy can't be deleted if it's being used by services");
  }
  call.state.policies = call.state.policies.filter((each) => each !== row);
  return gone();
}
