import type { Tree } from './tree.ts';

/** The least that Alertmanager starts with: nobody is told anything. */
export const emptyConfiguration = `route:
  receiver: "null"
receivers:
  - name: "null"
`;

type Labels = Readonly<Record<string, string>>;

/** A pod that runs Alertmanager on a configuration mounted at /etc/alertmanager. */
export function alertmanagerPod(tag: string, configVolume: Tree): Tree {
  const container = {
    name: 'alertmanager',
    image: `quay.io/prometheus/alertmanager:${tag}`,
    args: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
    ports: [{ name: 'web', containerPort: 9093 }],
    volumeMounts: [
      { name: 'config', mountPath: '/etc/alertmanager' },
      { name: 'storage', mountPath: '/alertmanager' },
    ],
  };
  return { containers: [container], volumes: [configVolume, { name: 'storage', emptyDir: {} }] };
}

/** A Deployment; with a service name, a StatefulSet. */
export function workload(name: string, labels: Labels, selector: Labels, replicas: number, pod: Tree, serviceName?: string): Tree {
  const template = { metadata: { labels: { ...labels, ...selector } }, spec: pod };
  const spec = { replicas, selector: { matchLabels: selector }, template, ...(serviceName === undefined ? {} : { serviceName }) };
  return { metadata: { name, labels }, spec };
}

export function service(name: string, labels: Labels, selector: Labels, port: string, number = 9093): Tree {
  return { metadata: { name, labels }, spec: { selector, ports: [{ name: port, port: number, targetPort: 'web' }] } };
}

export function headlessService(name: string, selector: Labels): Tree {
  const ports = [
    { name: 'web', port: 9093, targetPort: 'web' },
    { name: 'mesh', port: 9094, targetPort: 9094 },
  ];
  return { metadata: { name, labels: selector }, spec: { clusterIP: 'None', selector, ports } };
}

export const studyNamespace = 'pmp-study';

/** What the alerts are about: the study's API, one pod with a limit of one core, whose image has a shell and `stress`. */
export const studyApi: Tree = workload('pmp-study-api', { app: 'pmp-study-api' }, { app: 'pmp-study-api' }, 1, {
  containers: [
    {
      name: 'api',
      image: 'registry.example.com/pmp-study/api-with-stress:1.4.0',
      ports: [{ name: 'http', containerPort: 8080 }],
      resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } },
    },
  ],
});

/** Its worker, from the same image, with no limit at all: the load on it is for the other of the two rules. */
export const studyWorker: Tree = workload('pmp-study-worker', { app: 'pmp-study-worker' }, { app: 'pmp-study-worker' }, 1, {
  containers: [
    {
      name: 'worker',
      image: 'registry.example.com/pmp-study/api-with-stress:1.4.0',
      resources: { requests: { cpu: '100m' } },
    },
  ],
});
