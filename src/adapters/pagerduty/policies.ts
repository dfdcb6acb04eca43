import { PmpError, clean } from '../../engine/errors.ts';
import type { EscalationPolicy, EscalationTarget, Seen } from '../../model/index.ts';
import type { Client } from './client.ts';
import { createDirectory, type Directory } from './directory.ts';
import { readMark } from './mark.ts';
import { idsOf } from './rota.ts';
import { emailsOf } from './schedules.ts';
import type { Shape } from './shape.ts';
import type { UserEntry } from './users.ts';

export interface PolicyEntry {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ours: boolean;
  readonly loops: number;
  readonly levels: readonly { readonly delayMinutes: number; readonly targets: readonly TargetEntry[] }[];
  readonly services: readonly { readonly name: string; readonly ours: boolean }[];
}
interface TargetEntry {
  readonly kind: 'user' | 'schedule';
  readonly id: string;
  readonly name: string;
}

export function policyDirectory(client: Client): Directory<PolicyEntry> {
  return createDirectory(client, {
    path: '/escalation_policies',
    one: 'escalation_policy',
    many: 'escalation_policies',
    words: 'escalation policies',
    query: { 'include[]': ['services'] },
    read: readPolicy,
    idOf: (policy) => policy.id,
    keyOf: (policy) => policy.name.trim(),
    normal: (name) => name.trim(),
  });
}

export function readPolicy(shape: Shape): PolicyEntry {
  const { text, ours } = readMark(shape.textOr('description'));
  return {
    id: shape.text('id'),
    name: shape.text('name'),
    description: text,
    ours,
    loops: shape.numberOr('num_loops') ?? 0,
    levels: shape.list('escalation_rules').map((rule) => ({
      delayMinutes: rule.number('escalation_delay_in_minutes'),
      targets: rule.list('targets').map(readTarget),
    })),
    services: shape.listOr('services').map((service) => ({
      name: service.textOr('name') ?? service.textOr('summary') ?? '',
      ours: readMark(service.textOr('description')).ours,
    })),
  };
}

function readTarget(shape: Shape): TargetEntry {
  return { kind: shape.text('type').startsWith('user') ? 'user' : 'schedule', id: shape.text('id'), name: shape.textOr('summary') ?? '' };
}

export async function seenPolicy(entry: PolicyEntry, users: Directory<UserEntry>): Promise<Seen<EscalationPolicy>> {
  const targets = entry.levels.flatMap((level) => level.targets);
  const emails = await emailsOf(
    users,
    targets.filter((target) => target.kind === 'user'),
  );
  const seenTarget = ({ kind, id, name }: TargetEntry): EscalationTarget => ({
    kind,
    name: kind === 'user' ? (emails.get(id) ?? name) : name.trim(),
  });
  const others = entry.services.filter((service) => !service.ours).map((service) => service.name);
  return {
    value: {
      kind: 'escalation policy',
      name: entry.name.trim(),
      description: entry.description,
      loops: entry.loops,
      levels: entry.levels.map((level) => ({ delayMinutes: level.delayMinutes, targets: level.targets.map(seenTarget) })),
    },
    ours: entry.ours,
    ...(others.length > 0 && { usedBy: inWords('service', others) }),
  };
}

/** service "A"; services "A" and "B"; services "A", "B" and 3 more. */
export function inWords(noun: string, names: readonly string[]): string {
  const quoted = names.slice(0, names.length > 3 ? 2 : 3).map((name) => `"${clean(name, 80)}"`);
  const rest = names.length - quoted.length;
  const parts = rest > 0 ? [...quoted, `${rest} more`] : quoted;
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${names.length === 1 ? noun : plural} ${parts.length === 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`}`;
}

/** `scheduleIds`: of every schedule that is a target, by name. */
export async function policyBody(
  policy: EscalationPolicy,
  users: Directory<UserEntry>,
  scheduleIds: ReadonlyMap<string, string>,
  description: string,
): Promise<object> {
  const targets = policy.levels.flatMap((level) => level.targets);
  const ids = await idsOf(
    users,
    targets.filter((target) => target.kind === 'user').map((target) => target.name),
  );
  const target = ({ kind, name }: EscalationTarget): object => {
    const id = kind === 'user' ? ids.get(name) : scheduleIds.get(name.trim());
    if (id !== undefined) return { id, type: `${kind}_reference` };
    throw new PmpError('need-failed', {
      message: `schedule "${name}" is not in PagerDuty`,
      fix: 'Run setup again: it creates schedules before the policies that use them.',
      resource: `schedule ${name}`,
    });
  };
  return {
    escalation_policy: {
      type: 'escalation_policy',
      name: policy.name,
      description,
      num_loops: policy.loops,
      escalation_rules: policy.levels.map((level) => ({
        escalation_delay_in_minutes: level.delayMinutes,
        targets: level.targets.map(target),
      })),
    },
  };
}
