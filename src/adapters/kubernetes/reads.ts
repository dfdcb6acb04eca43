import { clean } from '../../engine/errors.ts';
import type { ClusterTarget, KubeObject, KubernetesRead, ObjectRef, ProxyRequest } from '../../ports/index.ts';
import type { HttpResponse } from '../http.ts';
import { refusal, statusOf } from './errors.ts';
import { parseObject, toObject, toSeenSecret } from './objects.ts';
import { collectionPath, describe, listQuery, logPath, objectPath, proxyPath } from './paths.ts';
import type { Call, Transport } from './transport.ts';

/** No value leaves the server where only the metadata of a Secret is asked for. */
const metadataOnly = (list: boolean): string =>
  `application/json;as=PartialObjectMetadata${list ? 'List' : ''};g=meta.k8s.io;v=v1,application/json`;

type Read = Omit<Call, 'method' | 'kind' | 'repeatable'>;

/** Everything that looks and does not touch. */
export function createReads(transport: Transport, target: ClusterTarget): KubernetesRead {
  const ask = (read: Read): Promise<HttpResponse> => transport.send({ method: 'GET', kind: 'read', repeatable: true, ...read });

  /** undefined for 404. @throws PmpError for any other refusal */
  async function object(read: Read): Promise<Record<string, unknown> | undefined> {
    const response = await ask(read);
    if (response.status === 404 && statusOf(response.text)) return undefined;
    if (response.status !== 200) throw refusal(response, { ...read.doing, server: transport.host });
    return parseObject(response.text, read.doing.what);
  }

  const readSecret = (namespace: string, name: string): Promise<Record<string, unknown> | undefined> =>
    object({ path: objectPath(secretRef(namespace, name)), doing: { verb: 'read', what: describe(secretRef(namespace, name)) } });

  return {
    calls: transport.calls,
    target: async () => target,
    async version() {
      const doing = { verb: 'read', what: 'the version of the cluster' };
      const response = await ask({ path: '/version', doing });
      if (response.status !== 200) throw refusal(response, { ...doing, server: transport.host });
      const { gitVersion } = parseObject(response.text, doing.what);
      return clean(typeof gitVersion === 'string' ? gitVersion.replace(/^v/, '') : '?', 40);
    },
    async can(question) {
      const { namespace, name, subresource, ...rest } = question;
      const attributes = {
        ...rest,
        ...(namespace === undefined ? {} : { namespace }),
        ...(name === undefined ? {} : { name }),
        ...(subresource === undefined ? {} : { subresource }),
      };
      const doing = { verb: 'ask', what: 'what you may do in the cluster' };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: attributes } };
      const response = await transport.send({
        method: 'POST',
        kind: 'read',
        repeatable: true,
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: JSON.stringify(body),
        doing,
      });
      if (response.status !== 201 && response.status !== 200) throw refusal(response, { ...doing, server: transport.host });
      const status = parseObject(response.text, doing.what)['status'];
      return typeof status === 'object' && status !== null && 'allowed' in status && status.allowed === true;
    },
    async serves(group) {
      return (
        (await object({ path: `/apis/${encodeURIComponent(group)}`, doing: { verb: 'read', what: `the API group ${group}` } })) !==
        undefined
      );
    },
    async get(ref) {
      const isSecret = ref.plural === 'secrets';
      const raw = await object({
        path: objectPath(ref),
        ...(isSecret ? { accept: metadataOnly(false) } : {}),
        doing: { verb: 'read', what: describe(ref) },
      });
      return raw && toObject(raw, isSecret);
    },
    async list(kind, namespace, labelSelector) {
      const isSecret = kind.plural === 'secrets';
      const doing = { verb: 'list', what: `${kind.plural}${namespace === undefined ? '' : ` in ${namespace}`}` };
      const found: KubeObject[] = [];
      let next: string | undefined;
      do {
        const path = collectionPath(kind, namespace) + listQuery(labelSelector, next);
        const page = await object({ path, ...(isSecret ? { accept: metadataOnly(true) } : {}), doing });
        const items: unknown = page?.['items'];
        for (const item of Array.isArray(items) ? items : []) found.push(toObject({ kind: kind.kind, ...item }, isSecret));
        next = continuation(page?.['metadata']);
      } while (next !== undefined);
      return found;
    },
    async secret(namespace, name) {
      const raw = await readSecret(namespace, name);
      return raw && toSeenSecret(raw);
    },
    proxyGet: (request) => proxied(transport, { ...request, method: 'GET' }, 'read'),
    async podLog(namespace, pod, container, tailLines) {
      const doing = { verb: 'read', what: `the log of Pod ${namespace}/${pod}, container ${container}` };
      const response = await ask({ path: logPath(namespace, pod, container, tailLines), accept: '*/*', doing });
      if (response.status !== 200) throw refusal(response, { ...doing, server: transport.host });
      return response.text;
    },
  };
}

function secretRef(namespace: string, name: string): ObjectRef {
  return { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespace, name };
}

function continuation(metadata: unknown): string | undefined {
  const next = typeof metadata === 'object' && metadata !== null && 'continue' in metadata ? metadata.continue : undefined;
  return typeof next === 'string' && next !== '' ? next : undefined;
}

/** Through the API server's proxy. What is behind it answers with its own status; the proxy's own failures are Status objects. */
export async function proxied(
  transport: Transport,
  request: ProxyRequest,
  kind: 'read' | 'write',
): Promise<{ readonly status: number; readonly text: string }> {
  const { method = 'GET', body } = request;
  const doing = {
    verb: 'reach',
    what: `${request.target === 'pods' ? 'Pod' : 'Service'} ${request.namespace}/${request.name}:${request.port}`,
  };
  const response = await transport.send({
    method,
    kind,
    repeatable: method !== 'POST',
    proxied: true,
    path: proxyPath(request),
    accept: '*/*',
    ...(body === undefined ? {} : { body }),
    doing,
  });
  if (response.status >= 400 && statusOf(response.text)) throw refusal(response, { ...doing, server: transport.host });
  return { status: response.status, text: response.text };
}
