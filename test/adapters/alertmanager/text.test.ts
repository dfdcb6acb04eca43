import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { createAlertmanagerText } from '../../../src/adapters/alertmanager/index.ts';
import { currentDialect } from '../../../src/adapters/alertmanager/template.ts';
import type { AlertmanagerSettings } from '../../../src/model/index.ts';
import { amtoolFile, installed, run, settings, templates, variants } from './fixtures.ts';

const text = await createAlertmanagerText({ templates });
/** What Debian's Alertmanager 0.25 can read: the same, with the webhook's address inline. */
const for025 = (of: AlertmanagerSettings): string =>
  text.compose('', of, { ...currentDialect, webhook: 'inline' }, { keys: { critical: '', high: '' }, watchdogUrl: 'http://127.0.0.1:1/' });

describe('the rendered alertmanager.yml', () => {
  it.each(Object.entries(variants))('reads its keys from files, never ${…}: %s', async (_, of) => {
    const rendered = await text.render(of);
    expect(rendered).not.toMatch(/^(?!\s*#).*(?:\$\{|__[A-Z])/m);
    expect(rendered).not.toMatch(/(?:routing|service)_key:/);
    expect(rendered).not.toContain('#when');
    expect(rendered.match(new RegExp(`${of.keyStyle}_file: `, 'g'))).toHaveLength(2);
    expect(load(rendered)).toMatchObject({ route: { receiver: 'null' } });
  });

  it('says nothing of severity and links to the v1 API, which has neither', async () => {
    const v1 = await text.render({ ...settings, keyStyle: 'service_key', p3Pages: false });
    expect(v1).not.toMatch(/^\s+(?:severity: [cwe']|(?:links|class|component|group|source|url):)/m);
    expect(v1).toContain('service_key_file');
  });

  it('writes the events address only where it is not the default', async () => {
    expect(await text.render(settings)).not.toMatch(/^\s+url: /m);
    expect(await text.render({ ...settings, url: 'https://events.eu.pagerduty.com' })).toContain(
      "url: 'https://events.eu.pagerduty.com/v2/enqueue'",
    );
  });

  it('names every part that steps 6, 7, 8 and 10 want', () => {
    const names = Object.keys(text.parts(settings));
    expect(names).toEqual(
      expect.arrayContaining([
        'route P1',
        'route P2',
        'route P3',
        'route Watchdog',
        'route P1: timing',
        'order of routes',
        'inhibition by P1',
        'drill route',
        'drill route: timing',
        'drill route: severity=~"P1|critical"',
        'drill route: detail pmp_drill',
        'receiver pagerduty-critical: key',
        'receiver pagerduty-critical: severity',
        'receiver pagerduty-high: url',
        'details: summary',
        'details: severity',
        'details: runbook',
        'details: graphs',
        'details: firing_count',
        'links: Runbook',
        'links: Graphs',
        'send_resolved: pagerduty-critical',
        'send_resolved: pagerduty-high',
      ]),
    );
    expect(Object.keys(text.parts({ ...settings, keyStyle: 'service_key' })).some((name) => name.startsWith('links:'))).toBe(false);
  });

  it.each(Object.entries(variants))('is found again part by part: %s', async (_, of) => {
    expect(text.partsIn(await text.render(of), of)).toEqual(text.parts(of));
  });

  it("shows the guide's literal ${…} for what it is, and no real key", () => {
    const guide =
      "route: {receiver: x}\nreceivers:\n  - name: pagerduty-critical\n    pagerduty_configs:\n      - service_key: '${PAGERDUTY_SERVICE_KEY_CRITICAL}'\n  - name: pagerduty-high\n    pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]\n";
    const found = text.partsIn(guide, settings);
    expect(found['receiver pagerduty-critical: key']).toContain('never expands');
    expect(JSON.stringify(found)).not.toContain('0123456789abcdef');
  });

  it("sees what comes before ours, unless it lets the alert go on, as the operator's own routes do", async () => {
    const rendered = await text.render(settings);
    const before = (route: string): string =>
      rendered.replace('  routes:\n', `  routes:\n    - {receiver: 'null', matchers: ['a="b"']${route}}\n`);
    expect(text.partsIn(before(', continue: true'), settings)).toEqual(text.parts(settings));
    expect(text.partsIn(before(''), settings)['order of routes']).toMatch(/^ours stand at 2, 3/);
  });

  it('sees a lost guard and a hostile text, and shows neither raw', async () => {
    const rendered = await text.render(settings);
    const found = text.partsIn(rendered.replaceAll('summary: "\\t', 'summary: "\\e[31m'), settings);
    expect(found['details: summary']).not.toBe(text.parts(settings)['details: summary']);
    // eslint-disable-next-line no-control-regex
    expect(Object.values(found).join('')).not.toMatch(/[\u0000-\u001F]/);
  });

  it('refuses a text that is no configuration without quoting it', () => {
    const broken = 'route: {a: b\nrouting_key: hunter2hunter2';
    expect(() => text.partsIn(broken, settings)).toThrow(/no Alertmanager configuration/);
    expect(() => text.partsIn(broken, settings)).toThrow(
      expect.objectContaining({ facts: expect.not.objectContaining({ cause: expect.stringContaining('hunter2') }) }),
    );
    expect(() => text.partsIn('just words', settings)).toThrow(expect.objectContaining({ id: 'alertmanager-refused' }));
    expect(text.partsIn('# nothing yet\n', settings)).toEqual({});
  });

  it('has a values snippet for Helm that is YAML and mounts the secret both ways', async () => {
    const values = load(await text.valuesSnippet({ ...settings, heartbeat: true })) as Record<string, Record<string, unknown>>;
    expect(values['config']).toMatchObject({ route: { receiver: 'null' } });
    expect(values['alertmanager']?.['alertmanagerSpec']).toEqual({ secrets: ['pagerduty-secrets', 'pagerduty-heartbeat'] });
    expect(JSON.stringify(values['alertmanager'])).toContain('/etc/alertmanager/secrets/pagerduty-secrets/PAGERDUTY_SERVICE_KEY_HIGH');
    expect(values['extraSecretMounts']).toHaveLength(2);
  });
});

const routing: readonly (readonly [what: string, labels: readonly string[], receiver: string])[] = [
  ['P1', ['severity=P1'], 'pagerduty-critical'],
  ['critical', ['severity=critical', 'alertname=X'], 'pagerduty-critical'],
  ['P2', ['severity=P2'], 'pagerduty-high'],
  ['high', ['severity=high'], 'pagerduty-high'],
  ['P3', ['severity=P3'], 'pagerduty-high'],
  ['Watchdog', ['alertname=Watchdog', 'severity=none'], 'watchdog'],
  ['InfoInhibitor', ['alertname=InfoInhibitor', 'severity=P1'], 'null'],
  ['severity none', ['severity=none', 'alertname=X'], 'null'],
  ['nothing known', ['alertname=X'], 'null'],
  ['a critical drill', ['pmp_drill=01J', 'severity=P1'], 'pagerduty-critical'],
  ['a high drill', ['pmp_drill=01J', 'severity=P2'], 'pagerduty-high'],
];

describe.skipIf(!installed('amtool'))('amtool', () => {
  it.each(Object.entries(variants))('accepts the configuration: %s', (_, of) => {
    const checked = run('amtool', ['check-config', amtoolFile(for025(of))]);
    expect(checked.output).toContain('SUCCESS');
  });

  const file = installed('amtool') ? amtoolFile(for025(settings)) : '';
  it.each(routing)('routes %s as meant', (_, labels, receiver) => {
    const routed = run('amtool', ['config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${receiver}`, ...labels]);
    expect(routed).toMatchObject({ status: 0 });
  });

  it('keeps P3 away from PagerDuty where the account knows no low urgency', () => {
    const mute = amtoolFile(for025({ ...settings, p3Pages: false }));
    expect(run('amtool', ['config', 'routes', 'test', `--config.file=${mute}`, 'severity=P3']).output).toMatch(/^null$/m);
  });
});
