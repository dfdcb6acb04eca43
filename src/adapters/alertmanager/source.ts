import { fieldManager } from '../../model/index.ts';
import type { Kubernetes, KubernetesRead, Secret } from '../../ports/index.ts';
import { reveal, secretOf } from '../secret.ts';
import { strings } from './labels.ts';
import { configMaps, refTo, secrets, type ConfigSource } from './workload.ts';

/** The object that holds the configuration, as it was seen. Of a Secret the text may hold keys: it goes back into that Secret, nowhere else. */
export interface SourceSeen {
  readonly text: string;
  readonly exists: boolean;
  readonly resourceVersion?: string;
  /** Whether the object has a `data` field at all. */
  readonly hasData: boolean;
  /** All entries, for the backup. */
  readonly entries: Readonly<Record<string, Secret>>;
}

export async function readSource(kubernetes: KubernetesRead, namespace: string, source: ConfigSource): Promise<SourceSeen> {
  // The version is read first: a change between the two reads makes the write fail instead of being lost.
  const object = await kubernetes.get(refTo(source.kind === 'Secret' ? secrets : configMaps, namespace, source.name));
  if (!object) return { text: '', exists: false, hasData: false, entries: {} };
  const entries =
    source.kind === 'Secret'
      ? Object.fromEntries((await kubernetes.secret(namespace, source.name))?.data ?? [])
      : closed(strings(object['data']));
  const own = entries[source.entry];
  const { resourceVersion } = object.metadata;
  return {
    text: own ? reveal(own) : '',
    exists: true,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    hasData: Object.keys(entries).length > 0,
    entries,
  };
}

function closed(data: Readonly<Record<string, string>>): Readonly<Record<string, Secret>> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, secretOf(value)]));
}

/** Replaces the configuration, provided that nobody has changed the object since it was seen. */
export async function writeSource(
  kubernetes: Kubernetes,
  namespace: string,
  source: ConfigSource,
  seen: SourceSeen,
  text: string,
): Promise<void> {
  if (!seen.exists) {
    await kubernetes.applySecret({ namespace, name: source.name, data: { [source.entry]: secretOf(text) } });
    return;
  }
  const value = encoded(source, text);
  await kubernetes.patchJson(refTo(source.kind === 'Secret' ? secrets : configMaps, namespace, source.name), [
    ...(seen.resourceVersion === undefined ? [] : [{ op: 'test', path: '/metadata/resourceVersion', value: seen.resourceVersion }]),
    seen.hasData
      ? { op: 'add', path: `/data/${pointer(source.entry)}`, value }
      : { op: 'add', path: '/data', value: { [source.entry]: value } },
  ]);
}

/** Puts the old text back, provided that what stands there is what we wrote. */
export async function restoreSource(
  kubernetes: Kubernetes,
  namespace: string,
  source: ConfigSource,
  seen: SourceSeen,
  written: string,
): Promise<void> {
  const ref = refTo(source.kind === 'Secret' ? secrets : configMaps, namespace, source.name);
  if (!seen.exists) {
    await kubernetes.delete(ref);
    return;
  }
  const path = `/data/${pointer(source.entry)}`;
  const old =
    seen.entries[source.entry] === undefined ? { op: 'remove', path } : { op: 'replace', path, value: encoded(source, seen.text) };
  await kubernetes.patchJson(ref, [{ op: 'test', path, value: encoded(source, written) }, old]);
}

/** A copy of the object beside it. The copy of what was there before pmp-pd is never overwritten by one of ours. */
export async function backUp(kubernetes: Kubernetes, namespace: string, source: ConfigSource, seen: SourceSeen): Promise<void> {
  if (!seen.exists || seen.text.trim() === '' || /^[ \t]*# pmp-pd begin /m.test(seen.text)) return;
  const name = `${source.name}.pmp-pd-backup`;
  if (source.kind === 'Secret') return kubernetes.applySecret({ namespace, name, data: seen.entries });
  const data = Object.fromEntries(Object.entries(seen.entries).map(([entry, value]) => [entry, reveal(value)]));
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/managed-by': fieldManager } };
  return kubernetes.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, 'configmaps');
}

function encoded(source: ConfigSource, text: string): string {
  return source.kind === 'Secret' ? Buffer.from(text, 'utf8').toString('base64') : text;
}

/** RFC 6901. */
function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
