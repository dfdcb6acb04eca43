import { PmpError } from '../../engine/errors.ts';
import type { KubeObject, SeenSecret, WantedSecret } from '../../ports/index.ts';
import { fieldManager } from '../../model/index.ts';
import { reveal, secretOf } from '../secret.ts';

/** Marks what pmp-pd made; what it adopted never gets it. */
export const managedByLabel = 'app.kubernetes.io/managed-by';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON of an answer that must be an object. @throws PmpError kubernetes-refused for anything else, a captive portal's page for example */
export function parseObject(body: string, what: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isRecord(parsed)) return parsed;
  } catch {
    // Falls through to the same error: text that is no JSON and JSON that is no object are equally no answer.
  }
  throw new PmpError('kubernetes-refused', {
    message: `What answered for ${what} is no Kubernetes API server`,
    cause: 'its answer is no JSON object',
    fix: 'Check the server address of the kubeconfig, and whether a proxy or sign-in page stands before it.',
  });
}

/** An object fit to be handed on: those of kind Secret lose their values, also the copy that `kubectl apply` leaves in an annotation. */
export function toObject(raw: Record<string, unknown>, isSecret: boolean): KubeObject {
  const metadata = isRecord(raw['metadata']) ? raw['metadata'] : {};
  if (!isSecret) return { ...raw, metadata: metadata as unknown as KubeObject['metadata'] };
  const { data: _data, stringData: _stringData, ...rest } = raw;
  const kind = rest['kind'] === 'PartialObjectMetadata' ? { apiVersion: 'v1', kind: 'Secret' } : {};
  const safe = { ...metadata, annotations: without(strings(metadata['annotations']), lastApplied) };
  return { ...rest, ...kind, metadata: safe as unknown as KubeObject['metadata'] };
}

export function strings(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function without(record: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

/** A Secret with its values closed up at once. */
export function toSeenSecret(raw: Record<string, unknown>): SeenSecret {
  const { metadata } = toObject(raw, true);
  const data = Object.entries(strings(raw['data'])).map(
    ([name, value]) => [name, secretOf(Buffer.from(value, 'base64').toString('utf8'))] as const,
  );
  const controller = metadata.ownerReferences?.[0];
  return {
    type: typeof raw['type'] === 'string' ? raw['type'] : 'Opaque',
    immutable: raw['immutable'] === true,
    data: new Map(data),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    managers: [...new Set((metadata.managedFields ?? []).flatMap((one) => (one.manager === undefined ? [] : [one.manager])))],
    ...(controller ? { owner: `${controller.kind}/${controller.name}` } : {}),
    uid: metadata.uid ?? '',
  };
}

/** Body of the server-side apply. `data`, never `stringData`: entries dropped later must be pruned. */
export function secretBody(secret: WantedSecret, ours: boolean): string {
  const data = Object.entries(secret.data).map(([name, value]) => [name, Buffer.from(reveal(value), 'utf8').toString('base64')] as const);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: secret.name,
      namespace: secret.namespace,
      ...(ours ? { labels: { [managedByLabel]: fieldManager } } : {}),
      ...(secret.annotations ? { annotations: secret.annotations } : {}),
    },
    data: Object.fromEntries(data),
  });
}
