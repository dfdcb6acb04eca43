import type { SandboxReply } from '../core.ts';
import type { Kind } from './kinds.ts';
import { resourceName } from './kinds.ts';
import { StatusError, unauthorized } from './status.ts';
import type { Denial, KubernetesState } from './state.ts';
import { text, tree } from './tree.ts';
import type { Tree } from './tree.ts';

/** One thing somebody wants to do. */
export interface Ask {
  readonly verb: string;
  readonly group: string;
  /** "secrets", "services/proxy" */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

const anonymous = 'system:anonymous';

/** Whom the request's token stands for. @throws StatusError 401 for a token that nobody has. */
export function userOf(state: KubernetesState, authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') return state.withoutToken;
  const token = authorization.replace(/^Bearer\s+/i, '');
  const user = Object.hasOwn(state.tokens, token) ? state.tokens[token] : undefined;
  if (user === undefined) throw unauthorized();
  return user;
}

export function allowed(state: KubernetesState, user: string, ask: Ask): boolean {
  if (user === anonymous) return false;
  return !state.denied.some((denial) => covers(denial, ask));
}

function covers(denial: Denial, ask: Ask): boolean {
  const fits = (wanted: string | undefined, found: string) => wanted === undefined || wanted === '*' || wanted === found;
  return (
    fits(denial.verb, ask.verb) &&
    fits(denial.group, ask.group) &&
    fits(denial.resource, ask.resource) &&
    fits(denial.namespace, ask.namespace) &&
    fits(denial.name, ask.name)
  );
}

/** @throws StatusError 403 in RBAC's words. */
export function authorize(
  state: KubernetesState,
  user: string,
  kind: Kind,
  ask: Omit<Ask, 'group' | 'resource'> & { readonly subresource?: string },
): void {
  const resource = ask.subresource === undefined ? kind.plural : `${kind.plural}/${ask.subresource}`;
  if (allowed(state, user, { ...ask, group: kind.group, resource })) return;
  const subject = ask.name === '' ? `${resourceName(kind)} is forbidden` : `${resourceName(kind)} ${JSON.stringify(ask.name)} is forbidden`;
  const where = ask.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(ask.namespace)}`;
  const what = `cannot ${ask.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(kind.group)}`;
  throw new StatusError(403, 'Forbidden', `${subject}: User ${JSON.stringify(user)} ${what} ${where}`, {
    ...(ask.name === '' ? {} : { name: ask.name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
  });
}

/** @throws StatusError 403 for a path that is no resource. */
export function authorizePath(user: string, path: string): void {
  const open = ['/version', '/healthz', '/livez', '/readyz'].some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  if (user !== anonymous || open) return;
  throw new StatusError(403, 'Forbidden', `forbidden: User ${JSON.stringify(user)} cannot get path ${JSON.stringify(path)}`, {});
}

/** SelfSubjectAccessReview and SelfSubjectReview. */
export function review(state: KubernetesState, kind: Kind, user: string, body: Tree): SandboxReply {
  const head = { kind: kind.kind, apiVersion: `${kind.group}/${kind.version}`, metadata: {} };
  if (kind.plural === 'selfsubjectreviews') {
    const groups = ['system:authenticated'];
    return { status: 201, body: { ...head, status: { userInfo: { username: user, groups } } } };
  }
  const spec = tree(body['spec']);
  const asked = tree(spec['resourceAttributes']);
  const subresource = text(asked['subresource']);
  const ask: Ask = {
    verb: text(asked['verb']),
    group: text(asked['group']),
    resource: `${text(asked['resource'])}${subresource === '' ? '' : `/${subresource}`}`,
    namespace: text(asked['namespace']),
    name: text(asked['name']),
  };
  const yes = spec['nonResourceAttributes'] !== undefined || allowed(state, user, ask);
  const reason = yes
    ? { reason: 'RBAC: allowed by ClusterRoleBinding "sandbox-admin" of ClusterRole "cluster-admin" to User "sandbox-admin"' }
    : {};
  return { status: 201, body: { ...head, spec, status: { allowed: yes, ...reason } } };
}
