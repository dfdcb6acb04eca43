import { Writable } from 'node:stream';
import { Exec, KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { KubernetesState } from '../../../src/sandbox/kubernetes/index.ts';
import { run } from '../../../src/sandbox/kubernetes/shell.ts';
import type { Place, Process } from '../../../src/sandbox/kubernetes/shell.ts';
import { exchange } from '../alertmanager/beside.ts';
import { opened } from '../support.ts';

const pods = '/k8s/api/v1/namespaces/pmp-study/pods';

async function apiPod(sandbox: Sandbox): Promise<string> {
  const { body } = await exchange(sandbox.baseUrl, 'GET', pods);
  return (body as { readonly items: readonly { readonly metadata: { readonly name: string } }[] }).items[0]?.metadata.name ?? '';
}

/** Collects what is written. */
function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(chunk), done()) });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** By the Kubernetes SDK's own WebSocket client. */
async function execute(
  sandbox: Sandbox,
  command: readonly string[],
): Promise<{ readonly status: unknown; readonly out: string; readonly err: string }> {
  const config = new KubeConfig();
  config.loadFromString(sandbox.kubeconfig);
  Object.assign(config.getCurrentCluster() ?? {}, { skipTLSVerify: true });
  const [out, err] = [collector(), collector()];
  const pod = await apiPod(sandbox);
  const status = await new Promise<unknown>((resolve, reject) => {
    new Exec(config).exec('pmp-study', pod, 'api', [...command], out.stream, err.stream, null, false, resolve).catch(reject);
  });
  return { status, out: out.text(), err: err.text() };
}

describe('exec into the study’s API, by another client', () => {
  it('carries output, errors and the exit code', async () => {
    const sandbox = await opened();
    expect(await execute(sandbox, ['sh', '-c', 'echo hello; cat /nowhere'])).toEqual({
      out: 'hello\n',
      err: "cat: can't open '/nowhere': No such file or directory\n",
      status: expect.objectContaining({
        status: 'Failure',
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: '1' }] },
      }),
    });
    expect((await execute(sandbox, ['true'])).status).toMatchObject({ status: 'Success' });
    const long = 'x'.repeat(70_000);
    expect((await execute(sandbox, ['echo', long.slice(0, 7000)])).out).toHaveLength(7001);
  });

  it('says in containerd’s words what it cannot start', async () => {
    const sandbox = await opened();
    expect((await execute(sandbox, ['nonsense'])).status).toMatchObject({
      status: 'Failure',
      reason: 'InternalError',
      message: expect.stringContaining('exec: "nonsense": executable file not found in $PATH'),
    });
  });

  it('ends with its pod, and with the sandbox', async () => {
    const sandbox = await opened();
    const load = execute(sandbox, ['stress', '--cpu', '1']);
    const runs = (): readonly unknown[] =>
      Object.values((sandbox.section('kubernetes') as KubernetesState).runs).flatMap(({ processes = [] }) => processes);
    while (runs().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await fetch(`${sandbox.baseUrl}${pods}/${await apiPod(sandbox)}`, { method: 'DELETE' });
    expect((await load).status).toMatchObject({ details: { causes: [{ message: '137' }] } });
  });

  it('is refused as plain HTTP where it is no WebSocket', async () => {
    const sandbox = await opened();
    const pod = await apiPod(sandbox);
    expect(await exchange(sandbox.baseUrl, 'GET', `${pods}/${pod}/exec?command=true`)).toMatchObject({
      status: 400,
      body: { message: 'Upgrade request required' },
    });
    expect(await exchange(sandbox.baseUrl, 'GET', `${pods}/${pod}/exec`)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('at least 1 command') },
    });
    expect(await exchange(sandbox.baseUrl, 'GET', `${pods}/nobody/exec?command=true`)).toMatchObject({ status: 404 });
  });
});

/** A container at noon that has a shell and stress. */
function place(): Place & { readonly processes: Process[] } {
  const processes: Process[] = [];
  return {
    processes,
    container: 'api',
    programs: ['sh', 'true', 'false', 'echo', 'sleep', 'which', 'kill', 'pkill', 'killall', 'pgrep', 'timeout', 'stress'],
    now: 0,
    running: () => processes.filter(({ ended }) => ended === null),
    spawn: (process) => {
      const made = { ...process, pid: processes.length + 1, container: 'api', startedAt: 0, ended: null };
      processes.push(made);
      return made;
    },
    read: () => undefined,
  };
}

describe('the shell of the pod', () => {
  it.each([
    ['true && echo yes || echo no', 'yes\n', 0],
    ['false && echo yes || echo no', 'no\n', 0],
    ['echo \'a; b\' "c && d"; exit 4', 'a; b c && d\n', 4],
    ['command -v stress', '/usr/bin/stress\n', 0],
    ['command -v nothing', '', 1],
    ['echo loud >/dev/null 2>&1; echo quiet', 'quiet\n', 0],
    ['pkill stress', '', 1],
  ])('%s', (text, stdout, code) => {
    expect(run(['sh', '-c', text], place())).toMatchObject({ stdout, code });
  });

  it.each([
    [['stress', '-c', '2', '-t', '5m'], 2, 300_000],
    [['stress', '--cpu=1', '--timeout=300s'], 1, 300_000],
    [['stress', '--cpu', '1'], 1, null],
    [['sh', '-c', 'exec stress --cpu 1 --timeout 10'], 1, 10_000],
    [['timeout', '300', 'sh', '-c', 'while :; do :; done'], 1, 300_000],
    [['timeout', '20', 'stress', '--cpu', '4', '--timeout', '60'], 4, 20_000],
    [['sh', '-c', 'sleep 30'], 0, 30_000],
  ])('%j is a load', (command, cores, endsAt) => {
    const here = place();
    expect(run(command, here).waits).toMatchObject({ cores, endsAt });
  });

  it('goes on beside what was sent into the background, and can end it', () => {
    const here = place();
    expect(run(['sh', '-c', 'stress --cpu 1 & echo started'], here)).toEqual({
      stdout: expect.stringContaining('started\n'),
      stderr: '',
      code: 0,
    });
    expect(run(['pgrep', '-f', 'stress --cpu'], here).stdout).toBe('1\n');
    run(['kill', '1'], here);
    expect(here.processes[0]?.ended).toEqual({ at: 0, code: 143 });
    expect(run(['kill', '1'], here).code).toBe(1);
  });

  it('complains about nonsense', () => {
    expect(run(['stress', '--cpu', 'many'], place()).code).toBe(1);
    expect(run(['timeout', 'soon', 'true'], place()).code).toBe(1);
    expect(() => run(['/bin/nothing'], place())).toThrow('no such file or directory');
  });
});
