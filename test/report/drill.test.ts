import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { PmpError, type DrillOutcome, type DrillPreview } from '../../src/engine/index.ts';
import {
  createReporter,
  documentText,
  drillCleanupJson,
  drillJson,
  drillPreviewText,
  drillText,
  errorJson,
  reportHtml,
  styleOf,
} from '../../src/report/index.ts';
import { extrasOf, ready } from './verify-support.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
addFormats(ajv);
const valid = ajv.compile(
  JSON.parse(readFileSync(new URL('../../templates/schema/test-alert.schema.json', import.meta.url), 'utf8')) as object,
);
const errorsOf = (document: Parameters<typeof documentText>[0]) => (valid(JSON.parse(documentText(document))) ? [] : valid.errors);

const began = Date.parse('2026-11-24T15:20:00Z');
const id = '01K4N4YQ0000000000000000C0';
const hop = (name: DrillOutcome['hops'][number]['hop'], seconds: number, detail?: string) => ({
  hop: name,
  at: began + seconds * 1000,
  seconds,
  ...(detail === undefined ? {} : { detail }),
});

const good: DrillOutcome = {
  command: 'test-alert',
  sandbox: false,
  success: true,
  exitCode: 0,
  drill: { id, via: 'alertmanager', service: 'PMP Study - Critical', role: 'critical', began },
  incident: { id: 'Q1', number: 12, url: 'https://acme.pagerduty.com/incidents/Q1' },
  hops: [
    hop('accepted', 0.2, 'by 2 replicas of Alertmanager, for pagerduty-critical'),
    hop('notified_by_alertmanager', 5.3),
    hop('event_accepted', 5.3),
    hop('incident_opened', 6, '#12, high urgency'),
    hop('person_notified', 7, 'Ada Example by push'),
    hop('escalated', 606, 'level 2 (Grace Example), planned after 10 min, came after 10 min'),
    hop('acknowledged', 700, 'by Grace Example'),
    hop('resolved', 760, 'the alert was ended in Alertmanager'),
    hop('closed', 768, 'by the resolve of its alert'),
  ],
  people: [{ level: 1, email: 'ada@example.com', name: 'Ada Example', notified: [{ channel: 'push', at: began + 7000 }] }],
  checks: [
    {
      id: '08-test-alert',
      item: 8,
      title: 'Test alert triggered and received',
      verdict: { status: 'pass', evidence: 'incident #12 rang Ada Example (push)' },
    },
    {
      id: 'drill-context',
      item: undefined,
      title: 'The incident says what the guide wants',
      verdict: { status: 'warn', evidence: 'no link to graphs', hint: 'Run setup' },
    },
  ],
  targets: { acknowledgeSeconds: 300 },
  thanks: ['Grace Example'],
  leftBehind: [],
  seconds: 770.12,
};
const bad: DrillOutcome = {
  ...good,
  success: false,
  exitCode: 7,
  incident: undefined,
  hops: good.hops.slice(0, 1),
  people: [],
  checks: [],
  thanks: [],
  targets: { acknowledgeSeconds: undefined },
  leftBehind: [{ what: 'the alert in Alertmanager', command: 'pmp-pd test-alert --cleanup' }],
  error: new PmpError('drill-not-seen', { message: 'no incident opened', cause: 'the key', fix: 'Run verify' }),
};

const plain = styleOf({ isTTY: false, env: { LANG: 'C.UTF-8' } });
const narrow = styleOf({ isTTY: true, env: { LANG: 'C', NO_COLOR: '1' }, columns: 60 });

describe('as a document', () => {
  test('it is what the shipped schema says, whatever became of the drill', () => {
    const refused = new PmpError('drill-refused', { message: 'a window is open', fix: 'Wait' });
    const left = {
      command: 'test-alert',
      sandbox: true,
      success: false,
      exitCode: 1,
      cleaned: ['x'],
      spared: ['y'],
      leftBehind: bad.leftBehind,
      seconds: 1,
    } as const;
    expect(
      [drillJson(good), drillJson(bad), errorJson('test-alert', refused, 1), drillCleanupJson(left)].flatMap((one) => errorsOf(one)),
    ).toEqual([]);
    expect(errorsOf({ ...drillJson(good), phone: '1' })).toHaveLength(1);
  });

  test('it says everything the contract names, in its names', () => {
    expect(drillJson(good)).toMatchObject({
      schema_version: 1,
      command: 'test-alert',
      success: true,
      exit_code: 0,
      drill: { id, via: 'alertmanager', service: 'PMP Study - Critical' },
      incident: { id: 'Q1', number: 12, html_url: 'https://acme.pagerduty.com/incidents/Q1' },
      people: [{ level: 1, name: 'Ada Example', notified: [{ channel: 'push', at: '2026-11-24T15:20:07.000Z' }] }],
      targets: { acknowledge_seconds: 300 },
      seconds: 770.12,
    });
    const { hops, checks } = drillJson(good) as { hops: unknown[]; checks: unknown[] };
    expect(hops[1]).toEqual({ hop: 'notified_by_alertmanager', at: '2026-11-24T15:20:05.300Z', seconds: 5.3 });
    expect(checks[1]).toMatchObject({ id: 'drill-context', item: null, explain: 'runbooks' });
  });
});

describe('on a screen', () => {
  test('the way stands in columns, with clock time and time since the beginning', () => {
    const lines = drillText(good, plain).split('\n');
    expect(lines.filter((line) => /^ {2}\d\d:\d\d:\d\d {2}\+/.test(line))).toHaveLength(good.hops.length);
    expect(lines).toContain('  15:20:05  +5.3 s       Alertmanager notified');
    expect(lines).toContain(
      '  15:30:06  +10 min 6 s  escalated              level 2 (Grace Example), planned after 10 min, came after 10 min',
    );
    expect(lines).toContain('Thank Grace Example, who answered 1 min 34 s after the call (promised: within 5 min).');
    expect(lines.at(-1)).toMatch(/^‼ The drill reached a person and proved item 8\. Nothing is left ringing\./);
  });

  test('what is left behind stands with its command, also with -q', () => {
    for (const quiet of [false, true]) {
      const text = drillText(bad, plain, { quiet });
      expect(text).toMatch(/✖ the alert in Alertmanager\.\n {2}fix: pmp-pd test-alert --cleanup/);
      expect(text).toMatch(/✖ The drill was not seen in PagerDuty\. Something is left behind\./);
    }
  });

  test('60 columns and plain ASCII are enough', () => {
    const text = drillText(good, narrow);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(text).toMatch(/^[\n\u0020-\u007E]*$/);
  });

  const preview: DrillPreview = {
    service: 'PMP Study - Critical',
    via: 'alertmanager',
    levels: [
      {
        level: 1,
        delayMinutes: 10,
        people: [
          {
            name: 'Ada Example',
            email: 'ada@example.com',
            localTime: '02:14 Europe/Berlin',
            channels: ['push at once', 'phone after 2 min'],
          },
        ],
      },
      { level: 2, delayMinutes: 15, people: [] },
      { level: 3, delayMinutes: 30, people: [{ name: 'Alan\u001B[2J', email: 'alan@example.com', localTime: '20:14 UTC', channels: [] }] },
    ],
    rings: 1,
    objections: [{ kind: 'window', what: 'a window is open', fix: 'End it', excused: true }],
    notes: ['somebody is asleep'],
  };

  test('before it rings: who, when, at what time of theirs, by what; nobody’s name can steer the terminal', () => {
    const text = drillPreviewText(preview, plain, { sandbox: true });
    expect(text).toMatch(/^SANDBOX/);
    expect(text).toContain('level 1  at once: Ada Example (02:14 Europe/Berlin there): push at once, phone after 2 min.');
    expect(text).toContain('level 2  nobody is on call');
    expect(text).toContain('level 3  not by this drill, if it is answered: Alan (20:14 UTC there): nothing of theirs rings.');
    expect(text).toContain('‼ a window is open, and you let that pass.');
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/\u001B/);
  });
});

describe('while it goes on', () => {
  const speaking = (quiet: boolean) => {
    const said: string[] = [];
    const reporter = createReporter({
      stdout: () => undefined,
      stderr: (text) => void said.push(text),
      style: plain,
      errorStyle: plain,
      format: 'text',
      quiet,
    });
    return { said, reporter };
  };

  test('each station is a line, and a wait is told once, not every second', () => {
    const { said, reporter } = speaking(false);
    for (const one of good.hops.slice(0, 2)) reporter.drilling({ type: 'hop', hop: one });
    for (const second of [0, 1, 2])
      reporter.drilling({ type: 'watching', what: 'for Ada', now: began + second * 1000, until: began + 60_000 });
    reporter.drilling({ type: 'cleaning' });
    expect(said).toHaveLength(4);
    expect(said[0]).toMatch(/^✔ 15:20:00 {2}\+0\.2 s {7}alert accepted {9}by 2 replicas/);
    expect(said[2]).toBe('… Waiting for Ada (1 min left)\n');
  });

  test('-q keeps quiet', () => {
    const { said, reporter } = speaking(true);
    for (const one of good.hops) reporter.drilling({ type: 'hop', hop: one });
    expect(said).toEqual([]);
  });
});

test('the launch report has the newest drill of each service, or says that there is none', async () => {
  const entries = [
    { type: 'notify', at: began + 2000, who: 'ada@example.com', channel: 'sms', outcome: 'success', assignees: undefined },
    { type: 'acknowledge', at: began + 92_000, who: 'ada@example.com', channel: undefined, outcome: undefined, assignees: undefined },
  ];
  const drills = [{ id, service: 'PMP <Critical>', number: 12, began, via: 'alertmanager', entries }];
  const page = await reportHtml(ready, { ...extrasOf(), drills });
  const section = /<section id="drills"[^]*?<\/section>/.exec(page)?.[0] ?? '';
  expect(section).toMatch(/PMP &lt;Critical&gt;: incident #12[^]*through Alertmanager/);
  expect(section).toMatch(/1 min 32 s[^]*acknowledged/);
  expect(section).toContain('notified by SMS');
  expect(await reportHtml(ready, { ...extrasOf(), drills: [] })).toContain('No drill is young enough');
  expect(await reportHtml(ready, {})).toContain('Drills could not be read');
});
