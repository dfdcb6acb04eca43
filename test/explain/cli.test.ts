import { afterAll, describe, expect, test } from 'vitest';
import { pages as allPages } from '../../src/explain/index.ts';
import { Desk } from '../support/cli.ts';

describe('pmp-pd explain, as a person types it', () => {
  // Nothing to reach, nothing to read: no token, no kubeconfig, no answers, and a broken environment that any other command would refuse.
  const desk = new Desk({ PAGERDUTY_API_URL: 'http://unreachable.example.com', PAGERDUTY_SERVICE_REGION: 'moon', KUBECONFIG: '/nowhere' });
  afterAll(() => desk.close());

  test('gives the page of an id on stdout and nothing beside it', async () => {
    const ran = await desk.run(['explain', 'pagerduty-rate-limit']);
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
    for (const heading of ['What it means', 'How it happens', 'How to see it by hand', 'How to fix it'])
      expect(ran.stdout).toContain(`\n${heading}\n`);
  });

  test('lists every id without one', async () => {
    const ran = await desk.run(['explain', '-o', 'json']);
    expect(ran.code).toBe(0);
    const { pages } = ran.json() as { pages: { id: string }[] };
    expect(pages.map((page) => page.id).sort()).toEqual([...allPages.keys()].sort());
  });

  test('refuses an unknown id with exit code 2 and the nearest, in either format', async () => {
    const text = await desk.run(['explain', 'pagerduty-ratelimit']);
    expect(text.code).toBe(2);
    expect(text.stdout).toBe('');
    expect(text.stderr).toContain('fix: Run pmp-pd explain pagerduty-rate-limit,');
    const json = await desk.run(['explain', 'pagerduty-ratelimit', '-o', 'json']);
    expect(json.code).toBe(2);
    expect(json.json()).toMatchObject({ command: 'explain', success: false, exit_code: 2, error: { id: 'usage' } });
  });

  test('an error leads to its page: what it says to type works', async () => {
    const failed = await desk.run(['setup', '--plan']);
    expect(failed.code).not.toBe(0);
    const typed = /more: pmp-pd (explain \S+)/.exec(failed.stderr)?.[1] ?? '';
    const page = await desk.run(typed.split(' '));
    expect(page.code).toBe(0);
    expect(page.stdout).toContain('How to fix it');
  });
});
