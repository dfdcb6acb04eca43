import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { minimalAnswers } from '../support/cli.ts';
import type { PagerDutyState } from '../../src/sandbox/pagerduty/types.ts';
import { InProcess } from '../support/in-process.ts';

const open: InProcess[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

test('a slip in the namespace does not replace webhooks whose signing secrets are safe elsewhere', async () => {
  const world = new InProcess();
  open.push(world);
  const answers = minimalAnswers('webhook: { url: https://hooks.example.com/pagerduty }\n');
  writeFileSync(join(world.folder, 'pmp-pd.yaml'), answers);
  expect((await world.setup()).code).toBe(0);
  const slip = world.setup({ namespace: 'monitorin' });
  await expect(slip).rejects.toMatchObject({
    id: 'answers-invalid',
    facts: {
      message: expect.stringContaining('kubernetes.namespace is monitorin, but') as string,
      fix: expect.stringContaining('to monitoring') as string,
    },
  });
  // Nothing was written on the way to it.
  const again = await world.setup();
  expect(again.outcome?.calls.pagerduty.writes).toBe(0);
  expect(again.code).toBe(0);

  // A subscription that does not say where its secret went is replaced, and the plan says what that brings about.
  const { webhooks } = (await world.sandbox()).section('pagerduty') as PagerDutyState;
  for (const hook of webhooks) hook.description = hook.description?.replace(/ namespace=\S+(?=\])/, '') ?? null;
  const told = await world.setup({ namespace: 'monitorin', plan: true });
  const replaced = told.outcome?.steps.flatMap(({ resources }) => resources).filter(({ action }) => action === 'replace') ?? [];
  expect(replaced).toHaveLength(2);
  for (const { detail } of replaced) expect(detail).toContain('secret pagerduty-webhook not found in namespace monitorin');
});
