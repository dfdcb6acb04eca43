import { describe, expect, test } from 'vitest';
import { Client, opened } from '../support.ts';
import type { Answer, Json } from '../support.ts';

const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, ...(body.error.errors ?? [])];

describe('alert grouping', () => {
  const setting = (type: string, services: readonly string[], config: Json = {}): Json => ({
    alert_grouping_setting: { name: 'PMP', type, config, services: services.map((id) => ({ id })) },
  });
  const content = { aggregate: 'all', fields: ['severity', 'class'] };

  test('an account without any answers 404 in JSON, not an empty list', async () => {
    const { status, body } = await new Client(await opened()).get('/alert_grouping_settings');
    expect([status, body.error.code]).toEqual([404, 2100]);
  });

  test('defaults are filled in, changes keep what they leave out, and the service tells it too', async () => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    const made = (await pd.post('/alert_grouping_settings', setting('intelligent', [id]))).body.alert_grouping_setting;
    expect(made).toMatchObject({
      type: 'intelligent',
      config: { time_window: 300, iag_fields: ['summary'] },
      services: [{ id, name: 'PMP Study - Critical' }],
    });
    const changed = await pd.put(`/alert_grouping_settings/${made.id}`, {
      alert_grouping_setting: { type: 'content_based', config: content },
    });
    expect(changed.body.alert_grouping_setting).toMatchObject({
      type: 'content_based',
      services: [{ id }],
      config: { ...content, time_window: 300 },
    });
    expect((await pd.get(`/services/${id}`)).body.service.alert_grouping_parameters.type).toBe('content_based');
    expect((await pd.get(`/alert_grouping_settings?service_ids[]=PNONE`)).status).toBe(404);
    expect((await pd.get(`/alert_grouping_settings?service_ids[]=${id}`)).body.alert_grouping_settings).toHaveLength(1);
  });

  test.each([
    ['a service unknown', setting('intelligent', ['PNONE']), 'Service not found'],
    ['no service', setting('intelligent', []), "Services can't be blank"],
    ['a type unknown', setting('magic', ['PNONE']), 'Type is not included in the list'],
  ])('%s is refused', async (_, body, message) => {
    expect(refusal(await new Client(await opened()).post('/alert_grouping_settings', body))).toEqual([400, 2001, message]);
  });

  test.each([
    ['fields for intelligent grouping', 'intelligent', { fields: ['class'] }, 'Config fields is not allowed for type intelligent'],
    ['no fields for content-based', 'content_based', { aggregate: 'all' }, "Config fields can't be blank"],
    ['no aggregate', 'content_based', { fields: ['class'] }, "Aggregate can't be blank"],
    ['a window of one minute', 'intelligent', { time_window: 60 }, 'Time window must be greater than or equal to 300'],
    [
      'a day, except by content',
      'content_based_intelligent',
      { ...content, time_window: 86_400 },
      'Time window must be less than or equal to 3600',
    ],
    ['half a minute of time', 'time', { timeout: 30 }, 'Timeout must be greater than or equal to 60'],
  ])('%s is refused', async (_, type, config, message) => {
    const pd = new Client(await opened());
    const { id } = await pd.serviceWithPolicy();
    expect(refusal(await pd.post('/alert_grouping_settings', setting(type, [id], config)))).toEqual([400, 2001, message]);
  });

  test('a service is in one setting at most, and only some types hold several services', async () => {
    const pd = new Client(await opened());
    const one = await pd.serviceWithPolicy('One');
    const two = await pd.service('Two', (one['escalation_policy'] as { id: string }).id);
    const both = [one.id, two.id];
    expect(refusal(await pd.post('/alert_grouping_settings', setting('content_based_intelligent', both, content)))).toEqual([
      400,
      2001,
      'Type content_based_intelligent allows only one service',
    ]);
    expect((await pd.post('/alert_grouping_settings', setting('intelligent', both))).status).toBe(201);
    expect(refusal(await pd.post('/alert_grouping_settings', setting('intelligent', [two.id])))).toEqual([
      400,
      2001,
      'Service already belongs to an alert grouping setting',
    ]);
  });
});
