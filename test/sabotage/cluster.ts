import type { Sandbox } from '../../src/sandbox/index.ts';
import { sandboxClusterToken } from '../../src/sandbox/kubernetes/index.ts';
import { mustSucceed } from './http.ts';

type Tree = Readonly<Record<string, unknown>>;

const namespace = '/api/v1/namespaces/monitoring';
export const deployment = '/apis/apps/v1/namespaces/monitoring/deployments/alertmanager';
export const configMap = `${namespace}/configmaps/alertmanager-config`;
export const rulesMap = `${namespace}/configmaps/prometheus-rules`;
export const prometheusMap = `${namespace}/configmaps/prometheus-config`;
export const secret = `${namespace}/secrets/pagerduty-secrets`;
export const heartbeat = `${namespace}/secrets/pagerduty-heartbeat`;
export const keyDir = '/etc/pagerduty-secrets';
export const entries = { critical: 'PAGERDUTY_SERVICE_KEY_CRITICAL', high: 'PAGERDUTY_SERVICE_KEY_HIGH' } as const;

interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
}

interface Workload {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
        readonly containers: readonly { volumeMounts: readonly Mount[] }[];
      };
    };
  };
}

/** The cluster in the hands of somebody with kubectl and curl. */
export class Cluster {
  constructor(readonly sandbox: Sandbox) {}

  async kubectl(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Tree> {
    const headers = { authorization: `Bearer ${sandboxClusterToken}`, 'content-type': type, 'user-agent': 'kubectl/v1.36.2' };
    const text = await mustSucceed(
      method,
      `${this.sandbox.baseUrl}/k8s${path}`,
      headers,
      body === undefined ? undefined : JSON.stringify(body),
    );
    return JSON.parse(text) as Tree;
  }

  /** kubectl patch --type merge */
  async patch(path: string, body: unknown): Promise<void> {
    await this.kubectl('PATCH', path, body, 'application/merge-patch+json');
  }

  /** kubectl edit: what the Alertmanager container mounts, as it is and as it shall be; `volume` is the guide's secret. */
  async mounts(change: (mounts: readonly Mount[], volume: string) => readonly Mount[]): Promise<void> {
    const object = (await this.kubectl('GET', deployment)) as unknown as Workload;
    const { volumes, containers } = object.spec.template.spec;
    const volume = volumes.find((one) => one.secret?.secretName === 'pagerduty-secrets')?.name ?? '';
    for (const container of containers) container.volumeMounts = change(container.volumeMounts, volume);
    await this.kubectl('PUT', deployment, object);
    this.wait('1m');
  }

  async text(path: string, entry: string): Promise<string> {
    const { data } = (await this.kubectl('GET', path)) as { readonly data: Readonly<Record<string, string>> };
    return data[entry] ?? '';
  }

  /** Edits Alertmanager's configuration, without telling Alertmanager. A change that changes nothing is no sabotage. */
  async write(change: (text: string) => string): Promise<void> {
    const before = await this.text(configMap, 'alertmanager.yml');
    const after = change(before);
    if (after === before) throw new Error('the configuration stayed as it was');
    await this.patch(configMap, { data: { 'alertmanager.yml': after } });
  }

  /** Edits it and has it read. */
  async configure(change: (text: string) => string): Promise<void> {
    await this.write(change);
    await this.alertmanager('POST', '/-/reload');
  }

  /** A first route of somebody's own, as YAML without its indent. */
  routeFirst(yaml: string): Promise<void> {
    return this.configure((text) => text.replace(/^ {2}routes:\n/m, (line) => `${line}${indented(yaml, 4)}`));
  }

  async alertmanager(method: string, path: string, body?: unknown): Promise<string> {
    return mustSucceed(
      method,
      `${this.sandbox.alertmanagerUrl}${path}`,
      { 'content-type': 'application/json' },
      body === undefined ? undefined : JSON.stringify(body),
    );
  }

  /** amtool silence add */
  async silence(name: string, value: string, isRegex = false): Promise<void> {
    const now = this.sandbox.clock.now();
    const [startsAt, endsAt] = [now, now + 7_200_000].map((at) => new Date(at).toISOString());
    const matchers = [{ name, value, isRegex, isEqual: true }];
    await this.alertmanager('POST', '/api/v2/silences', { matchers, startsAt, endsAt, createdBy: 'ben@example.com', comment: 'noise' });
  }

  /** An entry of the guide's secret; null deletes it. */
  async key(entry: string, value: string | null): Promise<void> {
    await this.patch(secret, { data: { [entry]: value === null ? null : Buffer.from(value).toString('base64') } });
  }

  async keyOf(entry: string): Promise<string> {
    return Buffer.from(await this.text(secret, entry), 'base64').toString();
  }

  async rules(change: (text: string) => string, file = 'pmp-rules.yml'): Promise<void> {
    const before = await this.text(rulesMap, file);
    const after = change(before);
    if (after === before) throw new Error('the rules stayed as they were');
    await this.patch(rulesMap, { data: { [file]: after } });
    this.wait('1m');
  }

  /** Lets the cluster do its part. */
  wait(duration: string): void {
    this.sandbox.doAction('advance', duration);
  }
}

export function indented(yaml: string, by: number): string {
  return yaml
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}\n`)
    .join('');
}
