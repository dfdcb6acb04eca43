import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifyCommandOptions } from '../../src/commands/index.ts';
import type { VerifyOutcome } from '../../src/engine/index.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';
import { exampleAnswers } from '../support/cli.ts';
import { InProcess } from '../support/in-process.ts';
import { Account } from './account.ts';
import { Cluster, rulesMap } from './cluster.ts';
import { drill, ofTheSecondService, throughEveryLevel, type Past } from './drills.ts';

/** A Wednesday morning in New York, with no window and no clock change near. */
const start = Date.parse('2026-09-09T14:00:00Z');
const watchdog = 'https://watchdog.example.com/ping/1';
const team = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn', 'grace', 'alan'];

/** Everything a sabotage can lay hands on. */
export class World {
  readonly account: Account;
  readonly cluster: Cluster;

  private constructor(
    readonly run: InProcess,
    readonly sandbox: Sandbox,
  ) {
    this.account = new Account(sandbox);
    this.cluster = new Cluster(sandbox);
  }

  /** @param state the text of a state file; undefined: an account of today and a cluster of yesterday */
  static async open(state?: string, options: Partial<SandboxOptions> = {}): Promise<World> {
    const run = new InProcess();
    copyFileSync(exampleAnswers, join(run.folder, 'pmp-pd.yaml'));
    if (state !== undefined) writeFileSync(join(run.folder, 'sandbox.json'), state);
    return new World(run, await run.sandbox({ start, ...options }));
  }

  /** What only people, time and fate can do: `sandbox do`. */
  befall(action: string, argument: string): void {
    this.sandbox.doAction(action, argument);
  }

  plant(past: Past): void {
    this.sandbox.plantIncident(drill(past));
  }

  verify(more: Partial<VerifyCommandOptions> = {}): Promise<VerifyOutcome> {
    return this.run.verify(more);
  }

  /** Stops it. @returns the text of the state file */
  async stop(): Promise<string> {
    await this.sandbox.close();
    const state = readFileSync(join(this.run.folder, 'sandbox.json'), 'utf8');
    await this.run.close();
    return state;
  }
}

/** State files of a set-up that is ready to be launched, and of the same one before its drills. */
export interface Healthy {
  readonly drilled: string;
  readonly undrilled: string;
}

/** As a team gets there: setup, people sign in, setup again, the rules into Prometheus, a drill of each service. */
async function healthy(): Promise<Healthy> {
  const world = await World.open();
  await mustBeDone(world.run.setup({}, watchdog));
  for (const name of team) world.befall('sign-in', `${name}@example.com`);
  await mustBeDone(world.run.setup({}, watchdog));
  const rules = readFileSync(join(world.run.folder, 'pmp-rules.yml'), 'utf8');
  await world.cluster.patch(rulesMap, { data: { 'pmp-rules.yml': rules } });
  world.cluster.wait('10m');
  const undrilled = await world.stop();
  const drilled = await World.open(undrilled);
  drilled.plant(throughEveryLevel);
  drilled.plant(ofTheSecondService);
  return { undrilled, drilled: await drilled.stop() };
}

async function mustBeDone(setup: ReturnType<InProcess['setup']>): Promise<void> {
  const { code, outcome } = await setup;
  if (code !== 0) throw new Error(`setup ended with ${code}: ${JSON.stringify(outcome?.error?.facts)}`);
}

/** The healthy world and what verify finds in it; made once for a file. */
export class Ground {
  private constructor(
    readonly healthy: Healthy,
    readonly before: VerifyOutcome,
  ) {}

  static async lay(): Promise<Ground> {
    const made = await healthy();
    const world = await World.open(made.drilled);
    const before = await world.verify();
    await world.stop();
    return new Ground(made, before);
  }
}
