import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/adapters/alertmanager/config.ts';
import { externalLabels, inhibitors } from '../../../src/adapters/alertmanager/inhibiting.ts';
import { createAlertmanagerText } from '../../../src/adapters/alertmanager/index.ts';
import { settings, templates } from './fixtures.ts';

type Labels = Readonly<Record<string, string>>;
const parse = (rules: string) => parseConfiguration(`route: { receiver: r }\nreceivers: []\ninhibit_rules: [${rules}]\n`)!;
const probe: Labels = { alertname: 'X', namespace: 'n', service: 's', severity: 'P1' };
const names = (rule: string, alerts: readonly Labels[], labels = probe) =>
  inhibitors(parse(rule), labels, alerts).map((one) => one.labels['alertname']);

describe('what mutes an alert by the loaded rules', () => {
  it.each([
    ['a source that fires', "{ source_matchers: ['alertname=A'], target_matchers: ['severity=P1'] }", ['A']],
    ['in the older notation', "{ source_match: { alertname: A }, target_match_re: { severity: 'P.' } }", ['A']],
    ['the Watchdog, which always fires', "{ source_matchers: ['alertname=Watchdog'], target_matchers: ['severity=~P[12]'] }", ['Watchdog']],
    ['a label absent on both sides', "{ source_matchers: ['alertname=A'], target_matchers: ['severity=P1'], equal: [cluster] }", ['A']],
    ['not another target', "{ source_matchers: ['alertname=A'], target_matchers: ['severity=P2'] }", []],
    ['not a source that does not fire', "{ source_matchers: ['alertname=B'], target_matchers: ['severity=P1'] }", []],
    ['not one that differs', "{ source_matchers: ['alertname=A'], target_matchers: ['severity=P1'], equal: [namespace] }", []],
    ['not one that is target as well', "{ source_matchers: ['severity=P1'], target_matchers: ['severity=P1'] }", []],
  ])('%s', (_name, rule, expected) => {
    expect(names(rule, [{ alertname: 'A', severity: 'P1', namespace: 'other' }])).toEqual(expected);
  });

  it('what setup renders mutes a P2 by a P1 of the same service alone, and tells in what they are the same', async () => {
    const rendered = parseConfiguration(await (await createAlertmanagerText({ templates })).render(settings))!;
    const down = { alertname: 'Down', severity: 'P1', namespace: 'n', service: 's' };
    const p2 = { ...probe, severity: 'P2' };
    expect(inhibitors(rendered, p2, [down])).toEqual([{ labels: down, equal: ['cluster', 'namespace', 'service'] }]);
    expect(inhibitors(rendered, p2, [{ ...down, service: 'other' }])).toEqual([]);
    expect(inhibitors(rendered, probe, [down])).toEqual([]);
  });

  it('carries no escape', () => {
    expect(
      names("{ source_matchers: ['severity=info'], target_matchers: ['severity=P1'] }", [{ alertname: 'A\u001b[2J', severity: 'info' }]),
    ).toEqual(['A']);
  });
});

describe('labels that Prometheus adds', () => {
  it('are those that every Watchdog bears beside its own', () => {
    const watchdog = { alertname: 'Watchdog', severity: 'none', cluster: 'prod', replica: 'a' };
    expect(externalLabels([{ alertname: 'A', zone: 'x' }, watchdog, { ...watchdog, replica: 'b' }])).toEqual({ cluster: 'prod' });
    expect(externalLabels([])).toEqual({});
  });
});
