import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAlertmanager, createAlertmanagerText, type AlertmanagerTextWork } from '../../../src/adapters/alertmanager/index.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import { createKubernetes } from '../../../src/adapters/kubernetes/index.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import type { Alertmanager, Kubernetes, Templates } from '../../../src/ports/index.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { clusterWith, type ClusterShape, type KubernetesState } from '../../../src/sandbox/kubernetes/index.ts';
import { templates } from './fixtures.ts';

export const keys = { critical: 'c'.repeat(32), high: 'h'.repeat(32) };

export interface Rig {
  readonly sandbox: Sandbox;
  readonly kubernetes: Kubernetes;
  readonly alertmanager: Alertmanager;
  readonly text: AlertmanagerTextWork;
  readonly told: string[];
  readonly state: KubernetesState;
  /** The entry of the object that holds the configuration. */
  source(): Promise<string>;
  close(): Promise<void>;
}

/** A sandbox cluster of that shape with the guide's secret in it. */
export async function rigOf(
  shape: ClusterShape,
  options: {
    readonly heartbeat?: string;
    readonly prepare?: (state: KubernetesState) => void;
    readonly signal?: AbortSignal;
    readonly templates?: Templates;
  } = {},
): Promise<Rig> {
  const state = clusterWith(shape);
  options.prepare?.(state);
  const stateFile = path.join(mkdtempSync(path.join(tmpdir(), 'pmp-pd-')), 'sandbox.json');
  const sandbox = await openSandbox({ stateFile, fresh: { kubernetes: state } });
  const http = createHttp({ userAgent: 'pmp-pd-test' });
  const kubernetes = await createKubernetes({ kubeconfig: { text: sandbox.kubeconfig }, clock: sandbox.clock, http });
  const data = { PAGERDUTY_SERVICE_KEY_CRITICAL: secretOf(keys.critical), PAGERDUTY_SERVICE_KEY_HIGH: secretOf(keys.high) };
  await kubernetes.applySecret({ namespace: 'monitoring', name: 'pagerduty-secrets', data });
  if (options.heartbeat !== undefined)
    await kubernetes.applySecret({
      namespace: 'monitoring',
      name: 'pagerduty-heartbeat',
      data: { WATCHDOG_URL: secretOf(options.heartbeat) },
    });
  const text = await createAlertmanagerText({ templates: options.templates ?? templates });
  const told: string[] = [];
  const alertmanager = createAlertmanager({
    kubernetes,
    text,
    clock: sandbox.clock,
    namespace: 'monitoring',
    secretName: 'pagerduty-secrets',
    notify: (words) => told.push(words),
    ...(options.heartbeat === undefined ? {} : { heartbeat: secretOf(options.heartbeat) }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return {
    sandbox,
    kubernetes,
    alertmanager,
    text,
    told,
    state,
    source: () => configurationIn(kubernetes, alertmanager),
    async close() {
      http.close();
      await sandbox.close();
    },
  };
}

async function configurationIn(kubernetes: Kubernetes, alertmanager: Alertmanager): Promise<string> {
  const [kind, name] = ((await alertmanager.find())?.configuration ?? '').split(' ');
  const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
  const path = `/api/v1/namespaces/monitoring/${plural}/${name}`;
  if (kind === 'Secret') {
    const { reveal } = await import('../../../src/adapters/secret.ts');
    const data = (await kubernetes.secret('monitoring', name ?? ''))?.data;
    const entry = data?.get('alertmanager.yaml') ?? data?.get('alertmanager.yml');
    return entry ? reveal(entry) : '';
  }
  const object = await kubernetes.get({ group: '', version: 'v1', plural, kind: kind ?? '', namespace: 'monitoring', name: name ?? '' });
  return (object?.['data'] as Record<string, string> | undefined)?.['alertmanager.yml'] ?? `no ${path}`;
}
