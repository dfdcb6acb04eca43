import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { installed } from '../adapters/alertmanager/fixtures.ts';
import { freePort, until } from '../adapters/alertmanager/real.ts';
import { Cluster, configMap } from '../sabotage/cluster.ts';
import { Desk, exampleAnswers } from '../support/cli.ts';
import { Program } from '../support/world.ts';

const alertmanager = 'prometheus-alertmanager';
const team = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn', 'grace', 'alan'];
const hops = [
  'accepted',
  'notified_by_alertmanager',
  'event_accepted',
  'incident_opened',
  'person_notified',
  'acknowledged',
  'snoozed',
  'noted',
  'resolved',
  'closed',
];

interface Document {
  readonly exit_code: number;
  readonly hops: readonly { readonly hop: string; readonly at: string; readonly seconds: number; readonly detail?: string }[];
  readonly checks: readonly { readonly id: string; readonly status: string; readonly evidence: string }[];
  readonly left_behind: readonly unknown[];
  readonly thanks: readonly string[];
  readonly error?: { readonly id: string; readonly message: string; readonly cause: string | null };
}

/**
 * The command, against Debian's Alertmanager, which runs on the very file that `setup` rendered and on the files of the very Secret that it wrote;
 * PagerDuty and the cluster's objects are the served sandbox's. Time is real.
 */
describe.skipIf(!installed(alertmanager))('test-alert through a real Alertmanager', () => {
  const desk = new Desk();
  const program = new Program();
  const made: { sandbox?: Sandbox; url: string } = { url: '' };
  const closing: (() => unknown)[] = [() => desk.close(), () => program.close()];

  beforeAll(async () => {
    const sandbox = await openSandbox({ stateFile: desk.stateFile, clock: 'real', people: 'manual' });
    made.sandbox = sandbox;
    closing.push(() => sandbox.close());
    desk.write('kubeconfig', sandbox.kubeconfig);
    const folder = desk.path('pagerduty-secrets');
    mkdirSync(folder);
    const answers = readFileSync(exampleAnswers, 'utf8');
    desk.write(
      'pmp-pd.yaml',
      answers.replace('key_dir: /etc/pagerduty-secrets', `key_dir: ${folder}`).replace('apply: true', 'apply: false'),
    );
    const done = await desk.run(['setup', '--yes'], { env: environment() });
    if (done.code !== 0) throw new Error(done.stderr);
    for (const name of team) sandbox.doAction('accept', `${name}@example.com`);
    for (const name of team) sandbox.doAction('sign-in', `${name}@example.com`);
    const { objects } = sandbox.section('kubernetes') as { objects: Record<string, { data?: Record<string, string> }> };
    const data = objects['/secrets/monitoring/pagerduty-secrets']?.data ?? {};
    for (const [name, value] of Object.entries(data))
      desk.write(`pagerduty-secrets/${name}`, Buffer.from(value, 'base64').toString('utf8'));
  }, 90_000);
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  function environment(): Record<string, string> {
    const { token = '', apiUrl = '', eventsUrl = '', from = '' } = made.sandbox ?? {};
    return {
      PAGERDUTY_TOKEN: token,
      PAGERDUTY_API_URL: apiUrl,
      PAGERDUTY_EVENTS_URL: eventsUrl,
      PD_FROM_EMAIL: from,
      KUBECONFIG: desk.path('kubeconfig'),
      ...(made.url === '' ? {} : { ALERTMANAGER_URL: made.url }),
    };
  }

  /** Under a path of its own, as behind an ingress. */
  async function running(name: string): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`;
    const flags = [`--config.file=${desk.path(name)}`, `--storage.path=${desk.path(`${name}.data`)}`, `--web.listen-address=${address}`];
    const child = spawn(alertmanager, [...flags, '--web.route-prefix=/am/', '--cluster.listen-address='], { stdio: 'ignore' });
    closing.push(() => child.kill());
    made.url = `http://${address}/am`;
    await until(async () => (await fetch(`${made.url}/-/ready`).catch(() => undefined))?.ok === true);
    // What the cluster's object says is what this one runs.
    if (made.sandbox) await new Cluster(made.sandbox).patch(configMap, { data: { 'alertmanager.yml': desk.read(name) } });
  }

  /** The built program. @param heard what it says meanwhile */
  function drill(flags: readonly string[], heard: (words: string) => void = () => undefined): Promise<Document> {
    const child = spawn(process.execPath, [program.entry, 'test-alert', '--yes', '-o', 'json', ...flags], {
      cwd: desk.folder,
      env: { ...desk.environment, ...environment() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    closing.push(() => child.kill('SIGKILL'));
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      said.push(chunk);
      heard(chunk.toString('utf8'));
    });
    return new Promise((resolve, reject) => {
      child.on('close', () => {
        const text = Buffer.concat(out).toString('utf8');
        if (text === '') reject(new Error(Buffer.concat(said).toString('utf8')));
        else resolve(JSON.parse(text) as Document);
      });
    });
  }

  function open(): readonly unknown[] {
    const { incidents } = (made.sandbox?.section('pagerduty') ?? { incidents: [] }) as { incidents: { status: string }[] };
    return incidents.filter(({ status }) => status !== 'resolved');
  }

  test('P1, answered by whoever is on call, and P2: every hop of both is seen, and Alertmanager’s own resolve closes them', async () => {
    await running('alertmanager.yml');
    expect(desk.read('alertmanager.yml')).toContain(`routing_key_file: '${desk.path('pagerduty-secrets')}/PAGERDUTY_SERVICE_KEY_CRITICAL'`);
    const answering = { who: '', high: undefined as Promise<Document> | undefined };
    const p1 = await drill([], (words) => {
      const who = /level 1 {2}at once: (\w+) Example/.exec(words)?.[1];
      if (who !== undefined) answering.who = `${who.toLowerCase()}@example.com`;
      if (words.includes('whoever was called to acknowledge')) made.sandbox?.doAction('ack', answering.who);
      // Only then: whoever acknowledges takes what rang last.
      if (/\+.* acknowledged /.test(words)) answering.high ??= drill(['--severity', 'high', '--ack', 'auto']);
    });
    const p2 = await answering.high;
    if (p2 === undefined) throw new Error('P1 was never acknowledged');
    for (const document of [p1, p2]) {
      expect(document.error).toBeUndefined();
      expect([...new Set(document.hops.map(({ hop }) => hop))].toSorted()).toEqual(hops.toSorted());
      expect(document.hops.map(({ seconds }) => seconds)).toEqual(document.hops.map(({ seconds }) => seconds).toSorted((a, b) => a - b));
      expect(document.checks.filter(({ status }) => status !== 'pass').map(({ id }) => id)).toEqual(['10-escalation']);
      expect(document.hops.findLast(({ hop }) => hop === 'closed')?.detail).toBe('by the resolve of its alert');
      expect(document.left_behind).toEqual([]);
    }
    expect(p1.thanks).toHaveLength(1);
    expect(p2.thanks).toEqual([]);
    expect(open()).toEqual([]);
  }, 240_000);

  test('the guide to the letter, as a v2 receiver: the drill stops at Alertmanager, and says that the literal text is sent as the key', async () => {
    desk.write(
      'guide.yml',
      `
route:
  receiver: pagerduty-critical
receivers:
  - name: 'pagerduty-critical'
    pagerduty_configs:
      - routing_key: '\${PAGERDUTY_SERVICE_KEY_CRITICAL}'
        url: '${made.sandbox?.eventsUrl ?? ''}/v2/enqueue'
        send_resolved: true
`,
    );
    await running('guide.yml');
    const { exit_code: code, error, hops: seen, left_behind: left } = await drill([]);
    expect(code).toBe(7);
    expect(error).toMatchObject({ id: 'drill-not-seen', message: expect.stringMatching(/^the drill stopped at Alertmanager/) });
    expect(error?.cause).toMatch(/The key of receiver "pagerduty-critical" is the literal text \$\{PAGERDUTY_SERVICE_KEY_CRITICAL\}/);
    expect(seen.map(({ hop }) => hop)).toContain('notified_by_alertmanager');
    expect(seen.map(({ hop }) => hop)).not.toContain('event_accepted');
    expect([left, open()]).toEqual([[], []]);
  }, 240_000);
});
