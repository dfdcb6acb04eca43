import { gunzipSync } from 'node:zlib';
import type { Instant } from '../../model/index.ts';
import { builtInKind } from './kinds.ts';
import { find, keyOf, namespaceOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, strings, text, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

export interface StartProblem {
  /** The container's waiting reason. */
  readonly reason: string;
  readonly message: string;
  /** Where the message is told: a missing volume shows in the pod's events only. */
  readonly told: 'event' | 'status';
}

/** Why a pod's volumes cannot be set up, as the kubelet says it; undefined: they can. */
export function mountProblem(state: KubernetesState, pod: Tree): StartProblem | undefined {
  for (const volume of trees(at(pod, 'spec', 'volumes'))) {
    const source = sourceOf(volume);
    if (source === undefined || source.optional || contentOf(state, pod, source) !== undefined) continue;
    const what = source.plural === 'secrets' ? 'secret' : 'configmap';
    const message = `MountVolume.SetUp failed for volume ${JSON.stringify(text(volume['name']))} : ${what} ${JSON.stringify(source.name)} not found`;
    return { reason: 'ContainerCreating', message, told: 'event' };
  }
  return state.nestedMounts ? undefined : nestedProblem(pod);
}

function nestedProblem(pod: Tree): StartProblem | undefined {
  const readOnly = new Set(
    trees(at(pod, 'spec', 'volumes'))
      .filter((volume) => sourceOf(volume) !== undefined)
      .map((volume) => text(volume['name'])),
  );
  for (const container of trees(at(pod, 'spec', 'containers'))) {
    const mounts = trees(container['volumeMounts']);
    const folders = mounts
      .filter((mount) => readOnly.has(text(mount['name'])) && text(mount['subPath']) === '')
      .map((mount) => trimmed(mount['mountPath']));
    const nested = mounts
      .map((mount) => trimmed(mount['mountPath']))
      .find((path) => folders.some((folder) => path.startsWith(`${folder}/`)));
    if (nested !== undefined) {
      const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting to rootfs at ${JSON.stringify(nested)}: mkdirat ${nested}: read-only file system: unknown`;
      return { reason: 'RunContainerError', message, told: 'status' };
    }
  }
  return undefined;
}

function trimmed(path: unknown): string {
  return text(path).replace(/\/+$/, '');
}

interface Source {
  readonly plural: 'secrets' | 'configmaps';
  readonly name: string;
  readonly optional: boolean;
  /** Which keys under which names; undefined: all under their own. */
  readonly items: readonly Tree[] | undefined;
}

function sourceOf(volume: Tree): Source | undefined {
  const secret = tree(volume['secret']);
  const map = tree(volume['configMap']);
  const [source, plural] = volume['secret'] === undefined ? [map, 'configmaps' as const] : [secret, 'secrets' as const];
  if (volume['secret'] === undefined && volume['configMap'] === undefined) return undefined;
  const name = text(plural === 'secrets' ? source['secretName'] : source['name']);
  return { plural, name, optional: source['optional'] === true, items: source['items'] === undefined ? undefined : trees(source['items']) };
}

function contentOf(state: KubernetesState, pod: Tree, source: Source): Record<string, string> | undefined {
  const object = find(state, source.plural, namespaceOf(pod), source.name);
  if (object === undefined) return undefined;
  const data = strings(object['data']);
  const decoded = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, source.plural === 'secrets' ? bytes(value) : utf8(value)]),
  );
  if (source.items === undefined) return decoded;
  return Object.fromEntries(
    source.items.flatMap((item) => {
      const value = decoded[text(item['key'])];
      return value === undefined ? [] : [[text(item['path']), value]];
    }),
  );
}

function utf8(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

function bytes(value: string): string {
  return Buffer.from(value, 'base64').toString('latin1');
}

/**
 * Files of the pod's mounted Secrets and ConfigMaps in one container, by path; contents as bytes (latin1).
 * @param kept what the container saw before: a subPath mount keeps it until a restart, another until the kubelet has refreshed it, and for
 * good where the object is gone.
 */
export function mountedFiles(
  state: KubernetesState,
  pod: Tree,
  container: Tree,
  now: Instant,
  kept?: Readonly<Record<string, string>>,
): Record<string, string> {
  const files: Record<string, string> = {};
  const volumes = new Map(trees(at(pod, 'spec', 'volumes')).map((volume) => [text(volume['name']), volume]));
  for (const mount of trees(container['volumeMounts'])) {
    const source = sourceOf(volumes.get(text(mount['name'])) ?? {});
    if (source === undefined) continue;
    const path = trimmed(mount['mountPath']);
    const content = contentOf(state, pod, source);
    const stale = kept !== undefined && (text(mount['subPath']) !== '' || content === undefined || !refreshed(state, pod, source, now));
    if (stale)
      Object.assign(files, Object.fromEntries(Object.entries(kept).filter(([name]) => name === path || name.startsWith(`${path}/`))));
    else addMount(files, path, text(mount['subPath']), content ?? {});
  }
  return files;
}

function addMount(files: Record<string, string>, path: string, subPath: string, content: Readonly<Record<string, string>>): void {
  if (subPath === '') {
    for (const [name, value] of Object.entries(content)) files[`${path}/${name}`] = value;
  } else if (content[subPath] !== undefined) files[path] = content[subPath];
}

function refreshed(state: KubernetesState, pod: Tree, source: Source, now: Instant): boolean {
  const changed = state.changed[keyOf(builtInKind(source.plural), namespaceOf(pod), source.name)] ?? 0;
  return changed + state.pace.volumeRefresh <= now;
}

/** Text of a file; one whose name ends in .gz is unpacked, as the operator's reloader does. */
export function readText(files: Readonly<Record<string, string>>, path: string): string | undefined {
  const raw = files[path];
  if (raw !== undefined) return Buffer.from(raw, 'latin1').toString();
  const packed = files[`${path}.gz`];
  return packed === undefined ? undefined : gunzipSync(Buffer.from(packed, 'latin1')).toString();
}
