/** One kind that the API serves. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly subresources?: readonly string[];
  /** Only reviews: they can be created and are never stored. */
  readonly createOnly?: true;
  /** Served through a CustomResourceDefinition: no strategic merge patch, fields not typed. */
  readonly custom?: true;
}

function kind(group: string, version: string, plural: string, name: string, more: Partial<Kind> = {}): Kind {
  return { group, version, plural, kind: name, singular: name.toLowerCase(), namespaced: true, ...more };
}

const builtIn: readonly Kind[] = [
  kind('', 'v1', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  kind('', 'v1', 'endpoints', 'Endpoints', { shortNames: ['ep'], singular: 'endpoints' }),
  kind('', 'v1', 'events', 'Event', { shortNames: ['ev'] }),
  kind('', 'v1', 'namespaces', 'Namespace', { shortNames: ['ns'], namespaced: false }),
  kind('', 'v1', 'pods', 'Pod', { shortNames: ['po'], subresources: ['exec', 'log', 'proxy', 'status'] }),
  kind('', 'v1', 'secrets', 'Secret'),
  kind('', 'v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  kind('', 'v1', 'services', 'Service', { shortNames: ['svc'], subresources: ['proxy', 'status'] }),
  kind('apps', 'v1', 'deployments', 'Deployment', { shortNames: ['deploy'], subresources: ['status'] }),
  kind('apps', 'v1', 'replicasets', 'ReplicaSet', { shortNames: ['rs'], subresources: ['status'] }),
  kind('apps', 'v1', 'statefulsets', 'StatefulSet', { shortNames: ['sts'], subresources: ['status'] }),
  kind('authentication.k8s.io', 'v1', 'selfsubjectreviews', 'SelfSubjectReview', { namespaced: false, createOnly: true }),
  kind('authorization.k8s.io', 'v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', { namespaced: false, createOnly: true }),
  kind('coordination.k8s.io', 'v1', 'leases', 'Lease'),
  kind('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', {
    namespaced: false,
    shortNames: ['crd', 'crds'],
    subresources: ['status'],
  }),
];

/** What the Prometheus operator brings. Served where their definitions are in the store. */
export const operatorKinds: readonly Kind[] = [
  kind('monitoring.coreos.com', 'v1', 'alertmanagers', 'Alertmanager', {
    custom: true,
    shortNames: ['am'],
    subresources: ['status'],
  }),
  kind('monitoring.coreos.com', 'v1', 'prometheuses', 'Prometheus', {
    custom: true,
    shortNames: ['prom'],
    subresources: ['status'],
  }),
  kind('monitoring.coreos.com', 'v1', 'prometheusrules', 'PrometheusRule', { custom: true, shortNames: ['promrule'] }),
  kind('monitoring.coreos.com', 'v1alpha1', 'alertmanagerconfigs', 'AlertmanagerConfig', { custom: true, shortNames: ['amcfg'] }),
];

/** @param defined names of the CustomResourceDefinitions in the store */
export function servedKinds(defined: ReadonlySet<string>): readonly Kind[] {
  return [...builtIn, ...operatorKinds.filter((custom) => defined.has(`${custom.plural}.${custom.group}`))];
}

/** "secrets", "deployments.apps": as messages name it. */
export function resourceName({ group, plural }: Kind): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** "Secret", "Deployment.apps" */
export function kindName({ group, kind }: Kind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** "v1", "apps/v1" */
export function apiVersion({ group, version }: Kind): string {
  return group === '' ? version : `${group}/${version}`;
}

export function builtInKind(plural: string): Kind {
  const found = [...builtIn, ...operatorKinds].find((one) => one.plural === plural);
  if (found === undefined) throw new RangeError(`no kind has the plural ${plural}`);
  return found;
}
