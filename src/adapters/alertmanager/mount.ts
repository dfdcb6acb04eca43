import { PmpError } from '../../engine/errors.ts';
import { heartbeatSecretName } from '../../model/index.ts';
import type { Clock, Kubernetes, KubeObject } from '../../ports/index.ts';
import { fieldsOf, listOf, textOf } from './config.ts';
import type { Installation } from './find.ts';
import { waitForRollout, type Rollout } from './rollout.ts';
import {
  alertmanagers,
  closedFolders,
  deployments,
  mountOfSecret,
  ourPrefix,
  refTo,
  secrets,
  statefulSets,
  templateOf,
  volumesOfSecret,
  podSpec,
  type PodSpec,
} from './workload.ts';

export interface Place {
  readonly secret: string;
  readonly dir: string;
}

export interface Mounting {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly namespace: string;
  readonly signal?: AbortSignal;
  readonly notify: (words: string) => void;
}

/** The guide's secret, and the heartbeat's where it exists. */
export async function placesToMount(work: Mounting, secret: string, keyDir: string, heartbeatDir: string): Promise<readonly Place[]> {
  const heartbeat = await work.kubernetes.get(refTo(secrets, work.namespace, heartbeatSecretName));
  return [{ secret, dir: keyDir }, ...(heartbeat ? [{ secret: heartbeatSecretName, dir: heartbeatDir }] : [])];
}

/**
 * Shows the secrets to every replica and waits for the rollout. Mounts that others made are left as they are.
 * @throws PmpError; the old pod template is in force again by then
 */
export async function mountSecrets(work: Mounting, installation: Installation, places: readonly Place[]): Promise<void> {
  if (installation.custom) return mountByOperator(work, installation, installation.custom, places);
  const { workload, spec } = installation;
  if (!workload || !spec) return;
  const before = ourPlaces(spec);
  const wanted = places.filter((place) => !mountedByOthers(spec, place));
  for (const place of wanted) refuseNested(spec, place);
  if (samePlaces(before, wanted)) return wait(work, installation, places, 'Alertmanager to finish its rollout', {});
  await applyPlaces(work, installation, wanted);
  try {
    await wait(work, installation, places, 'Alertmanager to restart with the secret mounted');
  } catch (thrown) {
    work.notify('The rollout failed: the old pod template is put back.');
    await applyPlaces(work, installation, before);
    throw thrown;
  }
}

function ourPlaces(spec: PodSpec): readonly Place[] {
  return spec.volumes.flatMap((volume) => {
    const name = textOf(volume['name']) ?? '';
    const secret = textOf(fieldsOf(volume['secret'])['secretName']);
    const mount = spec.mounts.find((one) => one.volume === name);
    return name.startsWith(ourPrefix) && secret !== undefined && mount ? [{ secret, dir: mount.path }] : [];
  });
}

function mountedByOthers(spec: PodSpec, place: Place): boolean {
  const volumes = volumesOfSecret(spec, place.secret).filter((name) => !name.startsWith(ourPrefix));
  return spec.mounts.some((mount) => volumes.includes(mount.volume) && mount.subPath === undefined);
}

function samePlaces(a: readonly Place[], b: readonly Place[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A folder inside a mounted ConfigMap or Secret cannot be made: that mount is read-only, and the container would never start. */
function refuseNested(spec: PodSpec, { dir }: Place): void {
  const over = closedFolders(spec).find((path) => dir === path || dir.startsWith(`${path}/`));
  if (over === undefined) return;
  throw new PmpError('alertmanager-not-loaded', {
    message: `The secret cannot be mounted at ${dir}`,
    cause: `${over} is itself a mounted ConfigMap or Secret, in which no folder can be made`,
    fix: 'Set alertmanager.key_dir to a folder outside it, for example /etc/pagerduty-secrets.',
  });
}

/** Server-side apply of exactly our volumes; with none, our part is taken out again. */
async function applyPlaces(work: Mounting, installation: Installation, places: readonly Place[]): Promise<void> {
  const { workload, spec, kind } = installation;
  if (!workload || !spec) return;
  const metadata = { name: workload.metadata.name, namespace: work.namespace };
  const name = (place: Place): string => `${ourPrefix}${place.secret}`.slice(0, 63);
  const volumes = places.map((place) => ({ name: name(place), secret: { secretName: place.secret } }));
  const volumeMounts = places.map((place) => ({ name: name(place), mountPath: place.dir, readOnly: true }));
  const template = { spec: { containers: [{ name: spec.containerName, volumeMounts }], volumes } };
  const part = places.length === 0 ? {} : { spec: { template } };
  await work.kubernetes.apply(
    { apiVersion: 'apps/v1', kind, metadata, ...part },
    kind === 'Deployment' ? deployments.plural : statefulSets.plural,
  );
}

async function mountByOperator(work: Mounting, installation: Installation, custom: KubeObject, places: readonly Place[]): Promise<void> {
  const listed = listOf(fieldsOf(custom['spec'])['secrets']).filter((one): one is string => typeof one === 'string');
  const missing = places.map((place) => place.secret).filter((secret) => !listed.includes(secret));
  const ref = refTo(alertmanagers, work.namespace, custom.metadata.name);
  const hasList = fieldsOf(custom['spec'])['secrets'] !== undefined;
  // The list is atomic to server-side apply: it is appended to, provided that it is still the one that was seen.
  const operations = hasList
    ? [{ op: 'test', path: '/spec/secrets', value: listed }, ...missing.map((value) => ({ op: 'add', path: '/spec/secrets/-', value }))]
    : [
        { op: 'test', path: '/metadata/resourceVersion', value: custom.metadata.resourceVersion },
        { op: 'add', path: '/spec/secrets', value: missing },
      ];
  if (missing.length > 0) await work.kubernetes.patchJson(ref, operations);
  try {
    await wait(work, installation, places, 'the operator to restart Alertmanager with the secret mounted');
  } catch (thrown) {
    if (missing.length > 0) {
      work.notify('The rollout failed: the old list of secrets is put back.');
      const test = { op: 'test', path: '/spec/secrets', value: [...listed, ...missing] };
      await work.kubernetes.patchJson(ref, [
        test,
        hasList ? { op: 'replace', path: '/spec/secrets', value: listed } : { op: 'remove', path: '/spec/secrets' },
      ]);
    }
    throw thrown;
  }
}

/**
 * Before a configuration that reads the secret: a run that was stopped may have mounted it without seeing the rollout's end. Where it is not
 * mounted at all, there is nothing to wait for.
 * @throws PmpError alertmanager-not-loaded
 */
export async function waitForMount(work: Mounting, installation: Installation, secret: string): Promise<void> {
  const { found } = installation;
  if (found.keyDir === undefined || found.replicas === 0) return;
  await wait(work, installation, [{ secret, dir: found.keyDir }], 'Alertmanager to finish the rollout that is under way', {});
}

const undoing = { otherwise: 'its old state was put back' };

function wait(
  work: Mounting,
  installation: Installation,
  places: readonly Place[],
  why: string,
  late: Pick<Rollout, 'otherwise'> = undoing,
): Promise<void> {
  const name = installation.workload?.metadata.name ?? `alertmanager-${installation.custom?.metadata.name ?? ''}`;
  const holds = (spec: PodSpec | undefined): boolean =>
    spec !== undefined && places.every((place) => mountOfSecret(spec, place.secret) !== undefined);
  const rollout: Rollout = {
    kubernetes: work.kubernetes,
    clock: work.clock,
    namespace: work.namespace,
    workload: refTo(installation.kind === 'Deployment' ? deployments : statefulSets, work.namespace, name),
    holds,
    taken: (workload) => holds(podSpec(templateOf(workload))),
    why,
    ...late,
    ...(work.signal ? { signal: work.signal } : {}),
  };
  return waitForRollout(rollout);
}
