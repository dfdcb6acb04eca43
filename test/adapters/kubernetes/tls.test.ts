import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, kubeconfig } from './support.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A certificate for 127.0.0.1 that signs itself. */
function certificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'pmp-pd-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    '/CN=127.0.0.1',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  ];
  spawnSync('openssl', args);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** Agrees to the WebSocket of an exec, and ends the command with code 0; what it prints is who asked. */
function runCommand({ headers }: IncomingMessage, socket: Duplex): void {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const frame = (channel: number, text: string): Buffer => Buffer.concat([Buffer.of(0x82, text.length + 1, channel), Buffer.from(text)]);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`,
  );
  socket.write(frame(1, headers.authorization ?? 'nobody'));
  socket.end(frame(3, '{"status":"Success"}'));
}
const command = { namespace: 'pmp-study', pod: 'api', command: ['id'] };

describe.skipIf(!hasOpenssl)('the certificate of the cluster', () => {
  const at: { server?: https.Server; url: string; cert: string } = { url: '', cert: '' };
  beforeAll(async () => {
    const { key, cert } = certificate();
    const server = https.createServer({ key, cert }, (request, response) =>
      response.end(JSON.stringify({ gitVersion: 'v1.36.2', auth: request.headers.authorization })),
    );
    server.on('upgrade', (request, socket) => runCommand(request, socket));
    at.server = server;
    at.cert = Buffer.from(cert).toString('base64');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    at.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    at.server?.closeAllConnections();
    at.server?.close();
  });

  it('is trusted by the authority of the kubeconfig, also where the user is only a password', async () => {
    const cluster = await connect(kubeconfig(at.url, { username: 'ada', password: 'p' }, { 'certificate-authority-data': at.cert }));
    expect(await cluster.version()).toBe('1.36.2');
  });

  it('is not trusted without it, and the way out is named', async () => {
    const failure = (await connect(kubeconfig(at.url))).version();
    await expect(failure).rejects.toMatchObject({
      id: 'kubernetes-unreachable',
      message: expect.stringContaining('certificate'),
      facts: { fix: expect.stringContaining('certificate-authority-data') },
    });
  });

  it('is held to by a command in a pod as well, in both directions', async () => {
    const trusting = await connect(kubeconfig(at.url, { token: 't' }, { 'certificate-authority-data': at.cert }));
    expect(await trusting.exec(command)).toEqual({ code: 0, stdout: 'Bearer t', stderr: '' });
    const careless = await connect(kubeconfig(at.url, { token: 't' }, { 'insecure-skip-tls-verify': true }));
    expect(await careless.exec(command)).toMatchObject({ code: 0 });
    const strict = (await connect(kubeconfig(at.url, { token: 't' }))).exec(command);
    await expect(strict).rejects.toMatchObject({
      id: 'kubernetes-unreachable',
      facts: { fix: expect.stringContaining('certificate-authority-data') },
    });
  });

  it('is not looked at where the kubeconfig says so', async () => {
    const cluster = await connect(kubeconfig(at.url, { token: 't' }, { 'insecure-skip-tls-verify': true }));
    expect(await cluster.version()).toBe('1.36.2');
  });
});
