import { describe, expect, test } from 'vitest';
import { Client, opened } from '../support.ts';
import type { Answer, Json } from '../support.ts';

const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, ...(body.error.errors ?? [])];

describe('services', () => {
  test('timeouts that are left out are off, and so is 0', async () => {
    const pd = new Client(await opened());
    const service = await pd.serviceWithPolicy();
    expect(service).toMatchObject({
      acknowledgement_timeout: null,
      auto_resolve_timeout: null,
      incident_urgency_rule: { type: 'constant', urgency: 'high' },
      status: 'active',
    });
    const change = { type: 'service', acknowledgement_timeout: 1800, auto_resolve_timeout: 0 };
    const { body } = await pd.put(`/services/${service.id}`, { service: change });
    expect(body.service).toMatchObject({ name: 'PMP Study - Critical', acknowledgement_timeout: 1800, auto_resolve_timeout: null });
  });

  test('are found by exact name or by a part of it', async () => {
    const pd = new Client(await opened());
    await pd.serviceWithPolicy('PMP Study - Critical');
    const names = async (query: string): Promise<unknown> =>
      (await pd.get(`/services?${query}`)).body.services.map((each: Json) => each['name']);
    expect(await names('name=PMP%20Study%20-%20Critical')).toEqual(['PMP Study - Critical']);
    expect(await names('name=PMP')).toEqual([]);
    expect(await names('query=critical')).toEqual(['PMP Study - Critical']);
  });

  test.each([
    ['a name that is taken', { name: 'pmp study - critical ' }, 'Name has already been taken'],
    ['a name that hides something', { name: 'PMP\u0007' }, 'Name contains invalid characters'],
    ['no policy', { escalation_policy: undefined }, "Escalation policy can't be blank"],
    ['a policy unknown', { escalation_policy: { id: 'PNONE', type: 'escalation_policy_reference' } }, 'Escalation policy not found'],
    ['a negative timeout', { acknowledgement_timeout: -1 }, 'Acknowledgement timeout must be greater than or equal to 0'],
    ['an urgency unknown', { incident_urgency_rule: { type: 'constant', urgency: 'medium' } }, 'Urgency is not included in the list'],
    ['a status of its own', { status: 'disabled' }, 'Status must be active'],
    [
      'the old grouping field',
      { alert_grouping_parameters: { type: 'intelligent', fields: [] } },
      'Alert grouping parameters is deprecated, use alert_grouping_settings',
    ],
  ])('%s is refused', async (_, wrong, message) => {
    const pd = new Client(await opened());
    const service = await pd.serviceWithPolicy();
    const whole = { type: 'service', name: 'Another', escalation_policy: service['escalation_policy'], ...wrong };
    expect(refusal(await pd.post('/services', { service: whole }))).toEqual([400, 2001, message]);
  });

  test('are disabled and enabled by a change', async () => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    const status = async (value: string): Promise<unknown> =>
      (await pd.put(`/services/${id}`, { service: { type: 'service', status: value } })).body.service.status;
    expect([await status('disabled'), await status('active')]).toEqual(['disabled', 'active']);
  });

  test('one that is deleted takes its grouping, its webhooks and its integrations along', async () => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    await pd.post('/alert_grouping_settings', { alert_grouping_setting: { type: 'intelligent', services: [{ id }] } });
    expect((await pd.delete(`/services/${id}`)).status).toBe(204);
    expect((await pd.get('/alert_grouping_settings')).status).toBe(404);
  });
});

describe('integrations', () => {
  test('PagerDuty makes the key, the same at every read, and no real key begins like it', async () => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    const wanted = { type: 'events_api_v2_inbound_integration', name: 'Alertmanager', integration_key: 'mine'.repeat(8) };
    const made = (await pd.post(`/services/${id}/integrations`, { integration: wanted })).body.integration;
    expect(made.integration_key).toMatch(/^sandbox[a-z0-9]{25}$/);
    expect((await pd.get(`/services/${id}/integrations/${made.id}`)).body.integration.integration_key).toBe(made.integration_key);
    const [whole] = (await pd.get(`/services/${id}?include[]=integrations`)).body.service.integrations;
    const [reference] = (await pd.get(`/services/${id}`)).body.service.integrations;
    expect([whole.type, whole.integration_key, reference.type, reference.integration_key]).toEqual([
      'events_api_v2_inbound_integration',
      made.integration_key,
      'events_api_v2_inbound_integration_reference',
      undefined,
    ]);
  });

  test('the vendor Prometheus means Events API v1', async () => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    const pages = await Promise.all([0, 100, 200].map((offset) => pd.get(`/vendors?limit=100&offset=${offset}`)));
    const vendor = pages.flatMap((page) => page.body.vendors).find((each) => each.name === 'Prometheus');
    const { body } = await pd.post(`/services/${id}/integrations`, {
      integration: { name: 'Prometheus', vendor: { id: vendor.id, type: 'vendor_reference' } },
    });
    expect(body.integration).toMatchObject({
      type: 'generic_events_api_inbound_integration',
      vendor: { summary: 'Prometheus', type: 'vendor_reference' },
    });
  });

  test('there is no list of them, names may repeat, and every key is another', async () => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    const wanted = { integration: { type: 'events_api_v2_inbound_integration', name: 'Alertmanager' } };
    const [one, two] = [await pd.post(`/services/${id}/integrations`, wanted), await pd.post(`/services/${id}/integrations`, wanted)];
    expect(one.body.integration.integration_key).not.toBe(two.body.integration.integration_key);
    expect((await pd.get(`/services/${id}/integrations`)).status).toBe(404);
    expect((await pd.delete(`/services/${id}/integrations/${one.body.integration.id}`)).status).toBe(204);
    expect((await pd.get(`/services/${id}`)).body.service.integrations).toHaveLength(1);
  });

  test.each([
    ['a type unknown', { type: 'telepathy_inbound_integration' }, 'Type is not included in the list'],
    ['neither type nor vendor', {}, "Type can't be blank"],
    ['a vendor unknown', { vendor: { id: 'PNONE', type: 'vendor_reference' } }, 'Vendor not found'],
  ])('%s is refused', async (_, wrong, message) => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    expect(refusal(await pd.post(`/services/${id}/integrations`, { integration: { name: 'x', ...wrong } }))).toEqual([400, 2001, message]);
  });
});
