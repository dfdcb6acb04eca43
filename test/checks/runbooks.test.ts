import { describe, expect, test } from 'vitest';
import { runbooks } from '../../src/checks/runbooks.ts';
import { answers, healthy, run } from './support.ts';
import { said } from './said.ts';

const rule = (name: string, annotations: Readonly<Record<string, string>>, severity = 'P1') => ({
  name,
  group: 'g',
  labels: { severity },
  annotations,
  health: 'ok',
});

describe('who is woken finds the runbook', () => {
  test('rules with links pass; those that page nobody need none', async () => {
    expect(await run(runbooks)).toMatchObject(said('pass', /^1 rule that can page, each with runbook_url$/));
    expect(await run(runbooks, { rules: [...healthy.rules, rule('T', { runbook_url: '{{ $labels.runbook }}' })] })).toMatchObject(
      said('pass', /^2 rules/),
    );
  });

  test.each([
    ['no annotation', {}],
    ['an empty one', { runbook_url: ' ' }],
    ['a note to oneself', { runbook_url: 'TODO' }],
    ['another annotation', { runbook: 'https://runbooks.example.com/x' }],
  ])('%s warns and names the rule', async (_which, annotations) => {
    const verdict = await run(runbooks, { rules: [...healthy.rules, rule('SlowApi', annotations, 'warning')] });
    expect(verdict).toMatchObject(
      said('warn', /^1 of 2 rules that can page have no link in runbook_url: SlowApi$/, /annotation runbook_url/),
    );
  });

  test('the answers say what the annotation is called', async () => {
    const annotations = { ...answers.alertmanager.annotations, runbook: 'runbook' };
    const how = { answers: { alertmanager: { ...answers.alertmanager, annotations } } };
    expect(await run(runbooks, { rules: [rule('A', { runbook: 'https://runbooks.example.com/a' })] }, how)).toMatchObject(
      said('pass', /each with runbook$/),
    );
  });

  test('without Prometheus, or a rule that pages, nothing is proven', async () => {
    expect(await run(runbooks, { prometheus: 'none' })).toMatchObject(said('skip', /no Prometheus can be seen/));
    expect(await run(runbooks, { prometheus: 'not found' })).toMatchObject(said('skip', /no Prometheus was found/));
    expect(await run(runbooks, { rules: [] })).toMatchObject(said('skip', /no rule with a severity that pages/));
  });
});
