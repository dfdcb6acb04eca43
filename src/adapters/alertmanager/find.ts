import { clean, PmpError } from '../../engine/errors.ts';
import { heartbeatSecretName } from '../../model/index.ts';
import type { AlertmanagerFound, KubeObject, KubernetesRead } from '../../ports/index.ts';
import { fieldsOf, listOf, textOf } from './config.ts';
import { handsOff, ownerOf } from './owner.ts';
import type { Look } from './look.ts';
import { versionOfImage } from './version.ts';
import {
  alertmanagers,
  closedFolders,
  configMaps,
  deployments,
  flag,
  mountOfSecret,
  podSpec,
  refTo,
  secrets,
  sourceOf,
  statefulSets,
  templateOf,
  webAddress,
  type ConfigSource,
  type PodSpec,
} from './workload.ts';

/** What is looked for and what is wanted of it. */
export interface Search {
  readonly kubernetes: KubernetesRead;
  readonly namespace: string;
  /** The guide's secret. */
  readonly secretName: string;
  /** A dead-man's-switch address was given. */
  readonly heartbeat: boolean;
  readonly look: Look;
}

/** What was found, with everything that changing it needs. */
export interface Installation {
  readonly found: AlertmanagerFound;
  /** Deployment or StatefulSet; absent while an operator has not made it yet. */
  readonly workload: KubeObject | undefined;
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly spec: PodSpec | undefined;
  /** The operator's object. */
  readonly custom: KubeObject | undefined;
  readonly source: ConfigSource | undefined;
  readonly web: { readonly port: number; readonly prefix: string };
  /** Folder of the heartbeat secret's mount, where it is mounted. */
  readonly heartbeatDir?: string;
}

/** @throws PmpError alertmanager-not-found where there are several and nothing says which */
export async function findAlertmanager(search: Search): Promise<Installation | undefined> {
  const { kubernetes, namespace } = search;
  if (await kubernetes.serves(alertmanagers.group)) {
    const custom = only(await kubernetes.list(alertmanagers, namespace), 'Alertmanager objects', namespace);
    if (custom) return byOperator(search, custom);
  }
  const [deployed, stateful] = await Promise.all([kubernetes.list(deployments, namespace), kubernetes.list(statefulSets, namespace)]);
  const candidates = [
    ...deployed.map((workload) => ({ workload, kind: 'Deployment' as const })),
    ...stateful.map((workload) => ({ workload, kind: 'StatefulSet' as const })),
  ].filter(({ workload }) => podSpec(templateOf(workload)) !== undefined);
  const chosen = only(
    candidates.map((one) => ({ ...one, metadata: one.workload.metadata })),
    'Alertmanagers',
    namespace,
  );
  return chosen && byWorkload(search, chosen.workload, chosen.kind);
}

function only<T extends { readonly metadata: { readonly name: string } }>(
  all: readonly T[],
  what: string,
  namespace: string,
): T | undefined {
  if (all.length <= 1) return all[0];
  throw new PmpError('alertmanager-not-found', {
    message: `There are ${all.length} ${what} in the namespace ${namespace}`,
    cause: all.map((one) => clean(one.metadata.name, 80)).join(', '),
    fix: 'Name the namespace of the one that is meant with --namespace, or put the printed configuration into it by hand.',
  });
}

async function byWorkload(search: Search, workload: KubeObject, kind: 'Deployment' | 'StatefulSet'): Promise<Installation | undefined> {
  const spec = podSpec(templateOf(workload));
  if (!spec) return undefined;
  const source = sourceOf(spec, flag(spec, 'config.file') ?? '/etc/alertmanager/alertmanager.yml');
  const labels = workload.metadata.labels ?? {};
  const shape = /^(?:alertmanager|prometheus)-\d/.test(labels['helm.sh/chart'] ?? '') ? 'chart' : 'plain';
  return assemble(search, {
    workload,
    kind,
    spec,
    custom: undefined,
    source,
    shape,
    label: `${kind} ${search.namespace}/${workload.metadata.name}`,
  });
}

async function byOperator(search: Search, custom: KubeObject): Promise<Installation> {
  const { name } = custom.metadata;
  const workload = await search.kubernetes.get(refTo(statefulSets, search.namespace, `alertmanager-${name}`));
  const secret = textOf(fieldsOf(custom['spec'])['configSecret']) ?? `alertmanager-${name}`;
  return assemble(search, {
    workload,
    kind: 'StatefulSet',
    spec: workload && podSpec(templateOf(workload)),
    custom,
    source: { kind: 'Secret', name: secret, entry: 'alertmanager.yaml', subPath: false },
    shape: 'operator',
    label: `Alertmanager ${search.namespace}/${name}`,
  });
}

interface Pieces extends Pick<Installation, 'workload' | 'kind' | 'spec' | 'custom' | 'source'> {
  readonly shape: AlertmanagerFound['shape'];
  readonly label: string;
}

async function assemble(search: Search, pieces: Pieces): Promise<Installation> {
  const { workload, spec, custom, source } = pieces;
  const web = spec ? webAddress(spec) : { port: 9093, prefix: '' };
  const operatorSpec = custom ? fieldsOf(custom['spec']) : undefined;
  const version = await versionOf(search, workload, spec, textOf(operatorSpec?.['version']));
  const sourceObject =
    source && (await search.kubernetes.get(refTo(source.kind === 'Secret' ? secrets : configMaps, search.namespace, source.name)));
  const owner = [custom, workload, sourceObject].map((object) => object && ownerOf(object)).find((one) => one !== undefined);
  const mount = spec && mountOfSecret(spec, search.secretName);
  const heartbeatMount = spec && mountOfSecret(spec, heartbeatSecretName);
  const why = handsOff({ owner, version, source, sourceObject, custom, heartbeat: search.heartbeat, label: pieces.label });
  return {
    ...pieces,
    web,
    ...(heartbeatMount && !heartbeatMount.subPath ? { heartbeatDir: heartbeatMount.path } : {}),
    found: {
      shape: pieces.shape,
      workload: pieces.label,
      ...(version === undefined ? {} : { version }),
      ...(owner === 'Helm' || owner === 'Argo CD' ? { owner } : {}),
      replicas: Number(fieldsOf((custom ?? workload)?.['spec'])['replicas'] ?? 1),
      configuration: source ? `${source.kind} ${source.name}` : 'neither a ConfigMap nor a Secret',
      ...(mount && !mount.subPath ? { keyDir: mount.path } : promised(operatorSpec, search.secretName)),
      ...(pieces.spec === undefined ? {} : { closed: closedFolders(pieces.spec) }),
      subPath: Boolean(source?.subPath) || Boolean(mount?.subPath),
      ...(why === undefined ? {} : { handsOff: why }),
    },
  };
}

/** While the operator has not rolled out yet, its object says where the secret will be. */
function promised(operatorSpec: Readonly<Record<string, unknown>> | undefined, secret: string): { readonly keyDir?: string } {
  return listOf(operatorSpec?.['secrets']).includes(secret) ? { keyDir: `/etc/alertmanager/secrets/${secret}` } : {};
}

/** From the running server, else the operator's object, else the image. An unreachable server is no error here: the tag may tell. */
async function versionOf(
  search: Search,
  workload: KubeObject | undefined,
  spec: PodSpec | undefined,
  wished: string | undefined,
): Promise<string | undefined> {
  const fallback = (spec && versionOfImage(spec.image)) ?? wished?.replace(/^v/, '');
  if (!workload) return fallback;
  for (const server of await search.look.servers(workload)) {
    try {
      const { version } = await search.look.status(server);
      if (version !== undefined) return version;
    } catch (thrown) {
      if (!(thrown instanceof PmpError)) throw thrown;
    }
  }
  return fallback;
}
