import { afterEach, describe, expect, it } from 'vitest';
import { secretOf } from '../../../src/adapters/secret.ts';
import { fieldsOf } from '../../../src/adapters/alertmanager/config.ts';
import { rigOf, type Rig } from './cluster.ts';
import { settings } from './fixtures.ts';

const open: Rig[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const monitoring = { group: '', version: 'v1', namespace: 'monitoring' } as const;
const heartbeat = { ...monitoring, plural: 'secrets', kind: 'Secret', name: 'pagerduty-heartbeat' } as const;
const configMap = { ...monitoring, plural: 'configmaps', kind: 'ConfigMap', name: 'alertmanager-config' } as const;

/** Set up as pmp-pd does it, with a dead-man's switch. */
async function working(): Promise<Rig> {
  const one = await rigOf('plain', { heartbeat: 'https://hc-ping.example.com/known-secret' });
  open.push(one);
  const wanted = { ...settings, heartbeat: true };
  await one.alertmanager.mount('pagerduty-secrets', settings.keyDir);
  const parts = one.text.parts(wanted);
  await one.alertmanager.configure({ kind: 'alertmanager configuration', name: 'monitoring', settings: wanted, parts });
  return one;
}

const watchdog = { alertname: 'Watchdog', severity: 'none' };
const kept = { receiver: 'watchdog', where: 'secret pagerduty-heartbeat, entry WATCHDOG_URL', every: 60 };

describe('the dead-man’s switch is followed into its secret', () => {
  it('to an address outside, to one inside, to an entry and a secret that are gone', async () => {
    const one = await working();
    const ask = async () => {
      one.alertmanager.forget();
      const outlets = await one.alertmanager.outlets(watchdog);
      expect(JSON.stringify(outlets)).not.toContain('known-secret');
      return outlets;
    };
    const write = (data: Readonly<Record<string, string>>) => {
      const closed = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, secretOf(value)]));
      return one.kubernetes.applySecret({ namespace: 'monitoring', name: heartbeat.name, data: closed }, { force: true });
    };
    expect(await ask()).toEqual([{ ...kept, reach: 'outside' }]);
    await write({ WATCHDOG_URL: 'http://bridge.monitoring.svc/known-secret' });
    expect(await ask()).toEqual([{ ...kept, reach: 'inside', why: 'it is an in-cluster address' }]);
    await write({ OTHER: 'x' });
    expect(await ask()).toEqual([{ ...kept, reach: 'nowhere', why: 'the secret has no entry WATCHDOG_URL' }]);
    await one.kubernetes.delete(heartbeat);
    expect(await ask()).toEqual([{ ...kept, reach: 'nowhere', why: 'there is no such secret' }]);
  });
});

describe('the object that the configuration is read from', () => {
  it('says what is loaded, something else, nothing that loads, nothing', async () => {
    const one = await working();
    const found = await one.kubernetes.get(configMap);
    const text = fieldsOf(found?.['data'])['alertmanager.yml'];
    if (typeof text !== 'string') throw new Error('no configuration in the ConfigMap');
    const state = async (value: string) => {
      await one.kubernetes.patchJson(configMap, [{ op: 'add', path: '/data/alertmanager.yml', value }]);
      one.alertmanager.forget();
      return one.alertmanager.source();
    };
    expect(await one.alertmanager.source()).toEqual({ differences: [] });
    expect(await state(text.replace('repeat_interval: 1h', 'repeat_interval: 9h'))).toEqual({
      differences: ['route severity=~"P1|critical"'],
    });
    expect(await state(`${text}\nroute: {}\n`)).toEqual({ differences: [], refusal: expect.stringContaining('line') as unknown });
    expect(await state('# nothing\n')).toEqual({ differences: [], refusal: 'its entry alertmanager.yml holds no configuration' });
    await one.kubernetes.delete(configMap);
    one.alertmanager.forget();
    expect(await one.alertmanager.source()).toEqual({ differences: [], refusal: 'there is no ConfigMap alertmanager-config any more' });
  });
});
