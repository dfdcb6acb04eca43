import { describe, expect, test } from 'vitest';
import { tokens } from '../../../src/sandbox/index.ts';
import { Client, opened } from '../support.ts';

describe('tokens', () => {
  test.each([
    ['somebody’s real-looking key', 'u+AbCdEfGhIjKlMnOpQr'],
    ['no key', ''],
    ['the cluster’s token', 'sandbox-cluster-token'],
  ])('%s is refused with 401/2006', async (_, token) => {
    const sandbox = await opened();
    const { status, body } = await new Client(sandbox, token).get('/abilities');
    expect([status, body.error.code]).toEqual([401, 2006]);
  });

  test('none could be mistaken for a real one', async () => {
    const sandbox = await opened();
    expect(Object.values(tokens).every((token) => token.startsWith('sandbox-'))).toBe(true);
    expect(sandbox.token).toBe(tokens.account);
  });

  test('an account token has no user: /users/me is a 400 whose error is a bare string', async () => {
    const { status, body } = await new Client(await opened()).get('/users/me');
    expect(status).toBe(400);
    expect(body.error).toContain('account-level access token');
  });

  test('a user token says who it is, and in which account', async () => {
    const sandbox = await opened({ token: 'user' });
    const { body } = await new Client(sandbox).get('/users/me?include[]=subdomains');
    expect(body.user).toMatchObject({ email: sandbox.from, role: 'owner', subdomains: ['sandbox-account'] });
  });

  test('a read-only key reads, and its writes are 403/2010', async () => {
    const pd = new Client(await opened({ token: 'readonly' }));
    expect((await pd.get('/users')).status).toBe(200);
    const refused = await pd.post('/users', { user: { type: 'user', name: 'Ada Example', email: 'ada@example.com' } });
    expect([refused.status, refused.body.error.code]).toEqual([403, 2010]);
    expect((await pd.get('/users')).body.users).toHaveLength(1);
  });

  test('a bearer token is a token too', async () => {
    const sandbox = await opened();
    const { status } = await new Client(sandbox).call('GET', '/abilities', undefined, { authorization: `Bearer ${tokens.user}` });
    expect(status).toBe(200);
  });
});

describe('From', () => {
  const body = { user: { type: 'user', name: 'Ada Example', email: 'ada@example.com' } };

  test('an address that no user has is 400/1008', async () => {
    const sandbox = await opened();
    const { status, body: answer } = await new Client(sandbox, sandbox.token, 'stranger@example.com').post('/users', body);
    expect([status, answer.error.code]).toEqual([400, 1008]);
  });

  test('an account token must send it where the description requires it', async () => {
    const sandbox = await opened();
    const { status, body: answer } = await new Client(sandbox, sandbox.token, '').post('/users', body);
    expect([status, answer.error.code]).toEqual([400, 2011]);
  });

  test('a user token need not', async () => {
    const sandbox = await opened();
    expect((await new Client(sandbox, tokens.user, '').post('/users', body)).status).toBe(201);
  });

  test('nor an account token, where the sandbox is as lenient as PagerDuty was observed to be', async () => {
    const sandbox = await opened({ from: 'observed' });
    expect((await new Client(sandbox, sandbox.token, '').post('/users', body)).status).toBe(201);
  });

  test('is remembered as the creator of a maintenance window', async () => {
    const sandbox = await opened();
    const pd = new Client(sandbox);
    const service = await pd.serviceWithPolicy();
    const start = new Date(sandbox.clock.now() + 3_600_000).toISOString();
    const end = new Date(sandbox.clock.now() + 7_200_000).toISOString();
    const { body: answer } = await new Client(sandbox, sandbox.token, 'grace@example.com').post('/maintenance_windows', {
      maintenance_window: {
        type: 'maintenance_window',
        start_time: start,
        end_time: end,
        services: [{ id: service.id, type: 'service_reference' }],
      },
    });
    expect(answer.maintenance_window.created_by.summary).toBe('Grace Example');
  });
});

describe('rate limit', () => {
  test('every answer counts down, and the one too many is 429/2020 with the time to wait', async () => {
    const pd = new Client(await opened({ rateLimit: 3 }));
    const seen = [];
    for (let call = 0; call < 4; call += 1) seen.push(await pd.get('/abilities'));
    expect(seen.map(({ status, headers }) => [status, headers.get('ratelimit-remaining')])).toEqual([
      [200, '2'],
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ]);
    expect(seen[3]?.body).toEqual({ error: { message: 'Rate Limit Exceeded', code: 2020 } });
    expect(Number(seen[3]?.headers.get('ratelimit-reset'))).toBe(60);
  });

  test('is over after a minute of sandbox time, and counts each token by itself', async () => {
    const sandbox = await opened({ rateLimit: 1 });
    const pd = new Client(sandbox);
    await pd.get('/abilities');
    expect((await new Client(sandbox, tokens.user).get('/abilities')).status).toBe(200);
    expect((await pd.get('/abilities')).status).toBe(429);
    sandbox.doAction('advance', '61s');
    expect((await pd.get('/abilities')).status).toBe(200);
  });

  test('is PagerDuty’s 960 unless told otherwise', async () => {
    const { headers } = await new Client(await opened()).get('/abilities');
    expect(headers.get('ratelimit-limit')).toBe('960');
  });
});

describe('paging', () => {
  test('25 at a time, 100 at most, and a total only when asked for', async () => {
    const pd = new Client(await opened());
    const usual = (await pd.get('/vendors')).body;
    expect([usual.vendors.length, usual.limit, usual.more, usual.total]).toEqual([25, 25, true, null]);
    const most = (await pd.get('/vendors?limit=500&total=true')).body;
    expect([most.vendors.length, most.limit, most.total]).toEqual([100, 100, 280]);
  });

  test('offset walks to the end, where more is false', async () => {
    const pd = new Client(await opened());
    const names: string[] = [];
    for (let offset = 0, more = true; more; offset += 100) {
      const { body } = await pd.get(`/vendors?limit=100&offset=${offset}`);
      names.push(...body.vendors.map((vendor: { name: string }) => vendor.name));
      more = body.more;
    }
    expect(new Set(names).size).toBe(280);
    expect(names.indexOf('Prometheus')).toBeGreaterThan(100);
  });

  test.each(['offset=9999&limit=100', 'limit=0', 'limit=many'])('%s is refused', async (query) => {
    const { status, body } = await new Client(await opened()).get(`/vendors?${query}`);
    expect([status, body.error.code]).toEqual([400, 2001]);
  });
});

describe('what is not there', () => {
  test.each([
    ['/nowhere', 2100],
    ['/users/PNOBODY', 2013],
    ['/schedules/PNONE', 3004],
    ['/escalation_policies/PNONE', 5001],
    ['/services/PNONE', 5002],
    ['/maintenance_windows/PNONE', 5001],
    ['/webhook_subscriptions/PNONE', 2100],
    ['/v3/schedules/PNONE', 3004],
  ])('%s is 404/%s', async (path, code) => {
    const { status, body } = await new Client(await opened()).get(path);
    expect([status, body]).toEqual([404, { error: { message: 'Not Found', code } }]);
  });

  test('a method that a path does not have is 404 as well', async () => {
    expect((await new Client(await opened()).call('PATCH', '/users')).status).toBe(404);
  });
});

describe('rubbish', () => {
  test.each([
    ['no JSON', '{"user":'],
    ['no envelope', { name: 'Ada Example' }],
    ['an envelope that is a list', { user: [] }],
    ['nothing', undefined],
  ])('%s is 400/2001 with a reason', async (_, body) => {
    const { status, body: answer } = await new Client(await opened()).post('/users', body);
    expect([status, answer.error.code, answer.error.errors.length]).toEqual([400, 2001, 1]);
  });

  test('nine megabytes are 413, and the sandbox lives on', async () => {
    const pd = new Client(await opened());
    const sent = await pd.post('/users', 'x'.repeat(9 * 1024 * 1024)).catch((error: Error) => error);
    expect(sent instanceof Error || sent.status === 413).toBe(true);
    expect((await pd.get('/abilities')).status).toBe(200);
  });
});
