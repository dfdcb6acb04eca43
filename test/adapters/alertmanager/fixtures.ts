import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AlertmanagerSettings } from '../../../src/model/index.ts';
import type { Templates } from '../../../src/ports/index.ts';

export const templates: Templates = {
  read: async (name) => readFileSync(new URL(`../../../templates/${name}`, import.meta.url), 'utf8'),
};

export const settings: AlertmanagerSettings = {
  keyStyle: 'routing_key',
  keyDir: '/etc/pagerduty-secrets',
  p2Severity: 'error',
  p3Pages: true,
  heartbeat: false,
  heartbeatDir: '/etc/pagerduty-heartbeat',
  annotations: { summary: 'summary', runbook: 'runbook_url', graphs: 'dashboard_url' },
  runbookBase: 'https://runbooks.example.com/',
  graphsBase: 'https://grafana.example.com/',
};

export const variants: Readonly<Record<string, AlertmanagerSettings>> = {
  'the defaults': settings,
  'P2 quiet': { ...settings, p2Severity: 'warning' },
  'P3 without PagerDuty': { ...settings, p3Pages: false },
  'the v1 integration': { ...settings, keyStyle: 'service_key', p3Pages: false },
  'a heartbeat in the EU': { ...settings, heartbeat: true, url: 'https://events.eu.pagerduty.com' },
  'awkward answers': {
    ...settings,
    keyDir: "/etc/it's keys/",
    runbookBase: 'https://example.com/"q"?a={{ .X }}\'',
    annotations: { ...settings.annotations, graphs: 'grafana_url' },
  },
};

/** Whether a tool of Debian's prometheus packages is there; where not, its tests are visibly skipped. */
export function installed(tool: string): boolean {
  return spawnSync(tool, ['--version']).status === 0;
}

export function scratch(): string {
  return mkdtempSync(path.join(tmpdir(), 'pmp-pd-'));
}

export function run(tool: string, args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const result = spawnSync(tool, args, { encoding: 'utf8' });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

/** Debian's 0.25 does not know `url_file`; for it the webhook address is written out. */
export function amtoolFile(text: string): string {
  const file = path.join(scratch(), 'alertmanager.yml');
  writeFileSync(file, text);
  return file;
}
