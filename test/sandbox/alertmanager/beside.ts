import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { opened } from '../support.ts';

function versionOf(program: string): string | undefined {
  try {
    return /version (\d+\.\d+\.\d+)/.exec(
      execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    )?.[1];
  } catch {
    return undefined;
  }
}

/** Version of the real one on this machine; undefined: none. */
export const realAlertmanager = versionOf('prometheus-alertmanager');
export const realPrometheus = versionOf('prometheus');

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder of its own, removed after the test. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pmp-pd-beside-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Starts a program that serves `/-/ready` on a port of its own; ended after the test. @returns its base URL */
export async function started(program: string, argsFor: (port: number) => readonly string[]): Promise<string> {
  const port = await freePort();
  const child = spawn(program, [...argsFor(port)], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    const ready = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${program} does not start`);
}

/** The real Alertmanager on this configuration. @returns its base URL */
export function realOn(configuration: string): Promise<string> {
  const place = folder();
  writeFileSync(join(place, 'alertmanager.yml'), configuration);
  return started('prometheus-alertmanager', (port) => [
    `--config.file=${join(place, 'alertmanager.yml')}`,
    `--storage.path=${join(place, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
}

const monitoring = '/k8s/api/v1/namespaces/monitoring';

export async function patch(sandbox: Sandbox, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  const response = await fetch(`${sandbox.baseUrl}${path}`, { method: 'PATCH', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

/** A sandbox whose Alertmanager has that version and configuration, brought about as a person would; its Prometheus is switched off. */
export async function imitationOn(configuration: string, version: string): Promise<Sandbox> {
  const sandbox = await opened({ clock: 'real' });
  await patch(sandbox, '/k8s/apis/apps/v1/namespaces/monitoring/deployments/prometheus', { spec: { replicas: 0 } });
  await patch(sandbox, `${monitoring}/configmaps/alertmanager-config`, { data: { 'alertmanager.yml': configuration } });
  const containers = [{ name: 'alertmanager', image: `quay.io/prometheus/alertmanager:v${version}` }];
  await patch(sandbox, '/k8s/apis/apps/v1/namespaces/monitoring/deployments/alertmanager', {
    spec: { template: { spec: { containers } } },
  });
  sandbox.doAction('advance', '5s');
  return sandbox;
}

export interface Exchange {
  readonly status: number;
  readonly body: unknown;
}

export async function exchange(base: string, method: string, path: string, body?: unknown): Promise<Exchange> {
  const sent =
    body === undefined
      ? {}
      : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`${base}${path}`, { method, ...sent });
  const text = await response.text();
  try {
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

/** Times and generated ids as words, and what comes in any order sorted, so that two servers can be compared. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === 'string') {
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return 'time';
    const list = /\[([A-Z,]+)\]/.exec(value)?.[1];
    if (list !== undefined) return value.replace(list, list.split(',').sort().join(','));
    return value.replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/, 'uuid');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, comparable(each)]));
}
