import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpFailure, type Http } from '../../../src/adapters/http.ts';
import { PmpError } from '../../../src/engine/errors.ts';
import { adapterFor, fakePagerDuty, testToken, type Fake, type Fault, type Recorded } from './fake.ts';
import * as sample from './samples.ts';

let fake: Fake;
beforeEach(async () => {
  fake = await fakePagerDuty();
});
afterEach(() => fake.close());

/** The fault for the first `times` requests that match. */
function failFirst(match: (call: Recorded) => boolean, fault: Fault, times = 1): void {
  let left = times;
  fake.fault = (call) => {
    if (!match(call) || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}
const post = (path: RegExp) => (call: Recorded) => call.method === 'POST' && path.test(call.path);
const json = (status: number, code: number, message: string, errors: string[] = []): Fault => ({
  status,
  body: { error: { code, message, errors } },
});
const posts = (path: RegExp) => fake.log.filter(post(path)).length;

const partsOf = (f: Fake, collection: string, part: string): number =>
  (f.rows[collection] ?? []).reduce((sum, one) => sum + ((one[part] ?? []) as unknown[]).length, 0);

async function errorOf(work: Promise<unknown>): Promise<PmpError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof PmpError)) throw new Error(`no PmpError but ${String(thrown)}`);
  return thrown;
}

describe('a write whose answer is lost is never done twice', () => {
  const cases: { what: string; path: RegExp; rows: (fake: Fake) => number; expected: number }[] = [
    { what: 'user', path: /^\/users$/, rows: (f) => f.rows['users']?.length ?? 0, expected: 2 },
    {
      what: 'contact method',
      path: /contact_methods$/,
      rows: (f) => partsOf(f, 'users', 'contact_methods'),
      expected: 2,
    },
    {
      what: 'notification rule',
      path: /notification_rules$/,
      rows: (f) => partsOf(f, 'users', 'notification_rules'),
      expected: 1,
    },
    { what: 'schedule', path: /^\/schedules$/, rows: (f) => f.rows['schedules']?.length ?? 0, expected: 1 },
    { what: 'escalation policy', path: /^\/escalation_policies$/, rows: (f) => f.rows['escalation_policies']?.length ?? 0, expected: 1 },
    { what: 'service', path: /^\/services$/, rows: (f) => f.rows['services']?.length ?? 0, expected: 1 },
    { what: 'integration', path: /integrations$/, rows: (f) => partsOf(f, 'services', 'integrations'), expected: 2 },
    { what: 'grouping', path: /^\/alert_grouping_settings$/, rows: (f) => f.rows['alert_grouping_settings']?.length ?? 0, expected: 1 },
    { what: 'window', path: /^\/maintenance_windows$/, rows: (f) => f.rows['maintenance_windows']?.length ?? 0, expected: 1 },
  ];
  for (const fault of ['lose', 'reset', { status: 503, body: 'busy' }, { status: 408, body: '' }] as const) {
    const name = typeof fault === 'string' ? fault : `HTTP ${fault.status}`;
    for (const { what, path, rows, expected } of cases) {
      it(`${what}, ${name}`, async () => {
        failFirst(post(path), fault);
        const { pagerduty } = adapterFor(fake);
        await sample.createEverything(pagerduty);
        expect(rows(fake)).toBe(expected);
        expect(fake.log.filter(post(path)).length).toBeLessThanOrEqual(expected + 1);
      });
    }
  }

  it('an answer that is no JSON although PagerDuty said yes', async () => {
    fake.fault = (call) =>
      post(/^\/users$/)(call) && posts(/^\/users$/) === 1
        ? (fake.seed('users', (call.body as { user: object }).user as never), { status: 201, body: '<html>' })
        : undefined;
    const { pagerduty } = adapterFor(fake);
    await pagerduty.createUser(sample.ada);
    expect(fake.rows['users']).toHaveLength(1);
    expect(await pagerduty.users([sample.ada.name])).toMatchObject([{ ours: true }]);
  });

  it('a webhook: the lost one has lost its secret, so it goes and a new one comes; those of others stay', async () => {
    const { pagerduty } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    const theirs = fake.seed('webhook_subscriptions', {
      events: ['incident.triggered'],
      delivery_method: { url: sample.webhook.url },
      filter: { type: 'service_reference', id: fake.rows['services']?.[0]?.id },
      description: 'an older one of ours [pmp-pd]',
    });
    failFirst(post(/^\/webhook_subscriptions$/), 'lose');
    const made = await pagerduty.createWebhook(sample.webhook);
    expect(fake.rows['webhook_subscriptions']?.map((row) => row.id)).toEqual([theirs.id, made.subscription]);
    expect(fake.log.filter((call) => call.method === 'DELETE')).toHaveLength(1);
  });

  it('a new layer of a schedule is not added twice', async () => {
    const { pagerduty } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    failFirst(({ method, path }) => method === 'PUT' && path.startsWith('/schedules/'), 'lose');
    const [night, day] = sample.rota.layers;
    if (!night || !day) throw new Error('sample');
    await pagerduty.updateSchedule({ ...sample.rota, layers: [night, day, { ...day, name: 'Cover' }] });
    const puts = fake.log.filter(({ method, path }) => method === 'PUT' && path.startsWith('/schedules/'));
    const layers = (body: unknown) => (body as { schedule: { schedule_layers: { id?: string; name: string }[] } }).schedule.schedule_layers;
    expect(puts.map(({ body }) => layers(body).map((layer) => layer.id !== undefined))).toEqual([
      [true, true, false],
      [true, true, true],
    ]);
  });

  it('somebody else was faster: what is there is taken', async () => {
    const { pagerduty } = adapterFor(fake);
    await pagerduty.users([sample.ada.name]);
    fake.seed('users', { name: 'Ada', email: sample.ada.name, time_zone: 'UTC' });
    await pagerduty.createUser(sample.ada);
    expect(await pagerduty.users([sample.ada.name])).toMatchObject([{ ours: false, value: { fullName: 'Ada' } }]);
  });

  it('"could not be locked": looked for by e-mail, tried again, one at a time from then on', async () => {
    failFirst(post(/^\/users$/), json(400, 2001, 'Invalid Input Provided', ['Account could not be locked']), 3);
    const real = adapterFor(fake).http;
    let running = 0;
    let refused = false;
    const together: number[] = [];
    const http: Http = {
      close: () => {},
      async send(request) {
        if (request.method !== 'POST') return real.send(request);
        running += 1;
        if (refused) together.push(running);
        const answer = await real.send(request).finally(() => (running -= 1));
        refused ||= answer.status === 400;
        return answer;
      },
    };
    const { pagerduty } = adapterFor(fake, { http });
    const people = Array.from({ length: 24 }, (_, i) => ({ ...sample.ada, name: `p${10 + i}@example.com` }));
    await Promise.all(people.map((person) => pagerduty.createUser(person)));
    expect(fake.rows['users']?.map((row) => row['email']).sort()).toEqual(people.map((person) => person.name));
    expect(posts(/^\/users$/)).toBe(27);
    // Those already on their way when the first refusal came are through before the next one starts.
    expect(together.length).toBeGreaterThan(10);
    expect(Math.max(...together)).toBe(1);
  });
});

describe('PagerDuty in trouble', () => {
  it('reads are asked again after resets, 5xx and 408', async () => {
    for (const fault of ['reset', { status: 502, body: '<html>bad gateway</html>' }, { status: 408, body: '' }] as const) {
      failFirst(() => true, fault, 3);
      const { pagerduty } = adapterFor(fake);
      expect(await pagerduty.services(['A'])).toEqual([]);
      expect(pagerduty.calls).toMatchObject({ reads: 1, retries: 3 });
    }
  });

  it('and given up at last, naming what could not be done', async () => {
    fake.fault = () => ({ status: 500, body: 'no' });
    const { pagerduty, clock } = adapterFor(fake);
    const error = await errorOf(pagerduty.services(['A']));
    expect(error).toMatchObject({ id: 'pagerduty-unreachable', facts: { message: 'PagerDuty cannot be reached to read the services' } });
    expect(clock.slept).toHaveLength(4);
    fake.fault = () => undefined;
    expect(await pagerduty.services(['A'])).toEqual([]);
  });

  it('nobody there', async () => {
    fake.close();
    expect((await errorOf(adapterFor(fake).pagerduty.services(['A']))).id).toBe('pagerduty-unreachable');
  });

  it('429: waits as long as it is told, says so, and everybody waits', async () => {
    const told: [string, number][] = [];
    failFirst(() => true, {
      status: 429,
      body: { error: { code: 2020, message: 'Rate Limit Exceeded' } },
      headers: { 'ratelimit-reset': '17' },
    });
    const { pagerduty, clock } = adapterFor(fake, { notify: (why, seconds) => void told.push([why, seconds]) });
    await pagerduty.services(['A']);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(16_900);
    expect(told[0]?.[1]).toBeGreaterThanOrEqual(17);
    expect(pagerduty.calls).toMatchObject({ reads: 1, retries: 1 });
  });

  it('429 on a POST: it was not done, so it is sent again', async () => {
    failFirst(post(/^\/users$/), { status: 429, body: '', headers: { 'retry-after': '2' } }, 3);
    await adapterFor(fake).pagerduty.createUser(sample.ada);
    expect(fake.rows['users']).toHaveLength(1);
  });

  it('429 without end is a rate limit, not bad credentials, and ends within minutes', async () => {
    fake.fault = () => ({ status: 429, body: '', headers: { 'ratelimit-reset': '60' } });
    const { pagerduty, clock } = adapterFor(fake);
    expect((await errorOf(pagerduty.services(['A']))).id).toBe('pagerduty-rate-limit');
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(310_000);
  });

  it('near the limit the calls that are left are spread over the time that is left', async () => {
    fake.fault = (_, n) => ({
      status: 200,
      body: { services: [], more: false },
      headers: { 'ratelimit-limit': '960', 'ratelimit-remaining': String(20 - n), 'ratelimit-reset': '20' },
    });
    const { pagerduty, clock } = adapterFor(fake);
    for (let i = 0; i < 10; i++) {
      pagerduty.forget();
      await pagerduty.services(['A']);
    }
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(5000);
  });

  it('what was just made may be invisible for a moment', async () => {
    const { pagerduty } = adapterFor(fake);
    await pagerduty.createUser(sample.ada);
    failFirst(post(/contact_methods$/), json(404, 2100, 'Not Found'), 3);
    await pagerduty.addContactMethod(sample.adaPhone);
    expect(fake.rows['users']?.[0]?.['contact_methods']).toHaveLength(1);
  });

  it('a host name that is not found is tried once more after a second, and then said', async () => {
    let tried = 0;
    const http: Http = {
      send: () => {
        tried += 1;
        return Promise.reject(new HttpFailure('GET api.example.com/services: ENOTFOUND', 'ENOTFOUND', 'dns', false));
      },
      close: () => {},
    };
    const { pagerduty, clock } = adapterFor(fake, { http });
    const error = await errorOf(pagerduty.services(['A']));
    expect(error.id).toBe('pagerduty-unreachable');
    expect(error.facts.cause).toContain('ENOTFOUND');
    expect(tried).toBe(2);
    expect(clock.slept).toEqual([1000]);
  });

  it('not more than ten calls are in flight', async () => {
    let most = 0;
    let now = 0;
    const real = adapterFor(fake);
    const http = {
      send: async (request: Parameters<typeof real.http.send>[0]) => {
        now += 1;
        most = Math.max(most, now);
        try {
          return await real.http.send(request);
        } finally {
          now -= 1;
        }
      },
      close: () => {},
    };
    const { pagerduty } = adapterFor(fake, { http });
    const people = Array.from({ length: 40 }, (_, i) => ({ ...sample.ada, name: `p${i}@example.com` }));
    await Promise.all(people.map((person) => pagerduty.createUser(person)));
    expect(most).toBe(10);
  });
});

describe('a refusal says what, why and the way out', () => {
  const cases: [string, Fault, string, RegExp][] = [
    ['a bad token', json(401, 2006, 'Authentication failed'), 'pagerduty-credentials', /token/],
    ['a token that may not', json(403, 2010, 'Access Denied'), 'pagerduty-permission', /admin/],
    [
      'missing OAuth scopes',
      { status: 403, body: { error: { message: 'Forbidden', code: 2010, required_scopes: 'users.write', token_scopes: 'users.read' } } },
      'pagerduty-permission',
      /users\.write/,
    ],
    ['a plan without it', json(402, 2014, 'Account does not have the ability'), 'plan-refuses', /plan/],
    ['no seat left', json(400, 2019, 'Limit reached'), 'plan-too-small', /seat|plan/],
    ['an expired account', json(403, 2012, 'Account expired'), 'account-expired', /Renew/],
    ['a From that nobody has', json(400, 1008, 'Requester User Not Found'), 'pagerduty-refused', /--from/],
    ['an HTML page', { status: 403, body: '<html><script>x()</script><b>Blocked by proxy</b></html>' }, 'pagerduty-rubbish', /proxy/],
    [
      'errors as an object',
      { status: 400, body: { error: { message: 'Invalid', errors: { 'user.name': ['is bad'] } } } },
      'pagerduty-refused',
      /./,
    ],
  ];
  for (const [what, fault, id, fix] of cases) {
    it(`${what}: ${id}`, async () => {
      fake.fault = (call) => (post(/^\/users$/)(call) ? fault : undefined);
      const error = await errorOf(adapterFor(fake).pagerduty.createUser(sample.ada));
      expect(error.id).toBe(id);
      expect(error.facts.fix).toMatch(fix);
      expect(error.facts.cause).toContain('POST /users');
      expect(`${error.message} ${JSON.stringify(error.facts)} ${error.stack}`).not.toContain(testToken);
      expect(posts(/^\/users$/)).toBe(1);
    });
  }

  it('hostile words lose their teeth', async () => {
    fake.fault = () => json(400, 2001, '\u001b]0;owned\u0007\u001b[2Jbad\u202e', ['x'.repeat(5000)]);
    const error = await errorOf(adapterFor(fake).pagerduty.createUser(sample.ada));
    expect(error.facts.cause).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(error.facts.cause?.length).toBeLessThanOrEqual(300);
  });

  it('answers that are not what PagerDuty documents name request and place', async () => {
    const bodies: [unknown, RegExp][] = [
      ['', /empty/],
      ['{"services":[', /not JSON/],
      ['<html>hello</html>', /not JSON/],
      ['null', /not JSON|null/],
      [{}, /services/],
      [{ services: {} }, /services is not a list/],
      [{ services: [{ id: 7 }] }, /services\[0\]\.id is not a text/],
    ];
    for (const [body, why] of bodies) {
      fake.fault = () => ({ status: 200, body });
      const error = await errorOf(adapterFor(fake).pagerduty.services(['A']));
      expect(error.id).toBe('pagerduty-rubbish');
      expect(error.facts.message).toContain('GET /services');
      expect(error.facts.cause).toMatch(why);
    }
  });

  it('grouping: what a plan refuses is "refused" to read and plan-refuses to write; an empty account is neither', async () => {
    const { pagerduty } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    const only = (fault: Fault) => (fake.fault = ({ path }) => (path === '/alert_grouping_settings' ? fault : undefined));
    for (const fault of [json(402, 2014, 'no'), json(403, 2010, 'Access Denied'), { status: 404, body: '<html>404</html>' }]) {
      only(fault);
      pagerduty.forget();
      expect(await pagerduty.groupings([sample.service.name])).toBe('refused');
      expect((await errorOf(pagerduty.createGrouping(sample.grouping('intelligent')))).id).toBe('plan-refuses');
    }
    only(json(404, 2100, 'Not Found'));
    pagerduty.forget();
    expect(await pagerduty.groupings([sample.service.name])).toEqual([]);
  });

  it('a stop ends waits and calls with its own reason', async () => {
    const stop = new AbortController();
    const why = new PmpError('interrupted', { message: 'Ctrl-C', fix: 'Go on later.' });
    fake.fault = () => {
      stop.abort(why);
      return { status: 503, body: '' };
    };
    expect(await errorOf(adapterFor(fake, { signal: stop.signal }).pagerduty.services(['A']))).toBe(why);
  });
});
