import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planDrill, runDrill, type DrillResult } from '../../src/drill/index.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { installed } from '../adapters/alertmanager/fixtures.ts';
import { freePort, until } from '../adapters/alertmanager/real.ts';
import { Cluster, configMap } from '../sabotage/cluster.ts';
import { exampleAnswers } from '../support/cli.ts';
import { InProcess } from '../support/in-process.ts';

const program = 'prometheus-alertmanager';
const team = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn', 'grace', 'alan'];
const started = () => ({ sandbox: undefined as Sandbox | undefined, alertmanager: '' });

/** Debian's Alertmanager is what runs and sends; the account and the cluster's objects are the served sandbox's, and time is real. */
describe.skipIf(!installed(program))('a drill through a real Alertmanager', () => {
  const made = started();
  const run = new InProcess(() => environment());
  const closing: (() => unknown)[] = [() => run.close()];

  beforeAll(async () => {
    const sandbox = await openSandbox({ stateFile: join(run.folder, 'sandbox.json'), clock: 'real', people: 'asleep' });
    made.sandbox = sandbox;
    closing.push(() => sandbox.close());
    writeFileSync(join(run.folder, 'kubeconfig'), sandbox.kubeconfig);
    copyFileSync(exampleAnswers, join(run.folder, 'pmp-pd.yaml'));
    const options = { sandbox: false, kubeconfig: join(run.folder, 'kubeconfig') };
    const done = await run.setup(options);
    if (done.code !== 0) throw new Error('setup failed');
    for (const name of team) sandbox.doAction('sign-in', `${name}@example.com`);
    const services = (sandbox.section('pagerduty') as { services: { name: string; integrations: { integration_key: string }[] }[] })
      .services;
    for (const { name, integrations } of services)
      writeFileSync(
        join(run.folder, `PAGERDUTY_SERVICE_KEY_${name.endsWith('Critical') ? 'CRITICAL' : 'HIGH'}`),
        integrations[0]?.integration_key ?? '',
      );
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
      ...(made.alertmanager === '' ? {} : { ALERTMANAGER_URL: made.alertmanager }),
    };
  }

  async function running(name: string, yaml: string): Promise<void> {
    const address = `127.0.0.1:${await freePort()}`;
    const file = join(run.folder, name);
    writeFileSync(file, yaml);
    const flags = [`--config.file=${file}`, `--storage.path=${file}.data`, `--web.listen-address=${address}`, '--cluster.listen-address='];
    const child = spawn(program, flags, { stdio: 'ignore' });
    closing.push(() => child.kill());
    await until(async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok === true);
    made.alertmanager = `http://${address}`;
    // What the cluster's object says is what this one runs.
    if (made.sandbox) await new Cluster(made.sandbox).patch(configMap, { data: { 'alertmanager.yml': yaml } });
  }

  /** As the command runs it, with less patience: nobody is asked, and what comes after an acknowledgement is watched for a moment. */
  async function drill(): Promise<DrillResult> {
    const options = { sandbox: false, kubeconfig: join(run.folder, 'kubeconfig') };
    return run.inWorld(options, async ({ world, answers, random }) => {
      const asked = { requireHuman: false, escalation: false, timeout: undefined, anyway: [], pod: undefined };
      const order = { role: 'critical', via: 'alertmanager', ack: 'auto', ...asked } as const;
      const plan = await planDrill(world, answers, order, { now: world.clock.now(), random });
      const never = new AbortController().signal;
      return runDrill(world, plan, { stopping: never, aborting: never, tell: () => undefined, quietFor: 500, between: 500 });
    });
  }

  test('what setup rendered: every hop is seen, the five things are in it, and Alertmanager’s own resolve closes it', async () => {
    const rendered = readFileSync(join(run.folder, 'alertmanager.yml'), 'utf8')
      .replaceAll('/etc/pagerduty-secrets/', `${run.folder}/`)
      .replace('group_wait: 5s', 'group_wait: 1s')
      .replace('group_interval: 45s', 'group_interval: 2s');
    await running('rendered.yml', rendered);
    const { hops, checks, error, leftBehind } = await drill();
    expect(error).toBeUndefined();
    expect([...new Set(hops.map(({ hop }) => hop))].toSorted()).toEqual(
      [
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
      ].toSorted(),
    );
    expect(checks.map(({ id, verdict }) => [id, verdict.status])).toEqual([
      ['08-test-alert', 'pass'],
      ['09-acknowledgement', 'pass'],
      ['10-escalation', 'skip'],
      ['drill-context', 'pass'],
      ['drill-actions', 'pass'],
      ['drill-closing', 'pass'],
    ]);
    expect(leftBehind).toEqual([]);
  }, 60_000);

  test('the guide to the letter: it stops at Alertmanager, which sends the literal text as the key, and says so', async () => {
    const guide = `
route:
  receiver: pagerduty-critical
  group_wait: 1s
  group_interval: 2s
receivers:
  - name: pagerduty-critical
    pagerduty_configs:
      - routing_key: '\${PAGERDUTY_SERVICE_KEY_CRITICAL}'
        url: '${made.sandbox?.eventsUrl ?? ''}/v2/enqueue'
        send_resolved: true
`;
    await running('guide.yml', guide);
    const { hops, error, incident, leftBehind } = await drill();
    expect(incident).toBeUndefined();
    expect(error).toMatchObject({ id: 'drill-not-seen' });
    expect(error?.facts.message).toMatch(/^the drill stopped at Alertmanager/);
    expect(error?.facts.cause).toMatch(/The key of receiver "pagerduty-critical" is the literal text \$\{PAGERDUTY_SERVICE_KEY_CRITICAL\}/);
    expect(hops.map(({ hop }) => hop)).not.toContain('event_accepted');
    expect(leftBehind).toEqual([]);
  }, 60_000);
});
