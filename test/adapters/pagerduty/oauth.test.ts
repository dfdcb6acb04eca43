import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPagerDuty } from '../../../src/adapters/pagerduty/index.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import { adapterFor, fakePagerDuty, type Fake } from './fake.ts';

let fake: Fake;
beforeEach(async () => {
  fake = await fakePagerDuty();
});
afterEach(() => fake.close());

const credential = () => ({
  kind: 'oauth' as const,
  clientId: 'client',
  clientSecret: secretOf('client-hush'),
  subdomain: 'acme',
  tokenUrl: `${fake.url}/oauth/token`,
});

/** The fake parses JSON; the token endpoint takes a form, so it is answered before that. */
async function identity(answer: (form: URLSearchParams) => { status: number; body: unknown }) {
  const http = await import('node:http');
  const forms: URLSearchParams[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      forms.push(form);
      const { status, body } = answer(form);
      response.writeHead(status);
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { forms, tokenUrl: `http://127.0.0.1:${address.port}/oauth/token`, close: () => server.close() };
}

describe('scoped OAuth', () => {
  it('gets one token for many calls, asks for the scopes of the account, and gets another after a 401', async () => {
    let given = 0;
    const id = await identity(() => ({
      status: 200,
      body: { access_token: `access${++given}`, expires_in: 86_400, token_type: 'bearer' },
    }));
    const { pagerduty, clock } = adapterFor(fake, { credential: { ...credential(), tokenUrl: id.tokenUrl } });
    await Promise.all([pagerduty.services(['A']), pagerduty.policies(['B']), pagerduty.users(['c@example.com'])]);
    expect(id.forms).toHaveLength(1);
    expect(id.forms[0]?.get('scope')).toMatch(/^as_account-us\.acme .*services\.write/);
    await clock.sleep(60_000, '');
    fake.fault = ({ headers }) =>
      headers.authorization === 'Bearer access1' ? { status: 401, body: { error: { code: 2006, message: 'expired' } } } : undefined;
    pagerduty.forget();
    await Promise.all([pagerduty.services(['A']), pagerduty.policies(['B'])]);
    expect(id.forms).toHaveLength(2);
    expect(fake.log.at(-1)?.headers.authorization).toBe('Bearer access2');
    expect(await pagerduty.account()).toMatchObject({ token: 'oauth', subdomain: 'acme' });
    id.close();
  });

  it('the scopes that PagerDuty gave, not those that were asked for, are what the account says', async () => {
    const scope = 'as_account-us.acme services.read  abilities.read licenses.read';
    const id = await identity(() => ({ status: 200, body: { access_token: 'access', expires_in: 86_400, scope } }));
    const { pagerduty } = adapterFor(fake, { credential: { ...credential(), tokenUrl: id.tokenUrl } });
    const { scopes } = await pagerduty.account();
    expect(scopes).toEqual(['as_account-us.acme', 'services.read', 'abilities.read', 'licenses.read']);
    expect(id.forms).toHaveLength(1);
    id.close();
  });

  it('a refused client is bad credentials, and its secret is in no message', async () => {
    const id = await identity(() => ({ status: 400, body: { error: 'invalid_client' } }));
    const { pagerduty } = adapterFor(fake, { credential: { ...credential(), tokenUrl: id.tokenUrl } });
    const error: unknown = await pagerduty.services(['A']).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ id: 'pagerduty-credentials', facts: { cause: expect.stringContaining('invalid_client') as string } });
    expect(JSON.stringify(error)).not.toContain('client-hush');
    id.close();
  });
});

describe('a token that cannot be one', () => {
  it('is refused before anything is sent, without quoting it', () => {
    const { clock, http } = adapterFor(fake);
    for (const text of ['', 'two words', 'line\nbreak']) {
      const make = () =>
        createPagerDuty({ apiUrl: fake.url, region: 'us', credential: { kind: 'token', token: secretOf(text) }, clock, http });
      expect(make).toThrow(/empty or holds characters/);
      expect(make).not.toThrow(/words|break/);
    }
  });
});
