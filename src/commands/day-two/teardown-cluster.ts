import { toPmpError } from '../../engine/index.ts';
import { fieldManager, heartbeatSecretName, webhookSecretName, type KubernetesAnswers } from '../../model/index.ts';
import type { Kubernetes, KubeObject, ObjectKind } from '../../ports/index.ts';
import type { Acting, Removal, Stays } from './teardown-plan.ts';

const secrets: ObjectKind = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
const configMaps: ObjectKind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
const workloads: readonly ObjectKind[] = [
  { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' },
  { group: 'apps', version: 'v1', plural: 'statefulsets', kind: 'StatefulSet' },
  { group: '', version: 'v1', plural: 'pods', kind: 'Pod' },
];
const operated: ObjectKind = { group: 'monitoring.coreos.com', version: 'v1', plural: 'alertmanagers', kind: 'Alertmanager' };
const label = `app.kubernetes.io/managed-by=${fieldManager}`;
const backup = '.pmp-pd-backup';

/**
 * Secrets that bear our label go once nothing uses them: a pod whose Secret is gone never starts again, and an Alertmanager that does not start is worse
 * than one with dead keys. Where only other set-ups are left in the account, the Secrets may be theirs. Everything else of the cluster stays, with the commands that take it away in the order that is safe.
 */
export async function planCluster(
  ground: Acting,
  mayBeOthers: boolean,
): Promise<{ readonly removals: readonly Removal[]; readonly stays: Stays }> {
  const { kubernetes: where } = ground.answers;
  if (where === 'none') return { removals: [], stays: [] };
  try {
    const { kubernetes } = await ground.session.world(ground.answers);
    return kubernetes === undefined ? { removals: [], stays: [] } : await look(kubernetes, where, mayBeOthers);
  } catch (thrown) {
    const why = `the cluster was not looked at: ${toPmpError(thrown).facts.message}`;
    return {
      removals: [],
      stays: [
        { what: `what pmp-pd made in namespace ${where.namespace}`, why, command: `kubectl -n ${where.namespace} get secrets -l ${label}` },
      ],
    };
  }
}

async function look(
  kubernetes: Kubernetes,
  { namespace, secret: keys }: KubernetesAnswers,
  mayBeOthers: boolean,
): Promise<{ readonly removals: readonly Removal[]; readonly stays: Stays }> {
  const [made, maps, users] = await Promise.all([
    kubernetes.list(secrets, namespace, label),
    kubernetes.list(configMaps, namespace, label),
    usersOf(kubernetes, namespace),
  ]);
  const ours = made.filter(({ metadata }) => [keys, webhookSecretName, heartbeatSecretName].includes(metadata.name));
  if (mayBeOthers)
    return {
      removals: [],
      stays: ours.map(({ metadata }) => ({
        what: `secret ${namespace}/${metadata.name}`,
        why: 'another set-up of this account may use it',
      })),
    };
  const found = ours.map((secret) => ({ secret, by: users.filter((user) => mentions(user, secret.metadata.name)) }));
  const removals = found.flatMap(({ secret: { metadata }, by }): readonly Removal[] =>
    by.length > 0
      ? []
      : [
          {
            kind: 'secret',
            name: `${namespace}/${metadata.name}`,
            blockers: [],
            remove: () => kubernetes.delete({ ...secrets, namespace, name: metadata.name }, metadata.uid),
          },
        ],
  );
  const used = found.flatMap(({ secret: { metadata }, by }) => {
    const [user] = by;
    if (user === undefined) return [];
    const kind = user.kind ?? 'object';
    const why = `${kind} ${user.metadata.name} uses it and would not start without it: take it out of there first, then run teardown again`;
    return [
      {
        what: `secret ${namespace}/${metadata.name}`,
        why,
        command: `kubectl -n ${namespace} edit ${kind.toLowerCase()} ${user.metadata.name}`,
      },
    ];
  });
  // The configuration goes back first: with keys that are gone Alertmanager would refuse it.
  return { removals, stays: [...backupsOf(namespace, made, maps), ...used] };
}

/** Pods last: what made them tells more. */
async function usersOf(kubernetes: Kubernetes, namespace: string): Promise<readonly KubeObject[]> {
  const kinds = (await kubernetes.serves(operated.group)) ? [operated, ...workloads] : workloads;
  const lists = await Promise.all(
    kinds.map(async (kind) => (await kubernetes.list(kind, namespace)).map((one) => ({ ...one, kind: kind.kind }))),
  );
  return lists.flat();
}

/** Whether a workload names the Secret anywhere in its spec: a volume, a projection, an environment variable, the operator's list. */
function mentions(user: KubeObject, name: string): boolean {
  return holds(user['spec'], name);
}

function holds(value: unknown, name: string): boolean {
  if (typeof value === 'string') return value === name;
  if (Array.isArray(value)) return value.some((one) => holds(one, name));
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => holds(one, name));
}

/** Alertmanager's configuration before pmp-pd changed it. */
function backupsOf(namespace: string, ...lists: readonly (readonly KubeObject[])[]): Stays {
  const [fromSecrets = [], fromMaps = []] = lists;
  const kinds = [
    ['secret', fromSecrets],
    ['configmap', fromMaps],
  ] as const;
  return kinds.flatMap(([kind, objects]) =>
    objects
      .filter(({ metadata }) => metadata.name.endsWith(backup))
      .map(({ metadata }) => ({
        what: `${kind} ${namespace}/${metadata.name.slice(0, -backup.length)}`,
        why: `Alertmanager's configuration still has our routes and receivers; ${metadata.name} holds it as it was before the last change`,
        // By standard input: what stands in arguments can be seen by others.
        command: `kubectl -n ${namespace} get ${kind} ${metadata.name} -o json | jq '{data}' | kubectl -n ${namespace} patch ${kind} ${metadata.name.slice(0, -backup.length)} --type merge --patch-file /dev/stdin`,
      })),
  );
}
