import { apiVersion } from './kinds.ts';
import type { Kind } from './kinds.ts';
import type { KubernetesState } from './state.ts';
import type { Tree } from './tree.ts';

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/**
 * What the paths beside the resources answer: version, health, discovery, and as much OpenAPI as kubectl needs to leave validation to the server.
 * @returns undefined where nothing is served; a string is plain text.
 */
export function discover(state: KubernetesState, kinds: readonly Kind[], path: string): Tree | string | undefined {
  if (path === '/version') return versionInfo(state);
  if (['/readyz', '/healthz', '/livez'].includes(path)) return 'ok';
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames(kinds).map((group) => groupOf(kinds, group)) };
  if (path === '/openapi/v3')
    return { paths: Object.fromEntries(groupVersions(kinds).map((one) => [one, { serverRelativeURL: `/openapi/v3/${one}` }])) };
  if (path.startsWith('/openapi/v3/')) return openapi(kinds, path.slice('/openapi/v3/'.length));
  const [, root, first, second, ...rest] = path.split('/');
  if (rest.length > 0) return undefined;
  if (root === 'api' && first === 'v1' && second === undefined) return resources(kinds, '', 'v1');
  if (root !== 'apis' || first === undefined || !groupNames(kinds).includes(first)) return undefined;
  if (second === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(kinds, first) };
  return kinds.some(({ group, version }) => group === first && version === second) ? resources(kinds, first, second) : undefined;
}

function versionInfo({ version }: KubernetesState): Tree {
  const [major = '', minor = ''] = version.split('.');
  return {
    major,
    minor,
    gitVersion: `v${version}`,
    gitCommit: 'sandbox',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: 'go1.24.0',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

function groupNames(kinds: readonly Kind[]): string[] {
  return [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '').sort();
}

function groupOf(kinds: readonly Kind[], group: string): Tree {
  const names = [...new Set(kinds.filter((kind) => kind.group === group).map(({ version }) => version))];
  const versions = names.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function resources(kinds: readonly Kind[], group: string, version: string): Tree {
  const served = kinds.filter((kind) => kind.group === group && kind.version === version);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: served.flatMap(resourceList),
  };
}

function resourceList(kind: Kind): Tree[] {
  const main = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.createOnly === true ? ['create'] : verbs,
    ...(kind.shortNames === undefined ? {} : { shortNames: kind.shortNames }),
  };
  const below = (kind.subresources ?? []).map((name) => ({
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: name === 'proxy' ? ['create', 'delete', 'get', 'patch', 'update'] : name === 'log' ? ['get'] : ['get', 'patch', 'update'],
  }));
  return [main, ...below];
}

function groupVersions(kinds: readonly Kind[]): string[] {
  return [...new Set(kinds.map(pathOf))];
}

function pathOf(kind: Kind): string {
  return kind.group === '' ? `api/${kind.version}` : `apis/${apiVersion(kind)}`;
}

/** Says for every kind that PATCH knows `fieldValidation`: then kubectl lets the server validate. */
function openapi(kinds: readonly Kind[], groupVersion: string): Tree | undefined {
  const served = kinds.filter((kind) => pathOf(kind) === groupVersion);
  if (served.length === 0) return undefined;
  const paths = served.map((kind) => {
    const scope = kind.namespaced ? '/namespaces/{namespace}' : '';
    const gvk = { group: kind.group, version: kind.version, kind: kind.kind };
    const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string' },
    }));
    const operation = { 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': gvk, parameters, responses: {} };
    return [`/${groupVersion}${scope}/${kind.plural}/{name}`, { patch: operation }] as const;
  });
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'sandbox' }, paths: Object.fromEntries(paths) };
}
