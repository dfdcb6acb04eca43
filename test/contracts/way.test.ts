import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/adapters/http.ts';
import { secretOf } from '../../src/adapters/secret.ts';
import type { PagerDuty } from '../../src/ports/index.ts';
import { rigOf, type Rig } from '../adapters/alertmanager/cluster.ts';
import { settings } from '../adapters/alertmanager/fixtures.ts';
import { adapterFor } from '../adapters/pagerduty/fake.ts';
import * as sample from '../adapters/pagerduty/samples.ts';

const at: { rig?: Rig; pagerduty?: PagerDuty } = {};
const http = createHttp({ userAgent: 'pmp-pd-test' });

beforeAll(async () => {
  const rig = await rigOf('operator');
  const { clock, apiUrl, from, token } = rig.sandbox;
  const { pagerduty } = adapterFor({ url: apiUrl }, { http, clock, from, credential: { kind: 'token', token: secretOf(token) } });
  await sample.createEverything(pagerduty);
  const key = await pagerduty.integrationKey(sample.service.name, 'events_v2');
  if (!key) throw new Error('no key');
  const data = { PAGERDUTY_SERVICE_KEY_CRITICAL: key, PAGERDUTY_SERVICE_KEY_HIGH: key };
  await rig.kubernetes.applySecret({ namespace: 'monitoring', name: 'pagerduty-secrets', data }, { force: true });
  await rig.alertmanager.mount('pagerduty-secrets', settings.keyDir);
  const parts = rig.text.parts(settings);
  await rig.alertmanager.configure({ kind: 'alertmanager configuration', name: 'monitoring', settings, parts });
  Object.assign(at, { rig, pagerduty });
});
afterAll(async () => {
  http.close();
  await at.rig?.close();
});

describe('the whole way of a drill, by the adapters alone', () => {
  it('from the alert to its incident by the key that is known before, and back by the end of the alert', async () => {
    const { alertmanager, sandbox } = at.rig!;
    const pagerduty = at.pagerduty!;
    const { clock } = sandbox;
    const began = clock.now();
    const labels = { alertname: 'PmpDrill', severity: 'P1', namespace: 'pmp-drill', service: 'drill', pmp_drill: '01JWAY' };
    const alert = { labels, annotations: { summary: 'nothing is wrong' }, starts: began - 3_600_000 };
    const [group] = await alertmanager.groups(labels);
    if (!group) throw new Error('no group');
    expect(await alertmanager.post({ ...alert, ends: began + 600_000 })).toHaveLength(2);
    await clock.sleep(60_000, 'Alertmanager');
    const found = await pagerduty.incidentOfAlert(sample.service.name, group.key, began);
    expect(found).toMatchObject({
      alone: true,
      incident: { status: 'triggered', title: expect.stringContaining('[DRILL pmp-pd 01JWAY]') },
      alert: { key: group.key, severity: 'critical', details: { pmp_drill: '01JWAY' } },
    });
    expect(await alertmanager.post({ ...alert, ends: clock.now() })).toHaveLength(2);
    await clock.sleep(60_000, 'Alertmanager');
    expect((await pagerduty.incident(found?.incident.id ?? '')).status).toBe('resolved');
    expect(await pagerduty.openIncidents([sample.service.name])).toEqual([]);
  });
});
