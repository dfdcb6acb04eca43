import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oauthApp, openSandbox } from '../../src/sandbox/index.ts';
import { Desk } from '../support/cli.ts';
import { root } from '../support/source.ts';
import { Office, rightsIn } from './rights.ts';

const rights = rightsIn(readFileSync(join(root, 'README.md'), 'utf8'));
const office = new Office();
afterAll(() => office.close());

/** test/exhaustive looks at every command. */
const sample = ['setup', 'verify'] as const;

describe('the scopes in the README', () => {
  test.each(sample)('%s asks for those of its row, and for no other', async (command) => {
    expect(await office.scopesOf(command)).toEqual(rights.get(command));
  });
});

describe('a scoped OAuth app that may do what the README says, and nothing else', () => {
  const desk = new Desk();
  const opened: Awaited<ReturnType<typeof openSandbox>>[] = [];
  const sandbox = () => {
    const [first] = opened;
    if (first === undefined) throw new Error('the sandbox is not open');
    return first;
  };

  beforeAll(async () => {
    desk.write('sandbox.json', office.state()).write('pmp-pd.yaml', office.answers());
    opened.push(await openSandbox({ stateFile: desk.path('sandbox.json'), clock: 'real', people: 'asleep', rateLimit: 100_000 }));
    writeFileSync(desk.path('kubeconfig'), sandbox().kubeconfig);
  });
  afterAll(async () => {
    await sandbox().close();
    desk.close();
  });

  /** The program as it is, signed in as that app. */
  const run = (words: string, scopes: readonly string[]) => {
    sandbox().doAction('oauth-scopes', scopes.join(','));
    const env = {
      PAGERDUTY_API_URL: sandbox().baseUrl,
      PAGERDUTY_CLIENT_ID: oauthApp.clientId,
      PAGERDUTY_CLIENT_SECRET: oauthApp.clientSecret,
      PAGERDUTY_SUBDOMAIN: oauthApp.subdomain,
      PD_FROM_EMAIL: sandbox().from,
      KUBECONFIG: desk.path('kubeconfig'),
    };
    return desk.run([...words.split(' '), '-o', 'json'], { env });
  };

  test('verify sees everything', async () => {
    const ran = await run('verify', rights.get('verify') ?? []);
    const { checks } = ran.json() as { checks: { id: string; status: string; evidence: string }[] };
    expect(
      checks.filter(({ evidence }) => /scope|permission|denied/i.test(evidence) && !evidence.startsWith('a scoped OAuth token')),
    ).toEqual([]);
    expect(checks.find(({ id }) => id === 'token')?.status).toBe('pass');
  });

  test('setup changes what it must', async () => {
    sandbox().doAction('oauth-scopes', 'all');
    const before = sandbox().accessLog().length;
    desk.write(
      'pmp-pd.yaml',
      office
        .answers()
        .replace(/^loops: .*$/m, '')
        .concat('\nloops: 3\n'),
    );
    const ran = await run('setup --yes', rights.get('setup') ?? []);
    expect(ran).toMatchObject({ code: 0 });
    expect(
      sandbox()
        .accessLog()
        .slice(before)
        .some(({ method, path }) => method === 'PUT' && path.startsWith('/escalation_policies/')),
    ).toBe(true);
  });

  test('setup with the rights of its plan is refused at the first change, and told which scope it lacks', async () => {
    desk.write(
      'pmp-pd.yaml',
      office
        .answers()
        .replace(/^loops: .*$/m, '')
        .concat('\nloops: 5\n'),
    );
    const ran = await run('setup --yes', rights.get('setup --plan') ?? []);
    expect([1, 4, 6]).toContain(ran.code);
    expect(ran.stdout).toContain('escalation_policies.write');
  });
});
