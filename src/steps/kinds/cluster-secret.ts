import { PmpError } from '../../engine/index.ts';
import { fieldManager, type ClusterSecret, type FieldDiff, type Resource, type Seen } from '../../model/index.ts';
import type { ReadWorld, Secret, SeenSecret, World } from '../../ports/index.ts';
import { clusterToRead, clusterToWrite } from './cluster.ts';

/** What the heartbeat secret's entry means; its value comes from the person who runs us. */
export const watchdogAddress = "the dead-man's-switch address";

export async function seenClusterSecret(world: ReadWorld, want: ClusterSecret): Promise<Seen<ClusterSecret> | undefined> {
  const found = await clusterToRead(world).secret(want.namespace, want.name);
  if (found === undefined) return undefined;
  const held = await Promise.all(
    Object.entries(want.entries).map(
      async ([entry, meaning]) => [entry, await heldText(world, want, meaning, found.data.get(entry))] as const,
    ),
  );
  const entries = Object.fromEntries(held.flatMap(([entry, text]) => (text === undefined ? [] : [[entry, text] as const])));
  const ours = found.labels['app.kubernetes.io/managed-by'] === fieldManager;
  const usedBy = found.owner === undefined ? {} : { usedBy: `written by ${found.owner}` };
  return { value: { ...want, entries, immutable: found.immutable }, ours, ...usedBy, ...(ours ? {} : { detail: 'not made by pmp-pd' }) };
}

/** What an entry holds, said by meaning: the wanted one where the fingerprints agree. Two absences are no match. */
async function heldText(world: ReadWorld, want: ClusterSecret, meaning: string, found: Secret | undefined): Promise<string | undefined> {
  if (found === undefined) return undefined;
  const right = await valueOf(world, want, meaning);
  if (right === undefined) return meaning === watchdogAddress ? meaning : `another value (${found.fingerprint})`;
  return right.fingerprint === found.fingerprint ? meaning : `another value (${found.fingerprint})`;
}

function valueOf(world: ReadWorld, want: ClusterSecret, meaning: string): Promise<Secret | undefined> {
  if (meaning === watchdogAddress || want.integration === undefined) return Promise.resolve(world.heartbeat);
  return world.pagerduty.integrationKey(meaning, want.integration);
}

export function secretDiff(before: ClusterSecret, after: ClusterSecret): readonly FieldDiff[] {
  const replace = before.immutable ? { replace: true } : {};
  return Object.entries(after.entries).flatMap(([entry, to]) => {
    const from = before.entries[entry];
    const words = to === watchdogAddress ? to : `the key of ${to}`;
    return from === to ? [] : [{ field: entry, from: from ?? 'absent', to: words, ...replace }];
  });
}

export async function writeSecret(world: World, wanted: ClusterSecret, seen: Seen<Resource> | undefined, replace: boolean): Promise<void> {
  const kubernetes = clusterToWrite(world);
  if (seen?.usedBy !== undefined) throw ownedByController(wanted, seen.usedBy);
  const data: Record<string, Secret> = {};
  for (const [entry, meaning] of Object.entries(wanted.entries)) data[entry] = await required(world, wanted, meaning);
  const before: SeenSecret | undefined = replace ? await kubernetes.secret(wanted.namespace, wanted.name) : undefined;
  // An immutable Secret keeps its name: delete and create follow at once, and a re-run completes it.
  if (before)
    await kubernetes.delete(
      { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespace: wanted.namespace, name: wanted.name },
      before.uid,
    );
  await kubernetes.applySecret({ namespace: wanted.namespace, name: wanted.name, data }, { force: seen?.value !== undefined });
}

async function required(world: World, wanted: ClusterSecret, meaning: string): Promise<Secret> {
  const value = await valueOf(world, wanted, meaning);
  if (value !== undefined) return value;
  throw new PmpError('need-failed', {
    message: `the value for secret "${wanted.name}" is not known: ${meaning}`,
    cause: 'PagerDuty showed no integration of ours on that service.',
    fix: 'Run the same command again without --only or --skip.',
  });
}

function ownedByController(wanted: ClusterSecret, owner: string): PmpError {
  return new PmpError('kubernetes-conflict', {
    message: `secret "${wanted.name}" in ${wanted.namespace} is ${owner}`,
    cause: 'What pmp-pd writes there would be overwritten by it.',
    fix: 'Put the keys into its source, or name another secret in the answers (kubernetes.secret).',
  });
}
