import { describe, expect, test } from 'vitest';
import { token } from '../../src/checks/token.ts';
import { healthy, run } from './support.ts';
import { said } from './said.ts';

const account = healthy.account;
const ada = { name: 'Ada Example', email: 'ada@example.com', role: 'admin' };
const reading = ['abilities.read', 'users.read', 'users:contact_methods.read', 'services.read', 'incidents.read'];

describe('whoever runs verify in CI knows whose token it is', () => {
  test('an account key passes', async () => {
    expect(await run(token)).toMatchObject(said('pass', /^an account key of acme; PagerDuty does not show whether it is read-only$/));
  });

  test("a person's warns, with their name and role", async () => {
    const verdict = await run(token, { account: { ...account, token: 'user', user: ada } });
    expect(verdict).toMatchObject(
      said(
        'warn',
        /^a person's token: Ada Example \(ada@example.com\), role admin; it stops working when that person leaves$/,
        /Use a read-only account key/,
      ),
    );
  });

  test('a role that sees too little warns', async () => {
    const verdict = await run(token, { account: { ...account, token: 'user', user: { ...ada, role: 'limited_user' } } });
    expect(verdict).toMatchObject(said('warn', /role limited_user.*may not see everybody's contact methods/, /read-only account key/));
  });

  test('OAuth scopes: as wide as needed pass, wider ones are named', async () => {
    const narrow = await run(token, { account: { ...account, token: 'oauth', scopes: ['as_account-us.acme', ...reading] } });
    expect(narrow).toMatchObject(said('pass', /^a scoped OAuth token of acme: .*users\.read/));
    const wide = await run(token, { account: { ...account, token: 'oauth', scopes: [...reading, 'users.write', 'analytics.read'] } });
    expect(wide).toMatchObject(said('warn', /more than verify needs: users\.write and analytics\.read$/, /abilities\.read licenses\.read/));
  });

  test('an expired account is called expired', async () => {
    expect(await run(token, { account: { ...account, expired: true } })).toMatchObject(
      said('fail', /account acme has expired: .* pages nobody/, /Choose a plan/),
    );
  });
});
