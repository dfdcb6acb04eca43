import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { installed } from '../adapters/alertmanager/fixtures.ts';
import { freePort, until } from '../adapters/alertmanager/real.ts';
import { Cluster, configMap } from '../sabotage/cluster.ts';
import { Desk, exampleAnswers, type Ran } from '../support/cli.ts';

const program = 'prometheus-alertmanager';

/** The guide's own alertmanager.yml, with the route that it takes for granted. */
const guide = `
route:
  receiver: pagerduty-critical
  routes:
    - { receiver: pagerduty-high, matchers: ['severity="P2"'] }
receivers:
  - name: 'pagerduty-critical'
    pagerduty_configs:
      - service_key: '\${PAGERDUTY_SERVICE_KEY_CRITICAL}'
        send_resolved: true
  - name: 'pagerduty-high'
    pagerduty_configs:
      - service_key: '\${PAGERDUTY_SERVICE_KEY_HIGH}'
        send_resolved: true
`;

interface Document {
  readonly checks: readonly { readonly id: string; readonly status: string; readonly evidence: string; readonly hint?: string }[];
}
const keyChain = (ran: Ran) => (ran.json() as Document).checks[0];

/** Debian's Alertmanager is what runs; the account, the secret and the configuration's source text are the served sandbox's. */
describe.skipIf(!installed(program))('verify before a real Alertmanager', () => {
  const desk = new Desk();
  const made: { sandbox?: Sandbox } = {};
  const closing: (() => unknown)[] = [() => desk.close()];

  beforeAll(async () => {
    const sandbox = await openSandbox({ stateFile: desk.stateFile, clock: 'real' });
    made.sandbox = sandbox;
    closing.push(() => sandbox.close());
    desk.write('kubeconfig', sandbox.kubeconfig);
    const done = await desk.run(['setup', '--yes', '--config', exampleAnswers], { env: environment() });
    if (done.code !== 0) throw new Error(done.stderr);
  }, 90_000);
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  function environment(): Record<string, string> {
    const { token = '', apiUrl = '', from = '' } = made.sandbox ?? {};
    return { PAGERDUTY_TOKEN: token, PAGERDUTY_API_URL: apiUrl, PD_FROM_EMAIL: from, KUBECONFIG: desk.path('kubeconfig') };
  }

  /** Starts one on that file of the desk. @returns its address */
  async function running(file: string): Promise<string> {
    const address = `127.0.0.1:${await freePort()}`;
    const flags = [`--config.file=${desk.path(file)}`, `--storage.path=${desk.path(`${file}.data`)}`, `--web.listen-address=${address}`];
    const child = spawn(program, [...flags, '--cluster.listen-address='], { stdio: 'ignore' });
    closing.push(() => child.kill());
    await until(async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok === true);
    return `http://${address}`;
  }

  const verify = (url: string) =>
    desk.run(['verify', '--only', 'key-chain', '--config', exampleAnswers, '-o', 'json'], {
      env: { ...environment(), ALERTMANAGER_URL: url },
    });

  test('what setup rendered: the key chain holds', async () => {
    const ran = await verify(await running('alertmanager.yml'));
    expect(keyChain(ran)).toMatchObject({
      id: 'key-chain',
      status: 'pass',
      evidence: expect.stringMatching(/P1 → pagerduty-critical, key /),
    });
    expect(ran.code).toBe(0);
  });

  test('the guide to the letter: Alertmanager runs happily, and the key chain fails and says why', async () => {
    desk.write('guide.yml', guide);
    if (made.sandbox) await new Cluster(made.sandbox).patch(configMap, { data: { 'alertmanager.yml': guide } });
    const ran = await verify(await running('guide.yml'));
    expect(keyChain(ran)).toMatchObject({
      status: 'fail',
      evidence: expect.stringMatching(
        /receiver pagerduty-critical: the literal text \$\{PAGERDUTY_SERVICE_KEY_CRITICAL\}, which Alertmanager never expands.*PAGERDUTY_SERVICE_KEY_HIGH/,
      ),
      hint: expect.stringMatching(/expands no variables.*routing_key_file/),
    });
    expect(ran.code).toBe(1);
  });
});
