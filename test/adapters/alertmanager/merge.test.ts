import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { createAlertmanagerText } from '../../../src/adapters/alertmanager/index.ts';
import { currentDialect } from '../../../src/adapters/alertmanager/template.ts';
import type { AlertmanagerSettings } from '../../../src/model/index.ts';
import { amtoolFile, installed, run, settings, templates, variants } from './fixtures.ts';

const text = await createAlertmanagerText({ templates });
const merge = (source: string, of: AlertmanagerSettings = settings): string => text.compose(source, of, currentDialect);

const team = `# our own configuration
global:
  resolve_timeout: 10m   # as agreed
route:
  receiver: slack  # the default
  group_by: [alertname]
  routes:
    # database people
    - receiver: dba
      matchers: [ 'team = "dba"' ]
      continue: true

    - matchers: ['alertname="Watchdog"']
      receiver: snitch
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [alertname]
receivers:
- name: slack
  slack_configs:
  - api_url_file: /etc/slack/url   # rotated monthly
- name: 'dba'
  webhook_configs:
  - url: https://example.com/dba
- name: snitch
  webhook_configs:
  - url: https://example.com/snitch
# the end
`;

interface Parsed {
  route: { routes: { receiver: string }[] };
  receivers: { name: string }[];
  inhibit_rules?: unknown[];
}
const read = (yaml: string): Parsed => load(yaml) as Parsed;
/** A text without what pmp-pd put between its marks. */
const unmarked = (yaml: string): string => yaml.replace(/^[ \t]*# pmp-pd begin[^]*?# pmp-pd end[^\n]*\n/gm, '');

describe('putting pmp-pd into a configuration that a team already has', () => {
  it('puts ours first and keeps every line of theirs', () => {
    const merged = merge(team);
    expect(unmarked(merged)).toBe(team);
    expect(read(merged).route.routes.slice(-2)).toEqual(read(team).route.routes);
    expect(text.partsIn(merged, settings)).toEqual(text.parts(settings));
  });

  it("keeps a dead-man's switch of theirs working: Watchdog goes on to their route", () => {
    const routes = read(merge(team)).route.routes as { receiver: string; continue?: boolean }[];
    expect(routes[0]).toMatchObject({ receiver: 'watchdog', continue: true });
    expect(routes.at(-1)).toMatchObject({ receiver: 'snitch' });
  });

  it('writes the same text when run again, and only ours changes when an answer does', () => {
    const once = merge(team);
    expect(merge(once)).toBe(once);
    const quiet = merge(once, { ...settings, p2Severity: 'warning' });
    expect(quiet).not.toBe(once);
    expect(unmarked(quiet)).toBe(team);
    expect(merge(quiet)).toBe(once);
  });

  it('makes a complete configuration of an empty one, and knows it again', () => {
    for (const empty of ['', '\n', '# nothing yet\n']) {
      const once = merge(empty);
      expect(once.startsWith(empty.trim())).toBe(true);
      expect(text.partsIn(once, settings)).toEqual(text.parts(settings));
      expect(merge(once)).toBe(once);
    }
  });

  it("replaces the guide's literal receivers, which page nobody", () => {
    const guide = `route:\n  receiver: pagerduty-critical\nreceivers:\n  - name: 'pagerduty-critical'\n    pagerduty_configs:\n      - service_key: '\${PAGERDUTY_SERVICE_KEY_CRITICAL}'\n        send_resolved: true\n  - name: other # stays\n`;
    const merged = merge(guide);
    expect(merged).not.toContain('${');
    expect(merged).toContain('  - name: other # stays\n');
    expect(text.partsIn(merged, settings)).toEqual(text.parts(settings));
    expect(merge(merged)).toBe(merged);
  });

  it('knows its own routes again where a tool lost the comments', () => {
    const stripped = merge(team)
      .split('\n')
      .filter((line) => !/^\s*#/.test(line))
      .join('\n');
    const merged = merge(stripped);
    expect(read(merged).route).toEqual(read(merge(team)).route);
    expect(new Set(read(merged).receivers.map((one) => one.name))).toEqual(new Set(read(merge(team)).receivers.map((one) => one.name)));
    expect(merge(merged)).toBe(merged);
  });

  it('uses a `null` receiver that is there already, and an events address that theirs would override', () => {
    const theirs = `global: {pagerduty_url: 'https://proxy.example.com/v2/enqueue'}\nroute: \n  receiver: "null"\n  routes: []\nreceivers:\n  - name: "null"\n`;
    const merged = merge(theirs);
    expect(read(merged).receivers.filter((one) => one.name === 'null')).toHaveLength(1);
    expect(text.partsIn(merged, settings)).toEqual(text.parts(settings));
    expect(merge(merged)).toBe(merged);
  });

  it.each([
    ['braces', 'route: {receiver: x}\nreceivers: [{name: x}]\n'],
    ['braces for the list', 'route:\n  receiver: x\nreceivers: [{name: x}]\n'],
    ['half a mark', `${team}    # pmp-pd begin receivers\n`],
    [
      'an anchor inside what ours replaces',
      'route:\n  receiver: x\nreceivers:\n  - name: pagerduty-high\n    pagerduty_configs: &a\n      - routing_key_file: /k\n  - name: x\n    pagerduty_configs: *a\n',
    ],
    [
      'a watchdog of theirs beside an address of ours',
      `route:\n  receiver: watchdog\nreceivers:\n  - name: watchdog\n    webhook_configs:\n      - url: https://example.com/\n`,
    ],
  ])('refuses to guess: %s', (_, source) => {
    expect(() => merge(source, { ...settings, heartbeat: true })).toThrow(expect.objectContaining({ id: 'alertmanager-refused' }));
  });

  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((one) => !['null', 'watchdog'].includes(one));
  const comment = fc.constantFrom('', '# note', '   # deep note', '#');
  const config = fc
    .record({
      names: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      comments: fc.array(comment, { minLength: 8, maxLength: 8 }),
      routeIndent: fc.constantFrom(2, 4, 6),
      receiverIndent: fc.constantFrom(0, 2, 3),
      withRoutes: fc.boolean(),
      withInhibit: fc.boolean(),
      tail: fc.constantFrom('', '\n', '\n# end\n'),
    })
    .map(({ names, comments, routeIndent, receiverIndent, withRoutes, withInhibit, tail }) => {
      const pad = ' '.repeat(routeIndent);
      const routes = names.map((one, index) => `${pad}- receiver: ${one}\n${pad}  ${comments[index]}\n${pad}  matchers: ['a${index}="x"']`);
      const receivers = names.map((one) => `${' '.repeat(receiverIndent)}- name: ${one}`);
      return (
        [
          comments[4],
          'route:',
          `  receiver: ${names[0]} ${comments[5]}`,
          ...(withRoutes ? ['  routes:', ...routes] : []),
          comments[6],
          ...(withInhibit ? ['inhibit_rules:', '- source_matchers: [a="b"]', '  target_matchers: [c="d"]'] : []),
          'receivers:',
          ...receivers,
        ].join('\n') + tail
      );
    });

  it('keeps theirs and is stable, whatever they wrote', () => {
    fc.assert(
      fc.property(config, fc.constantFrom(...Object.values(variants)), (source, of) => {
        const once = merge(source, of);
        expect(merge(once, of)).toBe(once);
        expect(
          unmarked(once)
            .replace(/inhibit_rules:\n$/, '')
            .trimEnd(),
        ).toBe(source.trimEnd());
        expect(text.partsIn(once, of)).toEqual(text.parts(of));
        expect(read(once).route.routes.slice(-(read(source).route.routes ?? []).length || Infinity)).toEqual(
          read(source).route.routes ?? [],
        );
      }),
      { numRuns: 80 },
    );
  });

  it.skipIf(!installed('amtool'))('is accepted by amtool', () => {
    expect(run('amtool', ['check-config', amtoolFile(merge(team))]).output).toContain('SUCCESS');
  });
});
