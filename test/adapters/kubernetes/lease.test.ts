import { afterEach, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http.ts';
import { createKubernetes } from '../../../src/adapters/kubernetes/index.ts';
import { createLease } from '../../../src/adapters/lease.ts';
import type { Clock, HeldLock, Kubernetes } from '../../../src/ports/index.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-lease-'));
let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Lets nobody pass until so many have come. */
function gate(count: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length >= count) for (const pass of waiting) pass();
    });
}

it('gives the lock to one of two who saw it free at the same moment; the other waits and says for whom', async () => {
  sandbox = await openSandbox({ stateFile: join(folder, 'sandbox.json') });
  const { kubeconfig: text, clock } = sandbox;
  const http = createHttp({ userAgent: 'test', clock });
  const cluster = await createKubernetes({ clock, http, kubeconfig: { text } });
  // The Lease is there, held by nobody: both see the same version of it before either takes it.
  const first = await taker(cluster, clock, 'first').acquire();
  await first.release();

  const bothHaveSeen = gate(2);
  const both = ['ada@here/1', 'ben@there/2'].map((identity) => {
    let looks = 0;
    const together: Kubernetes = {
      ...cluster,
      async get(ref) {
        const found = await cluster.get(ref);
        if (ref.kind === 'Lease' && looks++ === 0) await bothHaveSeen();
        return found;
      },
    };
    return { identity, ...taker(together, clock, identity) };
  });
  const holding: string[] = [];
  const together: string[] = [];
  const order = await Promise.all(
    both.map(async ({ acquire, identity, told }) => {
      const held: HeldLock = await acquire();
      holding.push(identity);
      if (holding.length > 1) together.push(...holding);
      // Long enough for the other to look again, and to say that it waits.
      for (let turn = 0; turn < 20; turn++) await clock.sleep(1_000, 'work');
      holding.splice(holding.indexOf(identity), 1);
      await held.release();
      return { identity, told };
    }),
  );
  expect(together).toEqual([]);
  const [waited, ...others] = order.filter(({ told }) => told.length > 0);
  expect(others).toEqual([]);
  const holder = order.find(({ identity }) => identity !== waited?.identity)?.identity;
  expect(waited?.told[0]).toBe(`${holder} is running setup against this cluster`);
});

function taker(kubernetes: Kubernetes, clock: Clock, identity: string) {
  const told: string[] = [];
  const lock = createLease({
    kubernetes,
    namespace: 'monitoring',
    clock,
    identity,
    gone: () => false,
    notify: (why) => void told.push(why),
  });
  return { told, acquire: () => lock.acquire() };
}
