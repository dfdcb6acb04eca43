import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { HopName } from '../../src/engine/index.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';
import { exampleAnswers } from '../support/cli.ts';
import { InProcess, type Drilled } from '../support/in-process.ts';

export const critical = 'PMP Study - Critical';
export const high = 'PMP Study - High Priority';
const team = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn', 'grace', 'alan'];
/** A Wednesday morning in New York: Ada is on call. */
const start = Date.parse('2026-09-09T14:00:00Z');

/** A team that is ready to be drilled: set up, signed in, the rules loaded. */
export interface Ready {
  readonly run: InProcess;
  readonly sandbox: Sandbox;
}

const open = async (state: string | undefined, more: Partial<SandboxOptions>): Promise<Ready> => {
  const run = new InProcess();
  copyFileSync(exampleAnswers, join(run.folder, 'pmp-pd.yaml'));
  if (state !== undefined) writeFileSync(join(run.folder, 'sandbox.json'), state);
  return { run, sandbox: await run.sandbox({ start, ...more }) };
};

/** Made once a file. @returns the text of the sandbox's state */
export async function lay(): Promise<string> {
  const { run, sandbox } = await open(undefined, { people: 'asleep' });
  expect((await run.setup({ applyAlertmanager: true })).code).toBe(0);
  for (const name of team) sandbox.doAction('sign-in', `${name}@example.com`);
  expect((await run.setup({ applyAlertmanager: true })).code).toBe(0);
  sandbox.doAction('load-rules', join(run.folder, 'pmp-rules.yml'));
  await sandbox.close();
  const state = readFileSync(join(run.folder, 'sandbox.json'), 'utf8');
  await run.close();
  return state;
}

/** The same ground, for one test. */
export async function ready(state: string, more: Partial<SandboxOptions> = {}): Promise<Ready> {
  const made = await open(state, { people: 'awake', ...more });
  onTestFinished(() => made.run.close());
  return made;
}

export const hopsOf = ({ outcome }: Drilled): readonly HopName[] => [...new Set(outcome?.hops.map(({ hop }) => hop))];

export function verdicts({ outcome }: Drilled): Readonly<Record<string, string>> {
  return Object.fromEntries((outcome?.checks ?? []).map(({ id, verdict }) => [id, verdict.status]));
}

export function evidence({ outcome }: Drilled, id: string): string {
  return outcome?.checks.find((check) => check.id === id)?.verdict.evidence ?? '';
}

interface Section {
  readonly incidents: readonly {
    readonly number: number;
    readonly status: string;
    readonly title: string;
    readonly log: readonly { readonly type: string }[];
  }[];
}

/** As the account has them, whatever anybody says. */
export const incidents = ({ sandbox }: Ready) => (sandbox.section('pagerduty') as Section).incidents;

export const stillOpen = (made: Ready) =>
  incidents(made)
    .filter(({ status }) => status !== 'resolved')
    .map(({ number }) => number);

/** Alerts of drills that Alertmanager would go on telling, by its own API. */
export async function stillHeld({ sandbox }: Ready): Promise<number> {
  const response = await fetch(`${sandbox.alertmanagerUrl}/api/v2/alerts?filter=pmp_drill!=""`);
  return ((await response.json()) as unknown[]).length;
}

/** The integration key of a service. */
export function keyOf({ sandbox }: Ready, service: string): string {
  const { services } = sandbox.section('pagerduty') as { services: { name: string; integrations: { integration_key: string }[] }[] };
  return services.find(({ name }) => name === service)?.integrations[0]?.integration_key ?? '';
}

/** An event of somebody else's, with the service's own key. */
export async function event(made: Ready, service: string, summary: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const response = await fetch(`${made.sandbox.eventsUrl}/v2/enqueue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      routing_key: keyOf(made, service),
      event_action: 'trigger',
      dedup_key: `real-${summary}`,
      payload: { summary, source: 'test', severity: 'critical', ...more },
    }),
  });
  expect(response.status).toBe(202);
  await made.sandbox.clock.sleep(1000, '');
}

interface Runs {
  readonly runs: Readonly<Record<string, { readonly processes?: readonly { readonly ended: unknown; readonly cores: number }[] }>>;
}

/** How many cores the pods of the cluster are busy with. */
export function loadIn({ sandbox }: Ready): number {
  const { runs } = sandbox.section('kubernetes') as Runs;
  return Object.values(runs)
    .flatMap(({ processes = [] }) => processes)
    .reduce((sum, { ended, cores }) => sum + (ended === null ? cores : 0), 0);
}
