import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClock } from '../../../src/adapters/clock.ts';
import { createHttp, type HttpTls } from '../../../src/adapters/http.ts';
import { loadConfig } from '../../../src/adapters/kubernetes/config.ts';
import { credentialsOf } from '../../../src/adapters/kubernetes/credentials.ts';
import { createKubernetes } from '../../../src/adapters/kubernetes/index.ts';
import type { Clock } from '../../../src/ports/index.ts';
import { openSandbox } from '../../../src/sandbox/index.ts';
import { startApiServer } from './api-server.ts';
import { kubernetesContract, type Cluster } from './suite.ts';

async function clusterOf(kubeconfig: string, clock: Clock, close: () => Promise<void>): Promise<Cluster> {
  const http = createHttp({ userAgent: 'pmp-pd-test' });
  const { config, server } = await loadConfig({ text: kubeconfig }, undefined);
  const credentials = credentialsOf(config, clock);
  return {
    kubernetes: await createKubernetes({ kubeconfig: { text: kubeconfig }, clock, http }),
    async raw(method, where, body, contentType = 'application/json') {
      const { headers, tls } = (await credentials.current()) as { headers: Record<string, string>; tls: HttpTls };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return http.send({
        method,
        url: new URL(server + where),
        headers: { ...headers, 'content-type': contentType },
        ...sent,
        timeoutMs: 10_000,
        tls,
      });
    },
    async close() {
      http.close();
      await close();
    },
  };
}

kubernetesContract("the sandbox's cluster", async () => {
  const sandbox = await openSandbox({ stateFile: path.join(mkdtempSync(path.join(tmpdir(), 'pmp-pd-')), 'sandbox.json') });
  return clusterOf(sandbox.kubeconfig, sandbox.clock, () => sandbox.close());
});

/** The real API server that the environment names, and how to reach it. */
function realServer(
  assets = process.env['KUBEBUILDER_ASSETS'],
  existing = process.env['PMP_PD_TEST_KUBECONFIG'],
): readonly [string, (() => Promise<Cluster>) | undefined] {
  if (existing)
    return [
      'the API server of PMP_PD_TEST_KUBECONFIG',
      () => clusterOf(readFileSync(existing, 'utf8'), createClock(), async () => undefined),
    ];
  if (!assets) return ['a real API server (KUBEBUILDER_ASSETS and PMP_PD_TEST_KUBECONFIG are not set)', undefined];
  const open = async (): Promise<Cluster> => {
    const server = await startApiServer(assets);
    return clusterOf(server.kubeconfig, createClock(), server.stop);
  };
  return ['the API server of KUBEBUILDER_ASSETS', open];
}

kubernetesContract(...realServer());
