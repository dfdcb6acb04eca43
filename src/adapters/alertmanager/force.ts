import { secretKeys, type AlertmanagerSettings, type Parts, heartbeatSecretKey, heartbeatSecretName } from '../../model/index.ts';
import { PmpError } from '../../engine/errors.ts';
import type { Clock, KubernetesRead, Secret } from '../../ports/index.ts';
import { reveal } from '../secret.ts';
import { fieldLists, parseConfiguration } from './config.ts';
import type { Installation } from './find.ts';
import type { Look } from './look.ts';
import { liveReplicas, loadedBy, type Replica } from './replicas.ts';
import { readSource } from './source.ts';
import type { InlineValues } from './template.ts';
import type { AlertmanagerTextWork } from './text.ts';
import { dialectOf } from './version.ts';
import { pauses } from './pauses.ts';

export interface InForce {
  readonly kubernetes: KubernetesRead;
  readonly namespace: string;
  readonly text: AlertmanagerTextWork;
  readonly secretName: string;
  readonly heartbeat?: Secret;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** The settings with the folders that this Alertmanager really has the secrets under. */
export function effective(installation: Installation, settings: AlertmanagerSettings): AlertmanagerSettings {
  const { found, heartbeatDir } = installation;
  return { ...settings, keyDir: found.keyDir ?? settings.keyDir, heartbeatDir: heartbeatDir ?? settings.heartbeatDir };
}

export interface LoadedReplica {
  readonly replica: Replica;
  readonly original: string;
}

export async function loadedByAll(force: InForce, installation: Installation): Promise<readonly LoadedReplica[]> {
  if (!installation.workload) return [];
  const replicas = await liveReplicas(force.kubernetes, force.namespace, installation.workload);
  return Promise.all(
    replicas.map(async (replica) => ({
      replica,
      original: (await loadedBy(force.kubernetes, force.namespace, replica, installation.web)).original,
    })),
  );
}

/** What a replica says while it starts or stops. */
const passing: readonly string[] = ['kubernetes-unreachable', 'alertmanager-unreachable', 'kubernetes-refused'];
/** A pod starts within this, or not at all. */
const settleMs = 60_000;
const pauseMs = 2_000;

export function isPassing(thrown: unknown): boolean {
  return thrown instanceof PmpError && passing.includes(thrown.id);
}

/** As `loadedByAll`, from what was seen already. */
async function loadedAsSeen(installation: Installation, look: Look): Promise<readonly LoadedReplica[]> {
  if (!installation.workload) return [];
  const servers = await look.servers(installation.workload);
  return Promise.all(servers.map(async (server) => ({ replica: server.replica, original: (await look.status(server)).original })));
}

/** Asks again for a while: a rollout may be under way (an earlier run may have begun it and been stopped), or an answer was lost. */
export async function onceSettled<T>({ clock, signal }: Pick<InForce, 'clock' | 'signal'>, read: () => Promise<T>): Promise<T> {
  const until = clock.now() + settleMs;
  const next = pauses(pauseMs);
  for (;;) {
    try {
      return await read();
    } catch (thrown) {
      if (!isPassing(thrown) || clock.now() >= until) throw thrown;
    }
    await clock.sleep(next.next().value, 'every Alertmanager replica to answer', signal);
  }
}

async function loadedOrForgotten(installation: Installation, look: Look): Promise<readonly LoadedReplica[]> {
  try {
    return await loadedAsSeen(installation, look);
  } catch (thrown) {
    look.forget();
    throw thrown;
  }
}

/**
 * The parts that every replica has loaded, in the words of the settings: where the version or the mount needs another spelling of the
 * same thing (an inline key, another folder), it reads as wanted.
 */
export async function partsInForce(
  force: InForce,
  installation: Installation,
  look: Look,
  settings: AlertmanagerSettings,
): Promise<Parts | undefined> {
  const loaded = await onceSettled(force, () => loadedOrForgotten(installation, look));
  if (loaded.length === 0) return undefined;
  const wanted = force.text.parts(settings);
  const spelt = force.text.partsOf(effective(installation, settings), dialectOf(installation.found.version));
  const each = loaded.map(({ original }) => force.text.partsIn(original, settings));
  const wrongKeys =
    dialectOf(installation.found.version).keys === 'inline' ? await wrongInlineKeys(force, installation) : new Set<string>();
  const entries = Object.keys(wanted).flatMap((name) => {
    const values = new Set(each.map((parts) => parts[name]));
    if (values.size > 1) return [[name, 'differs between replicas'] as const];
    const [value] = values;
    if (wrongKeys.has(name)) return [[name, 'another key than the one in the secret'] as const];
    const read = value === spelt[name] ? wanted[name] : value;
    return read === undefined ? [] : [[name, read] as const];
  });
  return Object.fromEntries(entries);
}

/** Whether each replica runs exactly the parts as this dialect spells them. */
export function isOurs(force: InForce, installation: Installation, settings: AlertmanagerSettings, original: string): boolean {
  const spelt = force.text.partsOf(effective(installation, settings), dialectOf(installation.found.version));
  const found = force.text.partsIn(original, settings);
  return Object.keys(force.text.parts(settings)).every((name) => found[name] === spelt[name]);
}

/** A loaded configuration hides its keys; the Secret that it is read from does not. */
async function wrongInlineKeys(force: InForce, installation: Installation): Promise<ReadonlySet<string>> {
  const { source } = installation;
  if (source?.kind !== 'Secret') return new Set();
  const seen = await readSource(force.kubernetes, force.namespace, source);
  const values = await inlineValues(force);
  const receivers = parseConfiguration(seen.text)?.receivers ?? [];
  const wrong = (['critical', 'high'] as const).filter((role) => {
    const pager = fieldLists(receivers.find((one) => one['name'] === `pagerduty-${role}`)?.['pagerduty_configs'])[0];
    return (pager?.['routing_key'] ?? pager?.['service_key']) !== values?.keys[role];
  });
  return new Set(wrong.map((role) => `receiver pagerduty-${role}: key`));
}

/** The keys of the guide's secret, for a configuration that must hold them itself; undefined while the secret lacks them. */
export async function inlineValues(force: InForce): Promise<InlineValues | undefined> {
  const [held, beat] = await Promise.all([
    force.kubernetes.secret(force.namespace, force.secretName),
    force.heartbeat ?? force.kubernetes.secret(force.namespace, heartbeatSecretName).then((secret) => secret?.data.get(heartbeatSecretKey)),
  ]);
  const [critical, high] = [held?.data.get(secretKeys.critical), held?.data.get(secretKeys.high)];
  if (!critical || !high) return undefined;
  return { keys: { critical: reveal(critical).trim(), high: reveal(high).trim() }, ...(beat ? { watchdogUrl: reveal(beat).trim() } : {}) };
}
