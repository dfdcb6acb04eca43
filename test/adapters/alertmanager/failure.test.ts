import { afterEach, describe, expect, it } from 'vitest';
import type { AlertmanagerConfiguration, AlertmanagerSettings } from '../../../src/model/index.ts';
import type { Templates } from '../../../src/ports/index.ts';
import type { KubernetesState } from '../../../src/sandbox/kubernetes/index.ts';
import { settings, templates } from './fixtures.ts';
import { rigOf, type Rig } from './cluster.ts';

const open: Rig[] = [];
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close();
});
async function rig(...args: Parameters<typeof rigOf>): Promise<Rig> {
  const one = await rigOf(...args);
  open.push(one);
  return one;
}
const wanted = ({ text }: Rig, of: AlertmanagerSettings = settings): AlertmanagerConfiguration => ({
  kind: 'alertmanager configuration',
  name: 'monitoring',
  settings: of,
  parts: text.parts(of),
});
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (thrown: unknown) => thrown,
  );

/** A template whose lines YAML takes and Alertmanager does not. */
const bad: Templates = {
  read: async (name) =>
    (await templates.read(name)).replace(
      "- receiver: 'null'\n      matchers: ['alertname=\"InfoInhibitor\"']",
      '- receiver: nobody-defined-this\n      matchers: [\'alertname="InfoInhibitor"\']',
    ),
};

/** Rewrites the whole prepared cluster as text. */
const rewrite = (edit: (json: string) => string) => (state: KubernetesState) =>
  void Object.assign(state, JSON.parse(edit(JSON.stringify(state))));

async function inForce(one: Rig): Promise<unknown> {
  const pods = await one.kubernetes.list({ group: '', version: 'v1', plural: 'pods', kind: 'Pod' }, 'monitoring');
  const running = pods.filter((pod) => pod.metadata.name.startsWith('alertmanager') && pod.metadata.deletionTimestamp === undefined);
  return Promise.all(
    running.map(async (pod) => {
      const { text } = await one.kubernetes.proxyGet({
        namespace: 'monitoring',
        target: 'pods',
        name: pod.metadata.name,
        port: 9093,
        path: '/api/v2/status',
      });
      return (JSON.parse(text) as { config: { original: string } }).config.original;
    }),
  );
}

describe('paging never stops', () => {
  it.each(['plain', 'statefulset', 'old-secret'] as const)(
    "a refused configuration leaves the old one in force, with Alertmanager's words: %s",
    async (shape) => {
      const one = await rig(shape, { templates: bad });
      const [source, running] = [await one.source(), await inForce(one)];
      const failure = await failureOf(one.alertmanager.configure(wanted(one)));
      expect(failure).toMatchObject({ id: 'alertmanager-refused', facts: { cause: expect.stringContaining('nobody-defined-this') } });
      expect(await one.source()).toBe(source);
      expect(await inForce(one)).toEqual(running);
      expect(one.told.join(' ')).toContain('put back');
    },
  );

  it('what the operator refuses is put back as well', async () => {
    const one = await rig('operator', { templates: bad });
    const [source, running] = [await one.source(), await inForce(one)];
    const failure = await failureOf(one.alertmanager.configure(wanted(one)));
    expect(failure).toMatchObject({ id: 'alertmanager-not-loaded' });
    expect(await one.source()).toBe(source);
    expect(await inForce(one)).toEqual(running);
  });

  it('a secret that does not exist stops the rollout, and the old pods go on', async () => {
    const one = await rig('plain');
    await one.kubernetes.delete({
      group: '',
      version: 'v1',
      plural: 'secrets',
      kind: 'Secret',
      namespace: 'monitoring',
      name: 'pagerduty-secrets',
    });
    const running = await inForce(one);
    const failure = await failureOf(one.alertmanager.mount('pagerduty-secrets', settings.keyDir));
    expect(failure).toMatchObject({ id: 'alertmanager-not-loaded', message: expect.stringContaining('5 minutes') });
    expect((await one.alertmanager.find())?.keyDir).toBeUndefined();
    await one.sandbox.clock.sleep(60_000, 'the old pod template');
    expect(await inForce(one)).toEqual(running);
  });

  it('an interruption takes the unloaded configuration back', async () => {
    const stop = new AbortController();
    const one = await rig('plain', { signal: stop.signal, prepare: (state) => void (state.pace.volumeRefresh = 60_000) });
    await one.alertmanager.mount('pagerduty-secrets', settings.keyDir);
    const [source, running] = [await one.source(), await inForce(one)];
    stop.abort(new Error('Ctrl-C'));
    expect(await failureOf(one.alertmanager.configure(wanted(one)))).toMatchObject({ message: 'Ctrl-C' });
    expect(await one.source()).toBe(source);
    expect(await inForce(one)).toEqual(running);
  });
});

describe('what the cluster is really like', () => {
  it('a changed ConfigMap reaches the pods a minute later: it is reloaded until it has', async () => {
    const one = await rig('statefulset', { prepare: (state) => void (state.pace.volumeRefresh = 60_000) });
    await one.alertmanager.mount('pagerduty-secrets', settings.keyDir);
    const before = one.sandbox.clock.now();
    await one.alertmanager.configure(wanted(one));
    expect(await one.alertmanager.partsInForce(settings)).toEqual(one.text.parts(settings));
    expect(one.sandbox.clock.now() - before).toBeGreaterThanOrEqual(57_000);
  });

  it('a ConfigMap that never arrives is put back after three minutes', async () => {
    const one = await rig('plain', { prepare: (state) => void (state.pace.volumeRefresh = 3_600_000) });
    const source = await one.source();
    expect(await failureOf(one.alertmanager.configure(wanted(one)))).toMatchObject({
      id: 'alertmanager-not-loaded',
      facts: { cause: expect.stringContaining('still running') },
    });
    expect(await one.source()).toBe(source);
  });

  it('a file mounted by subPath needs a restart, and gets one', async () => {
    const one = await rig('plain', {
      prepare: rewrite((json) =>
        json.replaceAll('"mountPath":"/etc/alertmanager"', '"mountPath":"/etc/alertmanager/alertmanager.yml","subPath":"alertmanager.yml"'),
      ),
    });
    expect(await one.alertmanager.find()).toMatchObject({ subPath: true, configuration: 'ConfigMap alertmanager-config' });
    await one.alertmanager.mount('pagerduty-secrets', settings.keyDir);
    await one.alertmanager.configure(wanted(one));
    expect(await one.alertmanager.partsInForce(settings)).toEqual(one.text.parts(settings));
  });

  it('routes, receivers and comments of the team stay in the cluster', async () => {
    const one = await rig('plain');
    const ref = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespace: 'monitoring', name: 'alertmanager-config' };
    const team =
      '# ours\nroute:\n  receiver: slack # the default\n  routes:\n    - receiver: slack\n      matchers: [team="dba"]\nreceivers:\n  - name: slack\n';
    await one.kubernetes.patchJson(ref, [{ op: 'add', path: '/data/alertmanager.yml', value: team }]);
    await one.alertmanager.mount('pagerduty-secrets', settings.keyDir);
    await one.alertmanager.configure(wanted(one));
    const merged = await one.source();
    for (const line of team.trim().split('\n')) expect(merged).toContain(`${line}\n`);
    expect(await one.alertmanager.partsInForce(settings)).toEqual(one.text.parts(settings));
  });

  it('a secret that somebody mounted elsewhere is used where it is', async () => {
    const one = await rig('plain');
    await one.alertmanager.mount('pagerduty-secrets', '/etc/other');
    const { writes } = one.kubernetes.calls;
    expect((await one.alertmanager.find())?.keyDir).toBe('/etc/other');
    await one.alertmanager.configure(wanted(one));
    expect(await one.source()).toContain("routing_key_file: '/etc/other/PAGERDUTY_SERVICE_KEY_CRITICAL'");
    expect(await one.alertmanager.partsInForce(settings)).toEqual(one.text.parts(settings));
    expect(one.kubernetes.calls.writes).toBeGreaterThan(writes);
  });

  it('replicas that run different configurations are told apart', async () => {
    const one = await rig('statefulset', { prepare: (state) => void (state.pace.volumeRefresh = 0) });
    await one.alertmanager.mount('pagerduty-secrets', settings.keyDir);
    const ref = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespace: 'monitoring', name: 'alertmanager-config' };
    await one.kubernetes.patchJson(ref, [{ op: 'add', path: '/data/alertmanager.yml', value: await one.text.render(settings) }]);
    await one.sandbox.clock.sleep(1000, 'the volume');
    const pod = { namespace: 'monitoring', target: 'pods', name: 'alertmanager-0', port: 9093, method: 'POST', path: '/-/reload' } as const;
    expect(await one.kubernetes.proxy(pod)).toMatchObject({ status: 200 });
    expect((await one.alertmanager.partsInForce(settings))?.['route P1']).toBe('differs between replicas');
  });
});
