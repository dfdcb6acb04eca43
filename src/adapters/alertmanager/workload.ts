import type { KubeObject, ObjectKind, ObjectRef } from '../../ports/index.ts';
import { fieldLists, fieldsOf, listOf, textOf, type Fields } from './config.ts';

export const deployments: ObjectKind = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
export const statefulSets: ObjectKind = { group: 'apps', version: 'v1', plural: 'statefulsets', kind: 'StatefulSet' };
export const pods: ObjectKind = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };
export const configMaps: ObjectKind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const secrets: ObjectKind = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
export const alertmanagers: ObjectKind = { group: 'monitoring.coreos.com', version: 'v1', plural: 'alertmanagers', kind: 'Alertmanager' };

export function refTo(kind: ObjectKind, namespace: string, name: string): ObjectRef {
  return { ...kind, namespace, name };
}

/** A pod template's Alertmanager container with the template's volumes. */
export interface PodSpec {
  readonly container: Fields;
  readonly containerName: string;
  readonly image: string;
  readonly mounts: readonly Mount[];
  readonly volumes: readonly Fields[];
}

export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly subPath?: string;
}

/** The container that runs Alertmanager; undefined where a pod template has none. `spec` is a pod's or a pod template's. */
export function podSpec(spec: Fields): PodSpec | undefined {
  const containers = fieldLists(spec['containers']);
  const container = containers.find(isAlertmanagerImage) ?? containers.find((one) => one['name'] === 'alertmanager');
  if (!container) return undefined;
  return {
    container,
    containerName: textOf(container['name']) ?? 'alertmanager',
    image: textOf(container['image']) ?? '',
    mounts: fieldLists(container['volumeMounts']).map((mount) => ({
      volume: textOf(mount['name']) ?? '',
      path: (textOf(mount['mountPath']) ?? '').replace(/(?<=.)\/+$/, ''),
      ...(textOf(mount['subPath']) ? { subPath: textOf(mount['subPath']) ?? '' } : {}),
    })),
    volumes: fieldLists(spec['volumes']),
  };
}

function isAlertmanagerImage(container: Fields): boolean {
  return /(?:^|\/)(?:prometheus-)?alertmanager(?:[:@]|$)/.test(textOf(container['image']) ?? '');
}

export function templateOf(workload: KubeObject): Fields {
  return fieldsOf(fieldsOf(fieldsOf(workload['spec'])['template'])['spec']);
}

/** Names of the volumes that show this Secret, projections included. */
export function volumesOfSecret(spec: PodSpec, secret: string): readonly string[] {
  const shows = (volume: Fields): boolean =>
    fieldsOf(volume['secret'])['secretName'] === secret ||
    fieldLists(fieldsOf(volume['projected'])['sources']).some((source) => fieldsOf(source['secret'])['name'] === secret);
  return spec.volumes.filter(shows).map((volume) => textOf(volume['name']) ?? '');
}

/** Where a Secret is mounted as a folder; a subPath mount shows one file and never changes with the Secret. */
export function mountOfSecret(spec: PodSpec, secret: string): Mount | undefined {
  const volumes = volumesOfSecret(spec, secret);
  return spec.mounts.find((mount) => volumes.includes(mount.volume));
}

/** Value of a command-line flag, written `--flag=value` or as two arguments. */
export function flag(spec: PodSpec, name: string): string | undefined {
  const args = [...listOf(spec.container['command']), ...listOf(spec.container['args'])].map((one) => textOf(one) ?? '');
  const joined = args.find((one) => one.startsWith(`--${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 3);
  const at = args.indexOf(`--${name}`);
  return at === -1 ? undefined : args[at + 1];
}

/** Port and path prefix of Alertmanager's HTTP API. */
export function webAddress(spec: PodSpec): { readonly port: number; readonly prefix: string } {
  const listen = Number(/:(\d+)$/.exec(flag(spec, 'web.listen-address') ?? '')?.[1]);
  const ports = fieldLists(spec.container['ports']);
  const named = ports.find((port) => /^(?:web|http|https|http-web)$/.test(textOf(port['name']) ?? '')) ?? ports[0];
  const port = listen || Number(named?.['containerPort']) || 9093;
  const external = flag(spec, 'web.external-url');
  const prefix = flag(spec, 'web.route-prefix') ?? (external !== undefined && URL.canParse(external) ? new URL(external).pathname : '/');
  return { port, prefix: prefix.replace(/\/+$/, '') };
}

/** The object and entry that a file in the container comes from. */
export interface ConfigSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Entry of `data`. */
  readonly entry: string;
  readonly subPath: boolean;
}

/** Which ConfigMap or Secret a file of the container comes from; undefined where it comes from elsewhere. */
export function sourceOf(spec: PodSpec, file: string): ConfigSource | undefined {
  const mount = spec.mounts
    .filter((one) => file === one.path || file.startsWith(`${one.path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  const volume = spec.volumes.find((one) => one['name'] === mount?.volume);
  if (!mount || !volume) return undefined;
  const inside = [mount.subPath, file.slice(mount.path.length + 1)].filter((part) => part).join('/');
  const [configMap, secret] = [fieldsOf(volume['configMap']), fieldsOf(volume['secret'])];
  const items = fieldLists(configMap['items'] ?? secret['items']);
  const entry = items.length === 0 ? inside : textOf(items.find((item) => item['path'] === inside)?.['key']);
  const kind = textOf(configMap['name']) === undefined ? 'Secret' : 'ConfigMap';
  const name = textOf(configMap['name']) ?? textOf(secret['secretName']);
  if (name === undefined || entry === undefined || entry === '') return undefined;
  return { kind, name, entry, subPath: mount.subPath !== undefined };
}

/** Of the volumes that we add. */
export const ourPrefix = 'pmp-pd-';

/** Where a ConfigMap or Secret of others is mounted whole. */
export function closedFolders(spec: PodSpec): readonly string[] {
  return spec.mounts.flatMap(({ volume, path }) => (!volume.startsWith(ourPrefix) && isReadOnlyVolume(spec, volume) ? [path] : []));
}

function isReadOnlyVolume(spec: PodSpec, name: string): boolean {
  const volume: Fields = spec.volumes.find((one) => one['name'] === name) ?? {};
  return ['configMap', 'secret', 'projected', 'downwardAPI'].some((source) => volume[source] !== undefined);
}
