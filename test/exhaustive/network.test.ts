import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashAnswers } from '../crash/answers.ts';
import { Program, World } from '../support/world.ts';

/** A certificate for this machine that nobody vouches for; undefined without openssl. */
function selfSigned(): { readonly key: string; readonly cert: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '1', ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const certificate = selfSigned();

describe('what the sandbox cannot imitate: names, ports and certificates', () => {
  const at: { program?: Program; world?: World; server?: Server; seen: number } = { seen: 0 };
  const world = () => at.world ?? expect.fail('no world');
  beforeAll(async () => {
    at.program = new Program();
    at.world = await World.open(at.program);
  });
  afterAll(async () => {
    at.server?.close();
    await at.world?.close();
    at.program?.close();
  });

  const refused = async (env: Record<string, string>) => {
    const done = await world().setup(crashAnswers(), undefined, env);
    const { error } = done.json() as { error?: { id: string; message: string; cause: string; fix: string } };
    return { code: done.code, id: error?.id, cause: error?.cause, fix: error?.fix };
  };

  test('a name that cannot be found', async () => {
    expect(await refused({ PAGERDUTY_API_URL: 'https://api.pagerduty.invalid' })).toEqual({
      code: 4,
      id: 'pagerduty-unreachable',
      cause: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
      fix: expect.stringContaining('PAGERDUTY_API_URL'),
    });
  });

  test('a port where nobody listens', async () => {
    expect(await refused({ PAGERDUTY_API_URL: 'http://127.0.0.1:9' })).toMatchObject({
      code: 4,
      id: 'pagerduty-unreachable',
      cause: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('plain http to anywhere but this machine is refused before a token is sent', async () => {
    expect(await refused({ PAGERDUTY_API_URL: 'http://api.example.com' })).toMatchObject({ code: 2, id: 'usage' });
  });

  test.skipIf(certificate === undefined)(
    'a certificate that nobody vouches for: nothing is sent, and no variable switches that off',
    async () => {
      const server = createServer({ ...certificate }, (_request, response) => {
        at.seen += 1;
        response.end('{}');
      });
      at.server = server;
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      for (const env of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }]) {
        expect(await refused({ PAGERDUTY_API_URL: url, ...env })).toMatchObject({
          code: 4,
          id: 'pagerduty-unreachable',
          cause: expect.stringContaining('self-signed'),
        });
      }
      expect(at.seen).toBe(0);
    },
  );
});
