import type { Kind } from './kinds.ts';

/** How a field is merged and owned, as the API server's own schema says. */
export type Schema =
  | { readonly is: 'scalar' }
  /** Replaced as a whole. */
  | { readonly is: 'atomic' }
  /** Not described here: maps merge by name, lists are replaced, any field may be there. */
  | { readonly is: 'open' }
  | { readonly is: 'map'; readonly of: Schema }
  | { readonly is: 'struct'; readonly fields: Readonly<Record<string, Schema>> }
  | {
      readonly is: 'list';
      readonly keys: readonly string[];
      readonly of: Schema;
      readonly defaults?: Readonly<Record<string, unknown>>;
      readonly patchKey?: string;
    }
  | { readonly is: 'set' };

const scalar: Schema = { is: 'scalar' };
const atomic: Schema = { is: 'atomic' };
const open: Schema = { is: 'open' };
const byName: Schema = { is: 'map', of: scalar };

function struct(scalars: string, more: Readonly<Record<string, Schema>> = {}): Schema & { readonly is: 'struct' } {
  const fields = Object.fromEntries(
    scalars
      .split(' ')
      .filter(Boolean)
      .map((name) => [name, scalar]),
  );
  return { is: 'struct', fields: { ...fields, ...more } };
}

function keyed(of: Schema, ...keys: string[]): Schema {
  return { is: 'list', keys, of };
}

const metadata = struct(
  'name namespace generateName uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds selfLink',
  {
    labels: byName,
    annotations: byName,
    finalizers: { is: 'set' },
    ownerReferences: keyed(struct('apiVersion kind name uid controller blockOwnerDeletion'), 'uid'),
    managedFields: atomic,
  },
);

const secretSource = struct('secretName name defaultMode optional', { items: atomic });
const volume = struct('name', {
  secret: secretSource,
  configMap: secretSource,
  emptyDir: open,
  projected: open,
  persistentVolumeClaim: open,
  hostPath: open,
  downwardAPI: open,
  csi: open,
  nfs: open,
  ephemeral: open,
});
const volumeMount = struct('name mountPath readOnly subPath subPathExpr mountPropagation recursiveReadOnly');
const container = struct(
  'name image imagePullPolicy workingDir stdin stdinOnce tty terminationMessagePath terminationMessagePolicy restartPolicy',
  {
    args: atomic,
    command: atomic,
    env: keyed(struct('name value', { valueFrom: open }), 'name'),
    envFrom: atomic,
    ports: {
      is: 'list',
      keys: ['containerPort', 'protocol'],
      defaults: { protocol: 'TCP' },
      patchKey: 'containerPort',
      of: struct('name containerPort protocol hostPort hostIP'),
    },
    volumeMounts: keyed(volumeMount, 'mountPath'),
    volumeDevices: keyed(open, 'devicePath'),
    resources: open,
    livenessProbe: open,
    readinessProbe: open,
    startupProbe: open,
    lifecycle: open,
    securityContext: open,
    resizePolicy: atomic,
  },
);
const podSpec = struct(
  `activeDeadlineSeconds automountServiceAccountToken dnsPolicy enableServiceLinks hostIPC hostNetwork hostPID hostUsers hostname nodeName
   preemptionPolicy priority priorityClassName restartPolicy runtimeClassName schedulerName serviceAccount serviceAccountName setHostnameAsFQDN
   shareProcessNamespace subdomain terminationGracePeriodSeconds`.replace(/\s+/g, ' '),
  {
    containers: keyed(container, 'name'),
    initContainers: keyed(container, 'name'),
    ephemeralContainers: keyed(open, 'name'),
    volumes: keyed(volume, 'name'),
    affinity: open,
    dnsConfig: open,
    hostAliases: keyed(open, 'ip'),
    imagePullSecrets: keyed(open, 'name'),
    nodeSelector: atomic,
    os: open,
    overhead: byName,
    readinessGates: atomic,
    securityContext: open,
    tolerations: atomic,
    topologySpreadConstraints: open,
  },
);
const template = struct('', { metadata, spec: podSpec });
const workload = {
  selector: atomic,
  template,
} as const;

const specs: Readonly<Record<string, Schema>> = {
  deployments: struct('replicas minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds', { ...workload, strategy: open }),
  replicasets: struct('replicas minReadySeconds', workload),
  statefulsets: struct('replicas serviceName podManagementPolicy revisionHistoryLimit minReadySeconds', {
    ...workload,
    updateStrategy: open,
    volumeClaimTemplates: atomic,
    persistentVolumeClaimRetentionPolicy: open,
    ordinals: open,
  }),
  pods: podSpec,
  namespaces: struct('', { finalizers: atomic }),
  leases: struct('holderIdentity leaseDurationSeconds acquireTime renewTime leaseTransitions strategy preferredHolder'),
  services: struct(
    'clusterIP externalName externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilyPolicy loadBalancerClass loadBalancerIP publishNotReadyAddresses sessionAffinity trafficDistribution type',
    {
      selector: atomic,
      clusterIPs: atomic,
      externalIPs: atomic,
      ipFamilies: atomic,
      loadBalancerSourceRanges: atomic,
      sessionAffinityConfig: open,
      ports: {
        is: 'list',
        keys: ['port', 'protocol'],
        defaults: { protocol: 'TCP' },
        patchKey: 'port',
        of: struct('name port protocol targetPort nodePort appProtocol'),
      },
    },
  ),
};

const bodies: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  secrets: { data: byName, stringData: byName, type: scalar, immutable: scalar },
  configmaps: { data: byName, binaryData: byName, immutable: scalar },
  endpoints: { subsets: atomic },
  serviceaccounts: { secrets: keyed(open, 'name'), imagePullSecrets: atomic, automountServiceAccountToken: scalar },
};

/** Schema of a kind's objects. Kinds not described (custom ones, events, reviews) are open below their metadata. */
export function schemaOf(kind: Kind): Schema {
  const head = { apiVersion: scalar, kind: scalar, metadata };
  const body = bodies[kind.plural];
  if (body !== undefined) return { is: 'struct', fields: { ...head, ...body } };
  const spec = specs[kind.plural];
  if (spec !== undefined) return { is: 'struct', fields: { ...head, spec, status: open } };
  return { is: 'struct', fields: { ...head, ...openBodies } };
}

const openBodies: Readonly<Record<string, Schema>> = Object.fromEntries(
  [
    'spec status involvedObject reason message type count firstTimestamp lastTimestamp eventTime source action related',
    'reportingComponent reportingInstance series',
  ]
    .flatMap((names) => names.split(' '))
    .map((name) => [name, open]),
);

/** What an undescribed value is merged like. */
export function guess(value: unknown): Schema {
  if (Array.isArray(value)) return atomic;
  return typeof value === 'object' && value !== null ? { is: 'map', of: open } : scalar;
}
