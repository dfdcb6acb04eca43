import type { ErrorId, PmpError } from '../engine/index.ts';

/** The contract's exit codes, by what happened. */
export const exit = {
  done: 0,
  failed: 1,
  usage: 2,
  unreadable: 4,
  changes: 5,
  partly: 6,
  unseen: 7,
  interrupted: 130,
  terminated: 143,
} as const;

const wrongInput: readonly ErrorId[] = ['usage', 'answers-invalid', 'answer-missing', 'plan-too-small', 'not-ours', 'name-twice'];
const unreadable: readonly ErrorId[] = [
  'pagerduty-credentials',
  'pagerduty-permission',
  'pagerduty-unreachable',
  'pagerduty-rate-limit',
  'pagerduty-rubbish',
  'account-expired',
  'kubernetes-config',
  'kubernetes-credentials',
  'kubernetes-permission',
  'kubernetes-unreachable',
];

/** The exit code of an error that ended a command before it wrote anything. */
export function exitCodeOf({ id }: PmpError): number {
  if (id === 'interrupted') return exit.interrupted;
  if (id === 'terminated') return exit.terminated;
  if (wrongInput.includes(id)) return exit.usage;
  return unreadable.includes(id) ? exit.unreadable : exit.failed;
}
