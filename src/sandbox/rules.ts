import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { clean, PmpError } from '../engine/errors.ts';
import { builtInKind } from './kubernetes/kinds.ts';
import { reconcile } from './kubernetes/reconcile.ts';
import { find, store } from './kubernetes/state.ts';
import type { KubernetesState } from './kubernetes/state.ts';
import { tree } from './kubernetes/tree.ts';
import type { Machine } from './machine.ts';
import { readRules, Unloadable } from './prometheus/config.ts';

const biggest = 1024 * 1024;

/**
 * What an admin does with `kubectl`: puts a file of rules where the cluster's Prometheus loads them from.
 * @returns a sentence @throws PmpError `file`, `usage` for no rules, `sandbox` where no Prometheus has a place for them
 */
export function loadRules(machine: Machine, file: string): string {
  const text = textOf(file);
  const names = rulesIn(file, text);
  const world = machine.world('kubernetes');
  const cluster = world.state as KubernetesState;
  const map = find(cluster, 'configmaps', 'monitoring', 'prometheus-rules');
  if (map === undefined) {
    throw new PmpError('sandbox', {
      message: 'The Prometheus of the sandbox has no ConfigMap monitoring/prometheus-rules',
      fix: 'Run `pmp-pd sandbox reset`, then load the rules again.',
    });
  }
  const data = { ...tree(map['data']), [basename(file)]: text };
  store(cluster, builtInKind('configmaps'), { ...map, data }, world.now());
  reconcile(cluster, world.now());
  return `Prometheus has loaded ${clean(basename(file), 100)}: ${clean(names.join(', '), 300)}.`;
}

function textOf(file: string): string {
  try {
    if (statSync(file).size > biggest) throw new Error('it is larger than a ConfigMap can be (1 MiB)');
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new PmpError('file', {
      message: `The rules ${clean(file, 200)} cannot be read`,
      cause: clean((thrown as Error).message),
      fix: 'Name the pmp-rules.yml that `pmp-pd setup` wrote.',
    });
  }
}

/** Names of the alerts. */
function rulesIn(file: string, text: string): readonly string[] {
  try {
    const names = readRules(basename(file), text, 30_000).flatMap(({ rules }) => rules.map(({ name }) => name));
    if (names.length === 0) throw new Unloadable('it has no rules');
    return names;
  } catch (thrown) {
    if (!(thrown instanceof Unloadable)) throw thrown;
    throw new PmpError('usage', {
      message: `Prometheus would not load ${clean(file, 200)}`,
      cause: clean(thrown.message),
      fix: 'Check it with `promtool check rules`.',
    });
  }
}
