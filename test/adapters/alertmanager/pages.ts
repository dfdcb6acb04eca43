import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAlertmanagerAt, createAlertmanagerText, serverAt } from '../../../src/adapters/alertmanager/index.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import type { Alertmanager } from '../../../src/ports/index.ts';
import { templates } from './fixtures.ts';

/** What an Alertmanager answers, by path; a number is a status without a text. */
export type Pages = Readonly<Record<string, string | number>>;

export const small = `route:
  receiver: "null"
  routes:
  - receiver: pagerduty-critical
    matchers:
    - severity="P1"
receivers:
- name: "null"
- name: pagerduty-critical
  pagerduty_configs:
  - send_resolved: true
    routing_key: <secret>
    url: https://events.pagerduty.com/v2/enqueue
    severity: critical
`;

export function statusPage(original: string, more: object = {}): string {
  return JSON.stringify({
    cluster: { peers: [], status: 'disabled' },
    config: { original },
    uptime: '2026-11-21T12:00:00.000Z',
    versionInfo: { version: '0.28.1' },
    ...more,
  });
}

/** The counters as 0.28 and later write them; earlier ones have no `reason`. */
export function metricsPage(failed: Readonly<Record<string, number>> | number, sent = 43): string {
  const lines =
    typeof failed === 'number'
      ? [`alertmanager_notifications_failed_total{integration="pagerduty"} ${failed}`]
      : Object.entries(failed).map(
          ([reason, count]) => `alertmanager_notifications_failed_total{integration="pagerduty",reason="${reason}"} ${count}`,
        );
  return [
    '# HELP alertmanager_config_last_reload_successful Whether the last configuration reload attempt was successful.',
    '# TYPE alertmanager_config_last_reload_successful gauge',
    'alertmanager_config_last_reload_successful 1',
    'alertmanager_notifications_failed_total{integration="webhook"} 7',
    ...lines,
    `alertmanager_notifications_total{integration="pagerduty"} ${sent}`,
    'alertmanager_notifications_total{integration="webhook"} 9',
    'process_start_time_seconds 1.79526e+09',
    '',
  ].join('\n');
}

export const healthy: Pages = {
  '/api/v2/status': statusPage(small),
  '/metrics': metricsPage({ clientError: 0 }),
  '/-/ready': 'OK',
  '/api/v2/silences': '[]',
  '/api/v2/alerts': '[]',
};

export interface Served {
  readonly alertmanager: Alertmanager;
  readonly asked: string[];
  readonly url: string;
  close(): void;
}

/** A server on loopback that answers these pages, and the adapter that was given its address. */
export async function served(pages: Pages, prefix = ''): Promise<Served> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const page = (request.url ?? '').startsWith(prefix) ? pages[(request.url ?? '').slice(prefix.length)] : undefined;
    if (typeof page === 'string') response.writeHead(200).end(page);
    else response.writeHead(page ?? 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  const client = createHttp({ userAgent: 'pmp-pd-test' });
  const text = await createAlertmanagerText({ templates });
  return {
    alertmanager: createAlertmanagerAt({ server: serverAt({ http: client, url: new URL(url) }), text }),
    asked,
    url,
    close() {
      client.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
