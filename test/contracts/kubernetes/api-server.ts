import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHttp } from '../../../src/adapters/http.ts';

const token = 'contract-suite-token';

/** Starts etcd and kube-apiserver of an envtest folder on loopback, with one administrator. */
export async function startApiServer(assets: string): Promise<{ readonly kubeconfig: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pmp-pd-envtest-'));
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = (name: string, text: string): string => {
    const where = path.join(folder, name);
    writeFileSync(where, text, { mode: 0o600 });
    return where;
  };
  const signer = file('sa.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const verifier = file('sa.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const tokens = file('tokens.csv', `${token},admin,1,system:masters\n`);
  const url = `http://127.0.0.1:${client}`;
  const children = [
    start(path.join(assets, 'etcd'), [
      `--data-dir=${path.join(folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
    ]),
    start(path.join(assets, 'kube-apiserver'), [
      `--etcd-servers=${url}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${secure}`,
      `--cert-dir=${path.join(folder, 'certs')}`,
      `--token-auth-file=${tokens}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${signer}`,
      `--service-account-key-file=${verifier}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--disable-admission-plugins=ServiceAccount',
    ]),
  ];
  const server = `https://127.0.0.1:${secure}`;
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(server, children);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { kubeconfig: kubeconfigFor(server), stop };
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, [...args], { stdio: 'ignore' });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

async function ready(server: string, children: readonly ChildProcess[]): Promise<void> {
  const http = createHttp({ userAgent: 'pmp-pd-test' });
  for (const until = Date.now() + 25_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 250))) {
    if (children.some((child) => child.exitCode !== null)) throw new Error('etcd or kube-apiserver ended at once');
    const answer = await http
      .send({
        method: 'GET',
        url: new URL(`${server}/readyz`),
        headers: { authorization: `Bearer ${token}` },
        timeoutMs: 2000,
        tls: { rejectUnauthorized: false },
      })
      .catch(() => undefined);
    if (answer?.status === 200) return http.close();
  }
  throw new Error('the API server is not ready after 25 s');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'envtest',
    clusters: [{ name: 'envtest', cluster: { server, 'insecure-skip-tls-verify': true } }],
    contexts: [{ name: 'envtest', context: { cluster: 'envtest', user: 'admin' } }],
    users: [{ name: 'admin', user: { token } }],
  });
}
