import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fill } from '../../../src/adapters/alertmanager/template.ts';
import { ClusterServer } from '../../support/cluster-server.ts';
import type { Loose } from '../../support/cluster-server.ts';
import { root } from '../../support/source.ts';
import { exchange, realAlertmanager, realOn } from './beside.ts';

const key = (letter: string): string => letter.repeat(32);

/** templates/alertmanager.yml as setup fills it in, sending to that address; its intervals are short, so that a resolve need not be waited for. */
function ours(url: string): string {
  const template = readFileSync(join(root, 'templates/alertmanager.yml'), 'utf8');
  const holding = new Set(['v2', 'loud', 'p3-pages', 'key-inline', 'source', 'url', 'own-null', 'own-watchdog']);
  const words = {
    INLINE_CRITICAL: key('c'),
    INLINE_HIGH: key('h'),
    URL: `${url}/v2/enqueue`,
    SUMMARY: 'summary',
    RUNBOOK: 'runbook_url',
    GRAPHS: 'dashboard_url',
    RUNBOOK_BASE: 'https://runbooks.example.com',
    GRAPHS_BASE: 'https://grafana.example.com',
  };
  return fill(template, holding, words).replace(/group_interval: \w+/g, 'group_interval: 1s');
}

/** What others write: defaults, and the rest of the template language. */
const theirs = (url: string): string => `global: { pagerduty_url: '${url}/v2/enqueue' }
route:
  receiver: defaults
  group_by: [alertname, namespace]
  group_interval: 1s
  routes:
    - receiver: full
      match_re: { service: 'a.*|b' }
      matchers: ['severity!=""', 'alertname=~"[A-Z].+"']
      group_by: ['...']
receivers:
  - name: defaults
    pagerduty_configs: [{ routing_key: '${key('d')}' }]
  - name: full
    pagerduty_configs:
      - routing_key: '{{ .CommonLabels.nokey }}${key('f')}'
        severity: '{{ if and (eq .CommonLabels.severity "P1") (not false) }}critical{{ else if eq .CommonLabels.severity "P2" "P3" }}warning{{ else }}info{{ end }}'
        client: 'Team "A" <b>'
        class: '{{ .CommonLabels.alertname | toLower | printf "%s-%q" .Status }}'
        component: '{{- range $name, $value := .CommonLabels -}} {{ $name }}:{{ $value }}; {{- end -}}'
        group: '{{ range $i, $a := .Alerts }}{{ if $i }}, {{ end }}{{ $a.Labels.instance }}{{ else }}none{{ end }}'
        description: '{{ $s := .Status }}{{ range .Alerts }}{{ $s = .Status | title }}{{ .Annotations.summary }}{{ end }} {{ $s }} {{/* said once */}}{{ .GroupLabels.SortedPairs.Names | join "," }} {{ (index .Alerts 0).Fingerprint }}'
        details:
          all: '{{ .CommonLabels.Remove (stringSlice "service" "severity") }} {{ len .CommonAnnotations }} {{ .CommonLabels.absent }}|{{ .Alerts.Resolved | len }}'
          cut: '{{ reReplaceAll "(\\\\d+)%" "$1 percent" "CPU 80%" }} {{ match "^H" .CommonLabels.alertname }} {{ html "<&>" }} {{ urlquery "a b/c" }} {{ gt 2 1 }} {{ ge "b" "a" }}'
        images: [{ src: 'https://grafana.example.com/{{ .CommonLabels.service }}.png', alt: graph }, { src: '', alt: nothing }]
        links: [{ href: '{{ (index .Alerts 0).GeneratorURL }}', text: Expression }, { href: '', text: nowhere }]
`;

type Alert = Readonly<Record<string, unknown>>;

/** An hour old, so that no group waits. */
function alert(
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  now: number,
  ends = 600_000,
): Alert {
  const time = (at: number): string => new Date(at).toISOString();
  return {
    labels,
    annotations,
    startsAt: time(now - 3_600_000),
    endsAt: time(now + ends),
    generatorURL: 'http://prometheus.example.com/graph?g0.expr=up%3E1',
  };
}

const sample = (now: number, ends?: number): readonly Alert[] =>
  (
    [
      [
        { alertname: 'HighCPU', severity: 'P1', namespace: 'pmp', service: 'api', instance: 'b', cluster: 'one' },
        { summary: 'CPU "80%": pod <b>', runbook_url: 'https://runbooks.example.com/cpu' },
      ],
      [
        { alertname: 'HighCPU', severity: 'P1', namespace: 'pmp', service: 'api', instance: 'a', cluster: 'one' },
        { summary: 'CPU high: pod a', runbook_url: 'https://runbooks.example.com/cpu' },
      ],
      [
        { alertname: 'SlowQueue', severity: 'P2', namespace: 'pmp', service: 'worker' },
        { dashboard_url: 'https://grafana.example.com/d/x' },
      ],
      [{ alertname: 'DiskFills', severity: 'P3', namespace: 'pmp', service: 'b', job: 'node' }, { summary: 'größer als 90 %' }],
      [
        { alertname: 'PmpDrill', severity: 'P1', namespace: 'pmp-drill', service: 'pmp-pd', pmp_drill: 'd-42' },
        { summary: 'DRILL: not a real incident' },
      ],
    ] as const
  ).map(([labels, annotations]) => alert(labels, annotations, now, ends));

/** A server that takes every event. */
async function pagerDuty(): Promise<{ readonly url: string; readonly bodies: Loose[] }> {
  const bodies: Loose[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"success"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

/** By key; the address of the Alertmanager itself is another. */
const sorted = (bodies: readonly Loose[]): readonly Loose[] =>
  bodies
    .map((body) => ({ ...body, client_url: String(body.client_url).replace(/^http:\/\/[^/]+/, 'http://am') }))
    .sort((a, b) => (a.dedup_key + a.event_action < b.dedup_key + b.event_action ? -1 : 1));

async function imitation(configuration: (url: string) => string, version: string): Promise<ClusterServer> {
  const server = await ClusterServer.start('plain');
  onTestFinished(() => server.close());
  await server.patch('/apis/apps/v1/namespaces/monitoring/deployments/prometheus', 'merge', { spec: { replicas: 0 } });
  const data = { 'alertmanager.yml': configuration(server.url) };
  await server.patch('/api/v1/namespaces/monitoring/configmaps/alertmanager-config', 'merge', { data });
  const containers = [{ name: 'alertmanager', image: `quay.io/prometheus/alertmanager:v${version}` }];
  await server.patch('/apis/apps/v1/namespaces/monitoring/deployments/alertmanager', 'strategic-merge', {
    spec: { template: { spec: { containers } } },
  });
  server.pass(10_000);
  expect((await server.call('POST', '/alertmanager/-/reload')).status).toBe(200);
  return server;
}

const eventsOf = (server: ClusterServer): readonly Loose[] => server.events.map(({ body }) => JSON.parse(body));

describe.skipIf(realAlertmanager === undefined)('beside the real Alertmanager', () => {
  it.each([
    ['the configuration that setup writes', ours],
    ['a configuration of somebody else', theirs],
  ])('what PagerDuty is told is the same, trigger and resolve: %s', async (_, configuration) => {
    const server = await imitation(configuration, realAlertmanager ?? '');
    const post = (ends?: number) => server.call('POST', '/alertmanager/api/v2/alerts', sample(server.now, ends));
    expect((await post()).status).toBe(200);
    server.pass(0);
    const triggered = eventsOf(server).length;
    await post(0);
    server.pass(2000);

    const events = await pagerDuty();
    const real = await realOn(configuration(events.url));
    await exchange(real, 'POST', '/api/v2/alerts', sample(Date.now()));
    await vi.waitFor(() => expect(events.bodies).toHaveLength(triggered), { timeout: 8000, interval: 20 });
    await exchange(real, 'POST', '/api/v2/alerts', sample(Date.now(), 0));
    await vi.waitFor(() => expect(events.bodies).toHaveLength(2 * triggered), { timeout: 8000, interval: 20 });

    expect(triggered).toBeGreaterThan(3);
    expect(sorted(eventsOf(server))).toEqual(sorted(events.bodies));
    expect(sorted(eventsOf(server)).map((body) => JSON.stringify(body))).toEqual(sorted(events.bodies).map((body) => JSON.stringify(body)));
  });
});

const drill = (more: string): string => `route:
  receiver: 'null'
  routes:
    - receiver: pager
      matchers: ['severity="P1"']
      group_by: [alertname]
      group_wait: 30s
      group_interval: 5m
      repeat_interval: 1h
${more}`;
const receivers = (config: string): string => `receivers:
  - name: 'null'
  - name: pager
    pagerduty_configs: [${config}]
`;
const v2 = `{ routing_key: '${key('r')}' }`;

/** One P1 now, of that name. */
const p1 = (server: ClusterServer, alertname = 'Down', seconds = 3600, more: Readonly<Record<string, string>> = {}): readonly Alert[] => [
  {
    labels: { alertname, severity: 'P1', ...more },
    startsAt: new Date(server.now).toISOString(),
    endsAt: new Date(server.now + seconds * 1000).toISOString(),
  },
];
const post = (server: ClusterServer, alerts: readonly Alert[], base = '/alertmanager') =>
  server.call('POST', `${base}/api/v2/alerts`, alerts);
const actions = (server: ClusterServer): readonly string[] => eventsOf(server).map(({ event_action }) => event_action);
const failures = async (server: ClusterServer): Promise<readonly string[]> => {
  const { text } = await server.call('GET', '/alertmanager/metrics');
  return text.split('\n').filter((line) => /notifications_failed_total\{integration="pagerduty".* [1-9]/.test(line));
};
/** Single attempts: those that failed, and all. */
const requests = async (server: ClusterServer): Promise<readonly number[]> => {
  const { text } = await server.call('GET', '/alertmanager/metrics');
  const value = (name: string): number => Number(new RegExp(`${name}\\{integration="pagerduty"\\} (\\d+)`).exec(text)?.[1]);
  return [value('requests_failed_total'), value('requests_total')];
};
const lastLine = async (server: ClusterServer): Promise<string> => {
  const pods = await server.get('/api/v1/namespaces/monitoring/pods?labelSelector=app%3Dalertmanager');
  return (await server.get(`/api/v1/namespaces/monitoring/pods/${pods.json.items[0].metadata.name}/log?tailLines=1`)).text;
};

describe('the imitation’s timers', () => {
  it('wait, gather, tell what is new at the interval, repeat, and resolve what was told', async () => {
    const server = await imitation(() => drill(receivers(v2)), '0.28.1');
    await post(server, p1(server));
    server.pass(29_000);
    expect(server.events).toHaveLength(0);
    await post(server, p1(server, 'Down', 3600, { instance: 'second' }));
    server.pass(1000);
    expect(eventsOf(server).map(({ payload }) => payload.custom_details.num_firing)).toEqual(['2']);

    await post(server, p1(server, 'Down', 20_000, { instance: 'third' }));
    server.pass(299_000);
    expect(server.events).toHaveLength(1);
    server.pass(1000);
    expect(eventsOf(server).at(-1).payload.custom_details.num_firing).toBe('3');

    server.pass(3_900_000);
    expect(actions(server)).toEqual(['trigger', 'trigger', 'trigger']);
    expect(eventsOf(server).at(-1).payload.custom_details).toMatchObject({ num_firing: '1' });
    server.pass(20_000_000);
    expect(actions(server).at(-1)).toBe('resolve');
    expect(new Set(eventsOf(server).map(({ dedup_key }) => dedup_key)).size).toBe(1);
    const told = server.events.length;
    server.pass(20_000_000);
    expect(server.events).toHaveLength(told);
  });

  it('have nothing to do for a quiet cluster, and little for a group that only repeats', async () => {
    const server = await imitation(() => drill(receivers(v2)), '0.28.1');
    const began = server.now;
    server.pass(30 * 86_400_000);
    expect(server.ticks).toBe(0);
    await post(server, p1(server, 'Down', 86_400));
    server.pass(86_000_000);
    expect(server.events.length).toBeGreaterThan(20);
    expect(server.ticks).toBeLessThan(60);
    expect(server.now).toBeGreaterThan(began);
  });

  it('send no resolve where it is not wanted, or where nobody heard of the alert', async () => {
    const quiet = await imitation(() => drill(receivers(v2.replace('}', ', send_resolved: false }'))), '0.28.1');
    await post(quiet, p1(quiet, 'Down', 60));
    quiet.pass(600_000);
    expect(actions(quiet)).toEqual(['trigger']);
    const short = await imitation(() => drill(receivers(v2)), '0.28.1');
    await post(short, p1(short, 'Down', 10));
    short.pass(600_000);
    expect(short.events).toHaveLength(0);
  });
});

describe('the timer of a group', () => {
  const short = (): string => drill(receivers(v2)).replace('5m', '10s');
  const seconds = (server: ClusterServer, began: number): readonly string[] => {
    const told: string[] = [];
    server.reply = () => {
      told.push(`${(server.now - began) / 1000} ${actions(server).at(-1)}`);
      return { status: 202 };
    };
    return told;
  };

  it('beats on while nothing happens: news waits for its beat, whoever asks for something meanwhile', async () => {
    const server = await imitation(short, '0.28.1');
    const told = seconds(server, server.now);
    await post(server, p1(server));
    server.pass(494_000);
    await post(server, p1(server, 'Down', 3600, { instance: 'second' }));
    server.pass(0);
    expect(told).toEqual(['30 trigger']);
    server.pass(30_000);
    expect(told).toEqual(['30 trigger', '500 trigger']);
  });

  it('beats on for half a minute at most when all in it have ended: who comes back meanwhile waits for the beat', async () => {
    const server = await imitation(short, '0.28.1');
    const told = seconds(server, server.now);
    await post(server, p1(server));
    server.pass(31_000);
    await post(server, p1(server, 'Down', 0));
    server.pass(10_000);
    await post(server, p1(server));
    server.pass(20_000);
    await post(server, p1(server, 'Down', 0));
    server.pass(60_000);
    await post(server, p1(server));
    server.pass(60_000);
    expect(told).toEqual(['30 trigger', '40 resolve', '50 trigger', '70 resolve', '151 trigger']);
  });

  it('notices that a silence has been lifted, also right after somebody has looked', async () => {
    const server = await imitation(short, '0.28.1');
    const began = server.now;
    const times = { startsAt: new Date(began).toISOString(), endsAt: new Date(began + 3_600_000).toISOString() };
    const matchers = [{ name: 'alertname', value: 'Down', isRegex: false, isEqual: true }];
    const silence = { matchers, ...times, createdBy: 'ada@example.com', comment: 'known' };
    const { json } = await server.call('POST', '/alertmanager/api/v2/silences', silence);
    await post(server, p1(server));
    server.pass(45_000);
    await server.call('GET', '/alertmanager/api/v2/silences');
    expect(server.events).toHaveLength(0);
    await server.call('DELETE', `/alertmanager/api/v2/silence/${json.silenceID}`);
    server.pass(10_000);
    expect(actions(server)).toEqual(['trigger']);
  });
});

describe('an alert that is sent again', () => {
  it('keeps the later of two ends that somebody set, unless it has ended by now', async () => {
    const server = await imitation(() => drill(receivers(v2)), '0.28.1');
    const ends = async (): Promise<number> =>
      (Date.parse((await server.call('GET', '/alertmanager/api/v2/alerts?filter=alertname%3DDown')).json[0].endsAt) - server.now) / 1000;
    await post(server, p1(server, 'Down', 600));
    await post(server, p1(server, 'Down', 60));
    expect(await ends()).toBe(600);
    await post(server, [{ labels: { alertname: 'Down', severity: 'P1' }, startsAt: new Date(server.now + 1).toISOString() }]);
    expect(await ends()).toBe(600);
    server.pass(60_000);
    await post(server, [{ labels: { alertname: 'Down', severity: 'P1' }, endsAt: new Date(server.now).toISOString() }]);
    expect((await server.call('GET', '/alertmanager/api/v2/alerts?filter=alertname%3DDown')).json).toEqual([]);
  });
});

describe('what keeps the imitation silent', () => {
  it('a silence: and an alert that ends under it never sends its resolve', async () => {
    const server = await imitation(() => drill(receivers(v2)), '0.28.1');
    await post(server, p1(server, 'Down', 600));
    server.pass(60_000);
    const silence = {
      matchers: [{ name: 'alertname', value: 'Down', isRegex: false, isEqual: true }],
      startsAt: new Date(server.now).toISOString(),
      endsAt: new Date(server.now + 3_600_000).toISOString(),
      createdBy: 'ada@example.com',
      comment: 'known',
    };
    expect((await server.call('POST', '/alertmanager/api/v2/silences', silence)).status).toBe(200);
    await post(server, p1(server, 'Other'));
    server.pass(7_200_000);
    expect(
      eventsOf(server)
        .map(({ payload, event_action }) => `${event_action} ${payload.custom_details.firing.match(/alertname = (\w+)/)?.[1]}`)
        .slice(0, 2),
    ).toEqual(['trigger Down', 'trigger Other']);
    expect(actions(server).filter((action) => action === 'resolve')).toHaveLength(1);
  });

  it('an inhibition, until its source ends', async () => {
    const inhibit = `inhibit_rules: [{ source_matchers: ['alertname="Root"'], target_matchers: ['alertname="Down"'] }]\n`;
    const server = await imitation(() => drill(receivers(v2) + inhibit), '0.28.1');
    await post(server, [...p1(server, 'Root', 400), ...p1(server, 'Down', 7200)]);
    server.pass(60_000);
    expect(server.events).toHaveLength(1);
    server.pass(600_000);
    expect(actions(server)).toEqual(['trigger', 'resolve', 'trigger']);
  });

  it('a muting time interval, until it is over', async () => {
    const muted = `      mute_time_intervals: [noon]\n${receivers(v2)}time_intervals: [{ name: noon, time_intervals: [{ times: [{ start_time: '11:00', end_time: '12:30' }], weekdays: ['saturday'] }] }]\n`;
    const server = await imitation(() => drill(muted), '0.28.1');
    await post(server, p1(server));
    server.pass(1_700_000);
    expect(server.events).toHaveLength(0);
    server.pass(600_000);
    expect(actions(server)).toEqual(['trigger']);
  });
});

describe('what PagerDuty does not take', () => {
  it('a literal ${…} as the key is sent as it is, refused at every interval, counted and logged', async () => {
    const server = await imitation(() => drill(receivers("{ routing_key: '${PAGERDUTY_SERVICE_KEY_CRITICAL}' }")), '0.28.1');
    server.reply = () => ({
      status: 400,
      body: {
        status: 'invalid event',
        message: 'Event object is invalid',
        errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
      },
    });
    await post(server, p1(server));
    server.pass(30_000);
    expect(eventsOf(server).map(({ routing_key }) => routing_key)).toEqual(['${PAGERDUTY_SERVICE_KEY_CRITICAL}']);
    expect(await failures(server)).toEqual(['alertmanager_notifications_failed_total{integration="pagerduty",reason="clientError"} 1']);
    expect(await lastLine(server)).toMatch(
      /pager\/pagerduty\[0\]: notify retry canceled due to unrecoverable error after 1 attempts: unexpected status code 400: Event object is invalid: Length of 'routing_key'/,
    );
    server.pass(300_000);
    expect(server.events).toHaveLength(2);
    server.reply = undefined;
    server.pass(300_000);
    expect(server.events).toHaveLength(3);
    expect(await failures(server)).toEqual(['alertmanager_notifications_failed_total{integration="pagerduty",reason="clientError"} 2']);
    server.pass(600_000);
    expect(server.events).toHaveLength(3);
  });

  it('is tried again within the flush where PagerDuty is busy, and given up at its end', async () => {
    const server = await imitation(() => drill(receivers(v2)), '0.28.1');
    server.reply = () => ({ status: server.events.length < 4 ? 429 : 202 });
    await post(server, p1(server));
    server.pass(40_000);
    expect(server.events).toHaveLength(4);
    expect(await failures(server)).toEqual([]);
    expect(await requests(server)).toEqual([3, 4]);
    server.reply = () => ({ status: 500 });
    await post(server, p1(server, 'Other'));
    server.pass(329_000);
    expect(await failures(server)).toEqual([]);
    server.pass(1000);
    expect(await failures(server)).toEqual(['alertmanager_notifications_failed_total{integration="pagerduty",reason="serverError"} 1']);
    expect(await lastLine(server)).toMatch(/notify retry canceled after \d+ attempts: unexpected status code 500/);
  });

  it('has a key in a file that is read at each send', async () => {
    const keyFile = '/etc/alertmanager/key';
    const server = await imitation(() => drill(receivers(`{ routing_key_file: ${keyFile} }`)), '0.28.1');
    await post(server, p1(server));
    server.pass(30_000);
    expect(server.events).toHaveLength(0);
    expect(await failures(server)).toEqual(['alertmanager_notifications_failed_total{integration="pagerduty",reason="other"} 1']);
    expect(await lastLine(server)).toContain(`failed to read routing key from file: open ${keyFile}: no such file or directory`);
    await server.patch('/api/v1/namespaces/monitoring/configmaps/alertmanager-config', 'merge', { data: { key: `${key('k')}\n` } });
    server.pass(300_000);
    expect(eventsOf(server).map(({ routing_key }) => routing_key)).toEqual([key('k')]);
  });

  it('never hears of a template that does not work, or of an address that is somebody else’s', async () => {
    const wrong = await imitation(() => drill(receivers(v2.replace('}', ", class: '{{ .Nonsense }}' }"))), '0.28.1');
    await post(wrong, p1(wrong));
    wrong.pass(30_000);
    expect(await failures(wrong)).toEqual([expect.stringContaining('reason="other"')]);
    expect(await lastLine(wrong)).toContain("failed to template PagerDuty v2 message: can't evaluate field Nonsense");
    const foreign = await imitation(() => drill(receivers(v2.replace('}', ", url: 'https://events.example.com/v2/enqueue' }"))), '0.28.1');
    await post(foreign, p1(foreign));
    foreign.pass(400_000);
    expect([foreign.events.length, wrong.events.length]).toEqual([0, 0]);
    expect(await lastLine(foreign)).toContain('connection refused');
  });
});

describe('older and newer ones', () => {
  it('v1 is sent to its own address, without severity, and a resolve without client', async () => {
    const server = await imitation(
      () => drill(receivers(`{ service_key: '${key('s')}', severity: critical, url: 'https://events.example.com/x' }`)),
      '0.25.0',
    );
    await post(server, p1(server, 'Down', 60));
    server.pass(600_000);
    expect(server.events.map(({ path }) => path)).toEqual(Array(2).fill('/generic/2010-04-15/create_event.json'));
    const [trigger, resolve] = eventsOf(server);
    expect(Object.keys(trigger)).toEqual([
      'service_key',
      'incident_key',
      'event_type',
      'description',
      'event_action',
      'payload',
      'client',
      'client_url',
      'details',
    ]);
    expect(Object.keys(resolve)).toEqual([
      'service_key',
      'incident_key',
      'event_type',
      'description',
      'event_action',
      'payload',
      'details',
    ]);
    expect([trigger.event_type, resolve.event_type, trigger.payload]).toEqual(['trigger', 'resolve', null]);
    expect(trigger.details).toMatchObject({ num_firing: '1', resolved: '' });
  });

  it('from 0.30 on details are read again as YAML', async () => {
    const details = '{ plain: "CPU high: pod x", digits: "007", guarded: "\\tCPU high: pod x", list: "[P1] CPU", none: "" }';
    const server = await imitation(() => drill(receivers(v2.replace('}', `, details: ${details} }`))), '0.33.1');
    await post(server, p1(server));
    server.pass(30_000);
    expect(eventsOf(server)[0].payload.custom_details).toMatchObject({
      plain: { 'CPU high': 'pod x' },
      digits: 7,
      guarded: '\tCPU high: pod x',
      none: null,
      num_firing: 1,
      resolved: [],
      firing: [{ status: 'firing', labels: { alertname: 'Down' }, endsAt: '0001-01-01T00:00:00Z' }],
    });
  });
});

describe('two replicas', () => {
  const through = (ordinal: number): string => `/k8s/api/v1/namespaces/monitoring/pods/http:alertmanager-${ordinal}:9093/proxy`;

  async function pair(): Promise<ClusterServer> {
    const server = await ClusterServer.start('statefulset');
    onTestFinished(() => server.close());
    const data = { 'alertmanager.yml': drill(receivers(v2)) };
    await server.patch('/apis/apps/v1/namespaces/monitoring/deployments/prometheus', 'merge', { spec: { replicas: 0 } });
    await server.patch('/api/v1/namespaces/monitoring/configmaps/alertmanager-config', 'merge', { data });
    for (const ordinal of [0, 1]) await server.call('POST', `${through(ordinal)}/-/reload`);
    return server;
  }

  it('hold alerts of their own; the first speaks, and the other has heard of it', async () => {
    const server = await pair();
    for (const ordinal of [0, 1]) await post(server, p1(server, 'Down', 600), through(ordinal));
    server.pass(30_000);
    expect(server.events).toHaveLength(1);
    server.pass(1_200_000);
    expect(actions(server)).toEqual(['trigger', 'resolve']);
    expect((await server.call('GET', `${through(1)}/api/v2/alerts?filter=alertname%3DDown`)).json).toEqual([]);
  });

  it('the second speaks, fifteen seconds later, where the first has no such alert', async () => {
    const server = await pair();
    await post(server, p1(server, 'Down', 600), through(1));
    expect((await server.call('GET', `${through(0)}/api/v2/alerts?filter=alertname%3DDown`)).json).toEqual([]);
    server.pass(44_000);
    expect(server.events).toHaveLength(0);
    server.pass(1000);
    expect(actions(server)).toEqual(['trigger']);
  });

  it('with a group interval shorter than its patience the second tells again of what has just ended: what it was about to say had grown old', async () => {
    const server = await pair();
    const data = { 'alertmanager.yml': drill(receivers(v2)).replace('group_wait: 30s', 'group_wait: 1s').replace('5m', '4s') };
    await server.patch('/api/v1/namespaces/monitoring/configmaps/alertmanager-config', 'merge', { data });
    for (const ordinal of [0, 1]) await server.call('POST', `${through(ordinal)}/-/reload`);
    const began = server.now;
    const told: string[] = [];
    server.reply = () => {
      told.push(`${(server.now - began) / 1000} ${actions(server).at(-1)}`);
      return { status: 202 };
    };
    for (const ordinal of [0, 1]) await post(server, p1(server, 'Down', 20), through(ordinal));
    server.pass(60_000);
    expect(told).toEqual(['1 trigger', '21 resolve', '31 trigger', '46 resolve']);
  });
});
