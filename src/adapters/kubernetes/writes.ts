import { fieldManager } from '../../model/index.ts';
import type { Kubernetes, KubernetesRead, ObjectRef } from '../../ports/index.ts';
import type { HttpResponse } from '../http.ts';
import { refusal, statusOf } from './errors.ts';
import { managedByLabel, parseObject, secretBody, toObject } from './objects.ts';
import { applyQuery, describe, objectPath } from './paths.ts';
import { proxied } from './reads.ts';
import type { Call, Transport } from './transport.ts';

/** Everything that changes the cluster, `exec` aside. */
export function createWrites(transport: Transport): Omit<Kubernetes, keyof KubernetesRead | 'exec'> {
  async function write(call: Omit<Call, 'kind'>, writesSecret: boolean): Promise<void> {
    const response = await transport.send({ ...call, kind: 'write' });
    if (!isSuccess(response)) throw refusal(response, { ...call.doing, server: transport.host }, writesSecret);
  }

  const applyBody = (ref: ObjectRef, body: string, force: boolean, writesSecret: boolean): Promise<void> =>
    write(
      {
        method: 'PATCH',
        path: objectPath(ref) + applyQuery(force),
        contentType: 'application/apply-patch+yaml',
        body,
        repeatable: true,
        doing: { verb: 'write', what: describe(ref) },
      },
      writesSecret,
    );

  /** New, or made by us before: only then it bears our mark. */
  async function isOurs(ref: ObjectRef): Promise<boolean> {
    const doing = { verb: 'read', what: describe(ref) };
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
    const response = await transport.send({ method: 'GET', kind: 'read', repeatable: true, path: objectPath(ref), accept, doing });
    if (response.status === 404 && statusOf(response.text)) return true;
    if (!isSuccess(response)) throw refusal(response, { ...doing, server: transport.host });
    return toObject(parseObject(response.text, doing.what), true).metadata.labels?.[managedByLabel] === fieldManager;
  }

  return {
    async apply(object, plural, options) {
      const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/', 2) : ['', object.apiVersion];
      const { name, namespace } = object.metadata;
      const ref = {
        group: group ?? '',
        version: version ?? 'v1',
        plural,
        kind: object.kind,
        name,
        ...(namespace === undefined ? {} : { namespace }),
      };
      await applyBody(ref, JSON.stringify(object), options?.force ?? false, plural === 'secrets');
    },
    async applySecret(secret, options) {
      const ref = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespace: secret.namespace, name: secret.name };
      await applyBody(ref, secretBody(secret, await isOurs(ref)), options?.force ?? false, true);
    },
    patchJson: (ref, operations) =>
      write(
        {
          method: 'PATCH',
          path: `${objectPath(ref)}?${new URLSearchParams({ fieldManager })}`,
          contentType: 'application/json-patch+json',
          body: JSON.stringify(operations),
          repeatable: false,
          doing: { verb: 'change', what: describe(ref) },
        },
        ref.plural === 'secrets',
      ),
    async delete(ref, uid) {
      const call = {
        method: 'DELETE',
        path: objectPath(ref),
        ...(uid === undefined ? {} : { body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }) }),
        repeatable: true,
        kind: 'write',
        doing: { verb: 'delete', what: describe(ref) },
      } as const;
      const response = await transport.send(call);
      const gone = response.status === 404 && statusOf(response.text) !== undefined;
      if (!gone && !isSuccess(response)) throw refusal(response, { ...call.doing, server: transport.host });
    },
    proxy: (request) => proxied(transport, request, request.method === undefined || request.method === 'GET' ? 'read' : 'write'),
  };
}

function isSuccess(response: HttpResponse): boolean {
  return response.status >= 200 && response.status < 300;
}
