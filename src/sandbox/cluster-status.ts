import { load } from 'js-yaml';
import type { Instant } from '../model/index.ts';
import { builtInKind } from './kubernetes/kinds.ts';
import { find, nameOf, namespaceOf, objectsOf } from './kubernetes/state.ts';
import type { KubernetesState } from './kubernetes/state.ts';
import { at, text, tree, trees } from './kubernetes/tree.ts';
import type { Tree } from './kubernetes/tree.ts';

export interface SecretStatus {
  readonly namespace: string;
  readonly name: string;
  /** Names of its entries, never their values. */
  readonly keys: readonly string[];
}

export interface AlertmanagerStatus {
  /** Pod name. */
  readonly replica: string;
  readonly version: string;
  /** "ConfigMap alertmanager-config" */
  readonly configuration: string;
  /** Names of the receivers that it has loaded. */
  readonly receivers: readonly string[];
  readonly reloaded: Instant;
  /** Why it keeps an older configuration, in its own words. */
  readonly refused?: string;
}

export function secretsStatus(cluster: KubernetesState): readonly SecretStatus[] {
  return objectsOf(cluster, builtInKind('secrets')).map((secret) => ({
    namespace: namespaceOf(secret),
    name: nameOf(secret),
    keys: Object.keys(tree(secret['data'])).sort(),
  }));
}

export function alertmanagerStatus(cluster: KubernetesState): readonly AlertmanagerStatus[] {
  return Object.entries(cluster.runs).flatMap(([key, { alertmanager }]) => {
    if (!alertmanager) return [];
    const [, , namespace = '', name = ''] = key.split('/');
    const pod = find(cluster, 'pods', namespace, name);
    return [
      {
        replica: alertmanager.pod,
        version: alertmanager.version,
        configuration: pod ? sourceOf(pod, alertmanager.configFile) : 'unknown',
        receivers: receiversIn(alertmanager.inForce),
        reloaded: alertmanager.reloadedAt,
        ...(alertmanager.reloadSuccessful
          ? {}
          : { refused: alertmanager.log.findLast((line) => line.includes('Loading configuration file failed')) ?? 'the reload failed' }),
      },
    ];
  });
}

/** The object that is mounted where the configuration file lies. */
function sourceOf(pod: Tree, file: string): string {
  const mounts = trees(at(pod, 'spec', 'containers')).flatMap((container) => trees(container['volumeMounts']));
  const around = mounts
    .filter((mount) => file.startsWith(text(mount['mountPath'])))
    .sort((a, b) => text(b['mountPath']).length - text(a['mountPath']).length);
  const volume = trees(at(pod, 'spec', 'volumes')).find((each) => each['name'] === around[0]?.['name']) ?? {};
  const map = text(at(volume, 'configMap', 'name'));
  return map === '' ? `Secret ${text(at(volume, 'secret', 'secretName'))}` : `ConfigMap ${map}`;
}

function receiversIn(configuration: string): readonly string[] {
  const parsed = load(configuration);
  return trees(tree(parsed)['receivers']).map((receiver) => text(receiver['name']));
}
