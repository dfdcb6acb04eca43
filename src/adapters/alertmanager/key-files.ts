import { clean } from '../../engine/errors.ts';
import { fieldLists, fieldsOf, textOf, type Fields } from './config.ts';
import { sourceOf, type PodSpec } from './workload.ts';

/** The entry of an object that a container sees as a file. */
export interface FileEntry {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly name: string;
  readonly entry: string;
}

/** Where a file of the container comes from; undefined: no Secret or ConfigMap is mounted there. */
export function entryBehind(spec: PodSpec, path: string): FileEntry | undefined {
  return sourceOf(spec, path) ?? projected(spec, path);
}

/** "secret pagerduty-secrets, entry PAGERDUTY_SERVICE_KEY_HIGH" */
export function entryWords({ kind, name, entry }: FileEntry): string {
  return clean(`${kind === 'Secret' ? 'secret' : 'ConfigMap'} ${name}, entry ${entry}`, 200);
}

function projected(spec: PodSpec, path: string): FileEntry | undefined {
  const mount = spec.mounts.find((one) => path.startsWith(`${one.path}/`) && isProjected(spec, one.volume));
  const volume = spec.volumes.find((one) => one['name'] === mount?.volume);
  if (!mount || !volume) return undefined;
  const inside = path.slice(mount.path.length + 1);
  for (const source of fieldLists(fieldsOf(volume['projected'])['sources'])) {
    const found =
      projectedEntry('Secret', fieldsOf(source['secret']), inside) ?? projectedEntry('ConfigMap', fieldsOf(source['configMap']), inside);
    if (found) return found;
  }
  return undefined;
}

function isProjected(spec: PodSpec, name: string): boolean {
  return spec.volumes.some((volume) => volume['name'] === name && volume['projected'] !== undefined);
}

function projectedEntry(kind: FileEntry['kind'], source: Fields, inside: string): FileEntry | undefined {
  const name = textOf(source['name']);
  const items = fieldLists(source['items']);
  const entry = items.length === 0 ? inside : textOf(items.find((item) => item['path'] === inside)?.['key']);
  return name === undefined || entry === undefined ? undefined : { kind, name, entry };
}
