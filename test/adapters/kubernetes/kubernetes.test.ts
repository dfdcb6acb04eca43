import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttp } from '../../../src/adapters/http.ts';
import { createKubernetes } from '../../../src/adapters/kubernetes/index.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import { connect, fakeApi, kubeconfig, quickClock, status, type Answer, type FakeApi, type Seen } from './support.ts';

const open: FakeApi[] = [];
afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});
async function api(answer: (request: Seen, nth: number) => Answer): Promise<FakeApi> {
  const one = await fakeApi(answer);
  open.push(one);
  return one;
}
const ok: Answer = { status: 200, body: { gitVersion: 'v1.36.2' } };
const secrets = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' } as const;
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (thrown: unknown) => thrown,
  );

describe('the kubeconfig', () => {
  it('names cluster, context and host, so that nobody writes into the wrong cluster', async () => {
    const server = await api(() => ok);
    const cluster = await connect(kubeconfig(server.url));
    expect(await cluster.target()).toEqual({ context: 'here', cluster: 'pmp', server: new URL(server.url).host });
    expect(await cluster.version()).toBe('1.36.2');
    expect(server.seen[0]?.headers.authorization).toBe('Bearer a-token');
  });

  it.each([
    ['an unknown context', kubeconfig('http://127.0.0.1:1'), 'nowhere', /no context "nowhere"/],
    ['a context whose user is missing', kubeconfig('http://127.0.0.1:1'), 'other', /nobody/],
    ['plain http to another machine', kubeconfig('http://192.0.2.1'), undefined, /plain http/],
    ['a proxy', kubeconfig('https://192.0.2.1', {}, { 'proxy-url': 'http://192.0.2.2' }), undefined, /proxy-url/],
    ['an empty text', '', undefined, /cannot be used/],
    ['no YAML', '{ token: s3cret', undefined, /cannot be used/],
    ['a server without an address', kubeconfig('nonsense'), undefined, /valid server address/],
  ])('is refused with the way out: %s', async (_, text, context, words) => {
    const failure = await failureOf(connect(text, context === undefined ? {} : { context }));
    expect(failure).toMatchObject({
      id: 'kubernetes-config',
      message: expect.stringMatching(words),
      facts: { fix: expect.stringMatching(/./) },
    });
    expect(inspect(failure)).not.toContain('s3cret');
  });

  it('is said to be missing where it is', async () => {
    const failure = await failureOf(
      createKubernetes({ kubeconfig: { path: '/nowhere/kubeconfig' }, http: createHttp({ userAgent: 't' }), clock: quickClock() }),
    );
    expect(failure).toMatchObject({ id: 'kubernetes-config', facts: { cause: 'there is no such file' } });
  });
});

describe('without a kubeconfig', () => {
  afterEach(() => void vi.unstubAllEnvs());
  const fromEnvironment = (): Promise<unknown> =>
    failureOf(createKubernetes({ http: createHttp({ userAgent: 't' }), clock: quickClock() }));

  it('says where it looked', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', mkdtempSync(path.join(tmpdir(), 'pmp-pd-')));
    expect(await fromEnvironment()).toMatchObject({
      id: 'kubernetes-config',
      message: 'No kubeconfig was found',
      facts: { fix: expect.stringContaining('--kubeconfig') },
    });
  });

  it('names the file of KUBECONFIG that does not exist', async () => {
    vi.stubEnv('KUBECONFIG', '/nowhere/config');
    expect(await fromEnvironment()).toMatchObject({ id: 'kubernetes-config', message: expect.stringContaining('/nowhere/config') });
  });
});

describe('exec credentials', () => {
  const plugin = (script: string): { readonly command: string; readonly runs: () => number } => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pmp-pd-'));
    const [command, log] = [path.join(folder, 'aws'), path.join(folder, 'runs')];
    writeFileSync(command, `#!/bin/sh\necho run >> ${log}\n${script}\n`);
    chmodSync(command, 0o755);
    return { command, runs: () => readFileSync(log, 'utf8').trim().split('\n').length };
  };
  const exec = (command: string): object => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command, args: ['eks', 'get-token'] },
  });

  it('come from the plugin once, also where it names no expiry', async () => {
    const server = await api(() => ok);
    const { command, runs } = plugin(`echo '{"kind":"ExecCredential","status":{"token":"from-plugin"}}'`);
    const cluster = await connect(kubeconfig(server.url, exec(command)));
    await cluster.version();
    await cluster.version();
    expect(server.seen.map((one) => one.headers.authorization)).toEqual(['Bearer from-plugin', 'Bearer from-plugin']);
    expect(runs()).toBe(1);
  });

  it('are fetched anew once when the cluster refuses them', async () => {
    const server = await api((_, nth) => (nth === 1 ? status(401, 'Unauthorized', 'Unauthorized') : ok));
    const { command, runs } = plugin(
      `echo '{"kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2999-01-01T00:00:00Z"}}'`,
    );
    expect(await (await connect(kubeconfig(server.url, exec(command)))).version()).toBe('1.36.2');
    expect(runs()).toBe(2);
  });

  it.each([
    [
      'an expired sign-in',
      'echo "Error loading SSO Token: Token for x has expired k8s-aws-v1.LEAK" >&2; exit 255',
      /expired/,
      /aws sso login/,
    ],
    ['an unknown profile', 'echo "The config profile (LEAK) could not be found" >&2; exit 255', /profile/, /AWS_PROFILE/],
    ['no credentials', 'echo "Unable to locate credentials LEAK" >&2; exit 253', /no AWS credentials/, /aws configure/],
    ['anything else', 'echo LEAK >&2; exit 1', /ended with an error/, /by hand/],
  ])("say what is wrong without the plugin's own words: %s", async (_, script, cause, fix) => {
    const server = await api(() => ok);
    const failure = await failureOf((await connect(kubeconfig(server.url, exec(plugin(script).command)))).version());
    expect(failure).toMatchObject({
      id: 'kubernetes-credentials',
      facts: { cause: expect.stringMatching(cause), fix: expect.stringMatching(fix) },
    });
    expect(`${inspect(failure)} ${JSON.stringify(failure)}`).not.toContain('LEAK');
    expect(server.seen).toEqual([]);
  });

  it('say that the aws CLI is missing', async () => {
    const failure = await failureOf((await connect(kubeconfig('http://127.0.0.1:1', exec('/nowhere/aws')))).version());
    expect(failure).toMatchObject({
      id: 'kubernetes-credentials',
      facts: { cause: expect.stringContaining('not installed'), fix: expect.stringContaining('AWS CLI') },
    });
  });
});

describe('what the cluster refuses', () => {
  it.each([
    [status(401, 'Unauthorized', 'Unauthorized'), 'kubernetes-credentials', /does not know who we are/],
    [
      status(403, 'Forbidden', 'secrets "x" is forbidden: User "limited" cannot get resource "secrets" in API group ""'),
      'kubernetes-permission',
      /may not get secrets/,
    ],
    [
      status(403, 'Forbidden', 'secrets is forbidden: User "system:anonymous" cannot get resource "secrets"'),
      'kubernetes-credentials',
      /no credentials/,
    ],
    [status(500, '', 'failed to create typed patch object'), 'kubernetes-refused', /refused to read/],
    [{ status: 200, body: '<html>Sign in</html>' }, 'kubernetes-refused', /no Kubernetes API server/],
  ])('is said with its name and a way out (%#)', async (answer, id, words) => {
    const server = await api(() => answer);
    const failure = await failureOf((await connect(kubeconfig(server.url))).secret('monitoring', 'x'));
    expect(failure).toMatchObject({ id, message: expect.stringMatching(words), facts: { fix: expect.stringMatching(/\.$/) } });
  });

  it('never carries the value that was written, even where the server quotes it', async () => {
    const value = 'k'.repeat(32);
    const quoted = Buffer.from(value).toString('base64');
    const server = await api(({ method }) =>
      method === 'GET' ? status(404, 'NotFound', 'not found') : status(422, 'Invalid', `Invalid value: "${quoted}" ${value}`),
    );
    const failure = await failureOf(
      (await connect(kubeconfig(server.url))).applySecret({ namespace: 'monitoring', name: 'x', data: { A: secretOf(value) } }),
    );
    expect(failure).toMatchObject({ id: 'kubernetes-refused' });
    expect(`${inspect(failure)} ${JSON.stringify(failure)}`).not.toMatch(new RegExp(`${value}|${quoted}`));
  });

  it('has its escape codes taken out', async () => {
    const server = await api(() => status(403, 'Forbidden', '\u001B[31mred\u0007 User "x" cannot get resource "sec\u001B[2Jrets"'));
    const failure = await failureOf((await connect(kubeconfig(server.url))).secret('monitoring', 'x'));
    // eslint-disable-next-line no-control-regex
    expect(JSON.stringify(failure)).not.toMatch(/\\u001b|\\u0007/i);
  });
});

describe('a shaky network', () => {
  it('does not stop a read: cut connections and a starting server are asked again', async () => {
    const server = await api(
      (_, nth) =>
        [{ status: 0, cut: true }, { status: 503, body: 'starting' }, { status: 429, headers: { 'retry-after': '3' } }, ok][nth - 1] ?? ok,
    );
    const clock = quickClock();
    const cluster = await connect(kubeconfig(server.url), { clock });
    expect(await cluster.version()).toBe('1.36.2');
    expect(cluster.calls).toEqual({ reads: 4, writes: 0, retries: 3 });
    expect(clock.waits).toEqual([250, 500, 3000]);
  });

  it('does not send a JSON patch twice when its answer never came', async () => {
    const server = await api(() => ({ status: 0, cut: true }));
    const patch = (await connect(kubeconfig(server.url))).patchJson({ ...secrets, namespace: 'a', name: 'b' }, []);
    await expect(patch).rejects.toMatchObject({ id: 'kubernetes-unreachable' });
    expect(server.seen).toHaveLength(1);
  });

  it('sends a server-side apply again: it is the same twice', async () => {
    const server = await api(({ method }, nth) => (method === 'PATCH' && nth < 3 ? { status: 0, cut: true } : ok));
    await (
      await connect(kubeconfig(server.url))
    ).apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b' } }, 'configmaps');
    expect(server.seen.map((one) => one.url)).toEqual(
      Array(3).fill('/api/v1/namespaces/b/configmaps/a?fieldManager=pmp-pd&fieldValidation=Strict'),
    );
    expect(server.seen[0]?.headers['content-type']).toBe('application/apply-patch+yaml');
  });

  it('says that a cluster cannot be reached', async () => {
    const gone = await api(() => ok);
    await gone.close();
    const failure = await failureOf((await connect(kubeconfig(gone.url))).version());
    expect(failure).toMatchObject({ id: 'kubernetes-unreachable', message: expect.stringContaining(new URL(gone.url).host) });
  });

  it('gives up the call in flight on Ctrl-C, and still lets the cleaning up through', async () => {
    const stop = new AbortController();
    const server = await api((_, nth) => (nth === 1 ? { status: 0, hang: true } : ok));
    const cluster = await connect(kubeconfig(server.url), { signal: stop.signal });
    const hanging = failureOf(cluster.version());
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 50);
    expect(await hanging).toMatchObject({ id: 'interrupted' });
    expect(await cluster.version()).toBe('1.36.2');
  });
});

describe('lists and proxies', () => {
  it('follow every page', async () => {
    const server = await api(({ url }) =>
      url.includes('continue=more')
        ? { status: 200, body: { items: [{ metadata: { name: 'c' } }], metadata: {} } }
        : { status: 200, body: { items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }], metadata: { continue: 'more' } } },
    );
    const found = await (
      await connect(kubeconfig(server.url))
    ).list({ group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' }, 'monitoring', 'app=x');
    expect(found.map((one) => [one.kind, one.metadata.name])).toEqual([
      ['Deployment', 'a'],
      ['Deployment', 'b'],
      ['Deployment', 'c'],
    ]);
    expect(server.seen[0]?.url).toContain('labelSelector=app%3Dx');
  });

  it('ask for the metadata of a secret only, where no value is needed', async () => {
    const server = await api(() => ({ status: 200, body: { kind: 'PartialObjectMetadata', metadata: { name: 'x' } } }));
    await (await connect(kubeconfig(server.url))).get({ ...secrets, namespace: 'monitoring', name: 'x' });
    expect(server.seen[0]?.headers.accept).toContain('PartialObjectMetadata');
  });

  it('hand on what the pod answers, and throw what the proxy itself says', async () => {
    const server = await api(({ url }) =>
      url.includes('am-0') ? { status: 500, body: 'bad config' } : status(503, 'ServiceUnavailable', 'error trying to reach service'),
    );
    const cluster = await connect(kubeconfig(server.url));
    const ask = (name: string) =>
      cluster.proxy({ namespace: 'monitoring', target: 'pods', name, port: 9093, method: 'POST', path: '/-/reload' });
    expect(await ask('am-0')).toEqual({ status: 500, text: 'bad config' });
    expect(server.seen[0]?.url).toBe('/api/v1/namespaces/monitoring/pods/http:am-0:9093/proxy/-/reload');
    await expect(ask('am-1')).rejects.toMatchObject({ id: 'kubernetes-unreachable' });
    expect(server.seen).toHaveLength(2);
  });

  it('read the newest lines of one container’s log, and say which role is missing where that is not allowed', async () => {
    const server = await api(({ url }) =>
      url.includes('am-0')
        ? { status: 200, body: 'one\ntwo\n', headers: { 'content-type': 'text/plain' } }
        : status(403, 'Forbidden', 'pods "am-1" is forbidden: User "ada" cannot get resource "pods/log" in API group ""'),
    );
    const cluster = await connect(kubeconfig(server.url));
    expect(await cluster.podLog('monitoring', 'am-0', 'alertmanager', 500)).toBe('one\ntwo\n');
    expect(server.seen[0]?.url).toBe('/api/v1/namespaces/monitoring/pods/am-0/log?container=alertmanager&tailLines=500');
    expect(server.seen[0]?.headers.accept).toBe('*/*');
    await expect(cluster.podLog('monitoring', 'am-1', 'alertmanager', 500)).rejects.toMatchObject({
      id: 'kubernetes-permission',
      facts: { message: expect.stringContaining('pods/log') },
    });
    expect(cluster.calls).toEqual({ reads: 2, writes: 0, retries: 0 });
  });
});
