import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfiguration, refusal, writeConfiguration } from '../../../src/sandbox/alertmanager/index.ts';
import { refused, rich } from './cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-alertmanager-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function versionOf(program: string): string | undefined {
  try {
    return /version (0\.\d+\.\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1];
  } catch {
    return undefined;
  }
}
const amtool = versionOf('amtool');
const real = versionOf('prometheus-alertmanager');

/** The real one's words, as `amtool check-config` prints them. */
function realRefusal(text: string): string | undefined {
  const file = join(folder, 'check.yml');
  writeFileSync(file, text);
  try {
    execFileSync('amtool', ['check-config', file], { encoding: 'utf8', stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    const found = /FAILED: ([\s\S]*?)\n\n?(?:amtool|$)/.exec(`${stdout}\n${stderr}`)?.[1];
    return found?.trimEnd();
  }
}

describe(`the imitation refuses what Alertmanager refuses${amtool === undefined ? ' (amtool is not on this machine: skipped)' : ''}`, () => {
  for (const [what, text] of Object.entries(refused)) {
    it.skipIf(amtool === undefined)(`${what}, in the same words`, () => {
      expect(realRefusal(text), 'the real one takes it').toBeDefined();
      expect(refusal(text, amtool ?? '')).toBe(realRefusal(text));
    });
  }

  it.skipIf(amtool === undefined)('and takes what it takes', () => {
    expect(realRefusal(rich)).toBeUndefined();
    expect(refusal(rich, amtool ?? '')).toBeUndefined();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `config.original` of a real Alertmanager that runs on the configuration. */
async function realOriginal(text: string): Promise<string> {
  const file = join(folder, 'run.yml');
  writeFileSync(file, text);
  const port = await freePort();
  const listen = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  const child = spawn('prometheus-alertmanager', [`--config.file=${file}`, `--storage.path=${folder}/data`, ...listen], {
    stdio: 'ignore',
  });
  try {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const response = await fetch(`http://127.0.0.1:${port}/api/v2/status`).catch(() => undefined);
      if (response?.ok === true) return ((await response.json()) as { config: { original: string } }).config.original;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the real Alertmanager did not start');
  } finally {
    child.kill();
  }
}

describe('what the imitation says it has loaded', () => {
  it.skipIf(real === undefined)('is what a real Alertmanager says, field by field and in the same order', async () => {
    const ours = writeConfiguration(readConfiguration(rich, Number(real?.split('.')[1])));
    const theirs = await realOriginal(rich);
    expect(load(ours)).toEqual(load(theirs));
    // The HTTP client's proxy moved behind its other fields in 0.26; all else keeps its order.
    const ordered = (text: string) =>
      JSON.stringify(load(text))
        .replace(/"proxy_url":"[^"]*"/, '')
        .replaceAll('{,', '{')
        .replaceAll(',}', '}');
    expect(ordered(ours)).toBe(ordered(theirs));
  });

  it('never shows a key', () => {
    for (const minor of [24, 25, 28, 33]) {
      const text =
        minor < 25
          ? rich.replace('routing_key_file: /etc/pagerduty/PAGERDUTY_SERVICE_KEY_CRITICAL', 'routing_key: aaaabbbbccccddddaaaabbbbccccdddd')
          : rich;
      const shown = writeConfiguration(readConfiguration(text, minor));
      expect(shown).toContain('<secret>');
      expect(shown).not.toMatch(/0123456789abcdef|fedcba9876543210|aaaabbbb|T0\/B0/);
    }
  });
});

describe('the version decides what is known', () => {
  it('refuses keys by file before 0.25, which is why older ones need the key inline', () => {
    const text = 'route:\n  receiver: a\nreceivers:\n- name: a\n  pagerduty_configs:\n  - routing_key_file: /k\n';
    expect(refusal(text, '0.24.0')).toBe('yaml: unmarshal errors:\n  line 6: field routing_key_file not found in type config.plain');
    expect(refusal(text, '0.25.0')).toBeUndefined();
  });

  it('takes nested details from 0.30 on only', () => {
    const text = 'route:\n  receiver: a\nreceivers:\n- name: a\n  pagerduty_configs:\n  - routing_key: k\n    details: {a: {b: c}}\n';
    expect(refusal(text, '0.28.1')).toContain('cannot unmarshal !!map into string');
    expect(refusal(text, '0.30.0')).toBeUndefined();
  });

  it('takes a literal ${VARIABLE} as a key, as the real one does: nothing is ever expanded', () => {
    const text =
      "route:\n  receiver: a\nreceivers:\n- name: a\n  pagerduty_configs:\n  - service_key: '${PAGERDUTY_SERVICE_KEY_CRITICAL}'\n";
    expect(refusal(text, '0.28.1')).toBeUndefined();
    expect(writeConfiguration(readConfiguration(text, 28))).toContain('service_key: <secret>');
  });
});
