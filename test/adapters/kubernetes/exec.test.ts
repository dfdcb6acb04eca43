import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../../src/adapters/http.ts';
import { createKubernetes } from '../../../src/adapters/kubernetes/index.ts';
import type { TraceEntry } from '../../../src/adapters/trace.ts';
import type { ExecRequest, Kubernetes } from '../../../src/ports/index.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { KubernetesState } from '../../../src/sandbox/kubernetes/index.ts';
import { opened } from '../../sandbox/support.ts';
import { connect, fakeApi, kubeconfig, status } from './support.ts';

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (thrown: unknown) => thrown,
  );
const next = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const cluster = (sandbox: Sandbox): KubernetesState => sandbox.section('kubernetes') as KubernetesState;

/** Pod of a Deployment in the sandbox's cluster. */
function podOf(sandbox: Sandbox, namespace: string, app: string): ExecRequest {
  const prefix = `/pods/${namespace}/${app}`;
  const pod = Object.keys(cluster(sandbox).runs)
    .find((name) => name.startsWith(prefix))
    ?.split('/')
    .at(-1);
  return { namespace, pod: pod ?? 'none', command: [] };
}

async function sandboxed(): Promise<{ sandbox: Sandbox; kubernetes: Kubernetes; api: ExecRequest; at: (command: string) => ExecRequest }> {
  const sandbox = await opened({ clock: 'embedded' });
  const kubernetes = await connect(sandbox.kubeconfig, { clock: sandbox.clock });
  const api = podOf(sandbox, 'pmp-study', 'pmp-study-api');
  return { sandbox, kubernetes, api, at: (command) => ({ ...api, command: ['sh', '-c', command] }) };
}

describe('a command in a pod', () => {
  it('hands over what it printed and its exit code', async () => {
    const { kubernetes, api, at } = await sandboxed();
    expect(await kubernetes.exec({ ...api, command: ['echo', 'a b', '"c"'] })).toEqual({ code: 0, stdout: 'a b "c"\n', stderr: '' });
    expect(await kubernetes.exec(at('which stress && echo yes'))).toEqual({ code: 0, stdout: '/usr/bin/stress\nyes\n', stderr: '' });
    expect(await kubernetes.exec(at('exit 3'))).toMatchObject({ code: 3 });
    expect((await kubernetes.exec(at('cat /nowhere'))).stderr).toContain('No such file');
    expect(kubernetes.calls.writes).toBe(4);
  });

  it('that is not in the image is code 127, whoever says so', async () => {
    const { sandbox, kubernetes, at } = await sandboxed();
    const prometheus = { ...podOf(sandbox, 'monitoring', 'prometheus'), container: 'prometheus' };
    const missing = await kubernetes.exec({ ...prometheus, command: ['stress', '--cpu', '1'] });
    expect(missing).toMatchObject({ code: 127, stderr: expect.stringContaining('executable file not found in $PATH') });
    expect(await kubernetes.exec(at('nonsense'))).toMatchObject({ code: 127, stderr: 'sh: nonsense: not found\n' });
  });

  it('that takes its time ends when its time is over', async () => {
    const { sandbox, kubernetes, api } = await sandboxed();
    const began = sandbox.clock.now();
    const load = kubernetes.exec({ ...api, command: ['stress', '--cpu', '1', '--timeout', '300s'] });
    const over = load.then(() => sandbox.clock.now() - began);
    while (!Object.values(cluster(sandbox).runs).some(({ processes = [] }) => processes.length > 0)) await next();
    await sandbox.clock.sleep(299_000, 'the load');
    expect(await Promise.race([over, kubernetes.version()])).toBe('1.36.2');
    await sandbox.clock.sleep(10_000, 'its end');
    expect(await load).toEqual({ code: 0, stdout: expect.stringContaining('dispatching hogs: 1 cpu'), stderr: '' });
  });

  it('can be ended by another one, and leaves nothing running', async () => {
    const { sandbox, kubernetes, api, at } = await sandboxed();
    const load = kubernetes.exec({ ...api, command: ['stress', '--cpu', '1'] });
    while (!Object.values(cluster(sandbox).runs).some(({ processes = [] }) => processes.length > 0)) await next();
    expect(await kubernetes.exec(at('pgrep stress >/dev/null || echo idle'))).toMatchObject({ code: 0, stdout: '' });
    expect(await kubernetes.exec(at('pkill stress'))).toMatchObject({ code: 0 });
    expect(await load).toMatchObject({ code: 143 });
    expect((await kubernetes.exec(at('pgrep stress || echo idle'))).stdout).toBe('idle\n');
  });

  it('is waited for no longer once the signal aborts, though it runs on', async () => {
    const { sandbox, kubernetes, api, at } = await sandboxed();
    const stop = new AbortController();
    const load = failureOf(kubernetes.exec({ ...api, command: ['stress', '--cpu', '1', '--timeout', '60'], signal: stop.signal }));
    while (!Object.values(cluster(sandbox).runs).some(({ processes = [] }) => processes.length > 0)) await next();
    stop.abort();
    expect(await load).toMatchObject({ id: 'interrupted', message: expect.stringContaining('run a command in Pod pmp-study/') });
    expect((await kubernetes.exec(at('pgrep stress'))).code).toBe(0);
  });

  it('is traced without what it says', async () => {
    const { sandbox, api } = await sandboxed();
    const seen: TraceEntry[] = [];
    const http = createHttp({ userAgent: 't', trace: { record: (entry) => void seen.push(entry) } });
    const kubernetes = await createKubernetes({ kubeconfig: { text: sandbox.kubeconfig }, http, clock: sandbox.clock });
    await kubernetes.exec({ ...api, command: ['echo', 's3cret'] });
    expect(seen).toEqual([
      expect.objectContaining({ method: 'GET', status: 101, path: `/k8s/api/v1/namespaces/pmp-study/pods/${api.pod}/exec` }),
    ]);
    expect(JSON.stringify(seen)).not.toContain('s3cret');
  });
});

describe('what the cluster refuses', () => {
  it('names the right that is missing', async () => {
    const { sandbox, kubernetes, api } = await sandboxed();
    cluster(sandbox).denied.push({ verb: 'create', resource: 'pods/exec' });
    expect(await failureOf(kubernetes.exec({ ...api, command: ['true'] }))).toMatchObject({
      id: 'kubernetes-permission',
      message: expect.stringContaining('You may not create pods/exec'),
    });
  });

  it('is told apart: no such pod, no such container, several of them, one that is not running', async () => {
    const { sandbox, kubernetes, api } = await sandboxed();
    const said = async (request: Partial<ExecRequest>): Promise<unknown> =>
      failureOf(kubernetes.exec({ ...api, ...request, command: ['true'] }));
    expect(await said({ pod: 'nobody' })).toMatchObject({ id: 'kubernetes-refused', message: expect.stringContaining('does not exist') });
    expect(await said({ container: 'zz' })).toMatchObject({
      facts: { cause: expect.stringContaining('container zz is not valid for pod') },
    });
    expect(await said(podOf(sandbox, 'monitoring', 'prometheus'))).toMatchObject({
      facts: { cause: expect.stringContaining('choose one of: [prometheus config-reloader]') },
    });
    await fetch(`${sandbox.baseUrl}/k8s/api/v1/namespaces/pmp-study/pods/${api.pod}`, { method: 'DELETE' });
    expect(await said(podOf(sandbox, 'pmp-study', 'pmp-study-api'))).toMatchObject({
      id: 'kubernetes-refused',
      message: expect.stringContaining('does not run'),
      facts: { cause: expect.stringContaining('container not found') },
    });
  });

  it('is asked once more with a new token, and then believed', async () => {
    const api = await fakeApi(() => status(401, 'Unauthorized', 'Unauthorized'));
    onTestFinished(() => api.close());
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'echo',
      interactiveMode: 'Never',
      args: ['{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'],
    };
    const kubernetes = await connect(kubeconfig(api.url, { exec }));
    expect(await failureOf(kubernetes.exec({ namespace: 'a', pod: 'b', command: ['true'] }))).toMatchObject({
      id: 'kubernetes-credentials',
    });
    expect(api.seen).toHaveLength(2);
  });

  it('is no answer at all where nothing listens, or the answer never comes whole', async () => {
    const gone = await connect(kubeconfig('http://127.0.0.1:1'));
    const ask = { namespace: 'a', pod: 'b', command: ['true'] };
    expect(await failureOf(gone.exec(ask))).toMatchObject({ id: 'kubernetes-unreachable' });
    const api = await fakeApi(() => ({ status: 200, cut: true }));
    onTestFinished(() => api.close());
    expect(await failureOf((await connect(kubeconfig(api.url))).exec(ask))).toMatchObject({ id: 'kubernetes-unreachable' });
  });
});

/** As much as is used here of `ws`, which comes with the Kubernetes SDK and has no types. */
interface WebSocket {
  send(data: string | Buffer, options?: { readonly fin: boolean } | (() => void)): void;
  ping(data: string): void;
  on(event: 'pong', heard: (data: Buffer) => void): void;
  close(code?: number): void;
  terminate(): void;
}
interface Sockets {
  readonly clients: ReadonlySet<WebSocket>;
  handleUpgrade(request: unknown, socket: Duplex, head: Buffer, speak: (socket: WebSocket) => void): void;
}
const { WebSocketServer } = createRequire(import.meta.url)('ws') as { readonly WebSocketServer: new (options: object) => Sockets };

/** A WebSocket server that is not ours. */
async function foreign(speak: (socket: WebSocket) => void): Promise<Kubernetes> {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v5.channel.k8s.io' });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, speak));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  return connect(kubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

const on = (channel: number, words: string | Buffer): Buffer => Buffer.concat([Buffer.of(channel), Buffer.from(words)]);
const success = on(3, '{"metadata":{},"status":"Success"}');
const ask: ExecRequest = { namespace: 'a', pod: 'b', command: ['true'] };

describe('on another server’s WebSocket', () => {
  it('long output is cut, fragments are joined, pings are answered', async () => {
    const kubernetes = await foreign((socket) => {
      socket.send(on(1, Buffer.alloc(100_000, 'x')));
      socket.send(on(2, 'one'), { fin: false });
      socket.send(' two', { fin: true });
      socket.on('pong', (data) => socket.send(on(2, ` ${String(data)}`), () => socket.send(success)));
      socket.ping('three');
    });
    const { code, stdout, stderr } = await kubernetes.exec(ask);
    expect([code, stdout.length, stderr]).toEqual([0, 64 * 1024, 'one two three']);
  });

  it.each([
    ['a close without an exit code', (socket: WebSocket) => socket.close(1011), /ended before the command did/],
    ['a connection that breaks', (socket: WebSocket) => socket.terminate(), /ended before the command did|cannot be reached/],
    [
      'an error that is no exit code',
      (socket: WebSocket) => socket.send(on(3, '{"status":"Failure","message":"no runtime \\u001b[31m"}')),
      /could not be started/,
    ],
    ['rubbish on the error channel', (socket: WebSocket) => socket.send(on(3, 'rubbish')), /could not be started/],
  ])('%s is said as it is', async (_, speak, words) => {
    const failure = await failureOf((await foreign(speak)).exec(ask));
    expect(failure).toMatchObject({ message: expect.stringMatching(words), facts: { fix: expect.stringMatching(/./) } });
    expect(JSON.stringify(failure)).not.toContain('\\u001b');
  });

  it('what may not be run is code 126', async () => {
    const kubernetes = await foreign((socket) =>
      socket.send(on(3, '{"status":"Failure","message":"exec: \\"/x\\": permission denied: unknown"}')),
    );
    expect(await kubernetes.exec(ask)).toMatchObject({ code: 126, stderr: expect.stringContaining('permission denied') });
  });
});
