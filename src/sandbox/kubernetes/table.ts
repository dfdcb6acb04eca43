import type { Instant } from '../../model/index.ts';
import { at, count, text, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

interface Column {
  readonly name: string;
  readonly cell: (object: Tree, now: Instant) => unknown;
}

const name: Column = { name: 'Name', cell: (object) => at(object, 'metadata', 'name') };
const age: Column = { name: 'Age', cell: (object, now) => duration(now - Date.parse(text(at(object, 'metadata', 'creationTimestamp')))) };
const size = (object: Tree) => Object.keys(tree(object['data'])).length;
const ready = (object: Tree) => `${count(at(object, 'status', 'readyReplicas'))}/${count(at(object, 'spec', 'replicas'))}`;

const columns: Readonly<Record<string, readonly Column[]>> = {
  Secret: [
    { name: 'Type', cell: (object) => object['type'] },
    { name: 'Data', cell: size },
  ],
  ConfigMap: [{ name: 'Data', cell: size }],
  Namespace: [{ name: 'Status', cell: (object) => at(object, 'status', 'phase') }],
  Deployment: [
    { name: 'Ready', cell: ready },
    { name: 'Up-to-date', cell: (object) => count(at(object, 'status', 'updatedReplicas')) },
    { name: 'Available', cell: (object) => count(at(object, 'status', 'availableReplicas')) },
  ],
  StatefulSet: [{ name: 'Ready', cell: ready }],
  ReplicaSet: [
    { name: 'Desired', cell: (object) => count(at(object, 'spec', 'replicas')) },
    { name: 'Current', cell: (object) => count(at(object, 'status', 'replicas')) },
    { name: 'Ready', cell: (object) => count(at(object, 'status', 'readyReplicas')) },
  ],
  Pod: [
    { name: 'Ready', cell: readyContainers },
    { name: 'Status', cell: podStatus },
    { name: 'Restarts', cell: () => '0' },
  ],
  Service: [
    { name: 'Type', cell: (object) => at(object, 'spec', 'type') },
    { name: 'Cluster-IP', cell: (object) => at(object, 'spec', 'clusterIP') },
    { name: 'External-IP', cell: () => '<none>' },
    {
      name: 'Port(s)',
      cell: (object) =>
        trees(at(object, 'spec', 'ports'))
          .map((port) => `${count(port['port'])}/${text(port['protocol'])}`)
          .join(','),
    },
  ],
  Endpoints: [{ name: 'Endpoints', cell: endpoints }],
  Lease: [{ name: 'Holder', cell: (object) => at(object, 'spec', 'holderIdentity') }],
};

function readyContainers(object: Tree): string {
  const states = trees(at(object, 'status', 'containerStatuses'));
  return `${states.filter((state) => state['ready'] === true).length}/${trees(at(object, 'spec', 'containers')).length}`;
}

function podStatus(object: Tree): string {
  const waiting = trees(at(object, 'status', 'containerStatuses')).map((state) => text(at(state, 'state', 'waiting', 'reason')));
  return waiting.find((reason) => reason !== '') ?? text(at(object, 'status', 'phase'));
}

function endpoints(object: Tree): string {
  const found = trees(object['subsets']).flatMap((subset) =>
    trees(subset['addresses']).flatMap((address) => trees(subset['ports']).map((port) => `${text(address['ip'])}:${count(port['port'])}`)),
  );
  return found.length === 0 ? '<none>' : found.join(',');
}

function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** What `kubectl get` asks for and prints. */
export function toTable(objects: readonly Tree[], metadata: Tree, now: Instant): Tree {
  const kind = text(objects[0]?.['kind']);
  const shown = [name, ...(columns[kind] ?? []), age];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: shown.map((column) => ({
      name: column.name,
      type: 'string',
      format: column === name ? 'name' : '',
      description: '',
      priority: 0,
    })),
    rows: objects.map((object) => ({ cells: shown.map((column) => column.cell(object, now)), object: metadataOnly(object) })),
  };
}

/** An object without anything but its metadata: how to look at a Secret without its values. */
export function metadataOnly(object: Tree): Tree {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object['metadata'] };
}

/** Which form of answer an Accept header prefers. */
export function formOf(accept: string | undefined): 'table' | 'metadata' | 'object' {
  const first = (accept ?? '').split(',')[0] ?? '';
  if (/;\s*as=Table/.test(first)) return 'table';
  return /;\s*as=PartialObjectMetadata/.test(first) ? 'metadata' : 'object';
}
