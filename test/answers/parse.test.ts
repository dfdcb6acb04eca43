import { describe, expect, test } from 'vitest';
import { loadDraft, missingAnswer } from '../../src/answers/index.ts';
import { PmpError } from '../../src/engine/index.ts';
import { minimal, options, parse, refusal } from './team.ts';

const with_ = (line: string): string => `${minimal}${line}\n`;
const people = (change: (text: string) => string): string => change(minimal);

describe('the minimal answers', () => {
  test('are enough, and everything else is the guide', () => {
    const { answers } = parse(minimal);
    expect(answers).toMatchObject({
      timeZone: 'America/New_York',
      names: { criticalService: 'PMP Study - Critical', highPolicy: 'PMP High Priority Escalation', followSunSchedule: 'PMP Follow Sun' },
      escalation: {
        critical: [
          { respond: 5, escalate: 10 },
          { respond: 5, escalate: 15 },
          { respond: 5, escalate: 30 },
        ],
        high: [
          { respond: 15, escalate: 30 },
          { respond: 15, escalate: 60 },
        ],
      },
      kubernetes: { namespace: 'monitoring', secret: 'pagerduty-secrets' },
      followSun: true,
      windows: undefined,
    });
    expect(answers.people[0]).toEqual({
      name: 'Ada Example',
      email: 'ada@example.com',
      timeZone: 'America/New_York',
      phone: { countryCode: 1, digits: '2025550101' },
      region: 'us-east',
    });
  });

  test('leave a key open where nothing stands behind it', () => {
    expect(parse(with_('webhook:\nwindows:\nkubernetes: {namespace: }')).answers).toEqual(parse(minimal).answers);
  });

  test('tell who stands on two levels, who has no phone, who has no role', () => {
    const both = people((text) => text.replace('lead: grace@example.com', 'lead: ada@example.com'));
    const said = parse(both).warnings.join('\n');
    expect(said).toContain('Ada Example stands on two levels');
    expect(said).toContain('Grace Example is among the people but has no role');
    expect(said).toContain('Ben Example, Cleo Example and Alan Example have no phone number');
  });
});

describe('a refusal names file, line and key, what is wrong and what would be right', () => {
  test.each([
    ['e-mail', people((t) => t.replace('email: ben@example.com', 'email: ben@example')), ':3: people[1].email', 'ada@example.com'],
    [
      'zone in the wrong case',
      people((t) => t.replace('Europe/Berlin', 'Europe/berlin')),
      ':4: people[2].time_zone',
      'Write Europe/Berlin',
    ],
    ['zone by city', people((t) => t.replace('Europe/Berlin', 'Berlin')), ':4: people[2].time_zone', 'Write Europe/Berlin'],
    ['EST', with_('time_zone: EST'), ':10: time_zone', 'eight months of the year'],
    ['UTC', with_('time_zone: UTC'), ':10: time_zone', 'Write Etc/UTC'],
    ['phone without quotes', people((t) => t.replace('"+1 202 555 0101"', '12025550101')), ':2: people[0].phone', 'double quotes'],
    ['phone without country', people((t) => t.replace('+1 202 555 0101', '202 555 0101')), ':2: people[0].phone', 'country code'],
    ['toll-free phone', people((t) => t.replace('+1 202', '+1 800')), ':2: people[0].phone', 'toll-free'],
    [
      'duplicate person',
      people((t) => t.replace('email: ben@example.com', 'email: ADA@example.com')),
      ':3: people[1].email',
      'already person 1',
    ],
    ['empty rotation', people((t) => t.replace(/^engineers: .*$/m, 'engineers: []')), ':7: engineers', 'nobody is on the rotation'],
    [
      'stranger on the rotation',
      people((t) => t.replace('[ada@', '[eve@example.com, ada@')),
      ':7: engineers[0]',
      'eve@example.com is not among the people',
    ],
    ['somebody twice', people((t) => t.replace('[ada@', '[ben@example.com, ada@')), ':7: engineers[2]', 'twice in the rotation'],
    ['stranger as lead', people((t) => t.replace('lead: grace', 'lead: grce')), ':8: lead', 'not among the people'],
    ['engineer without region', people((t) => t.replace(', region: eu', '')), ':4: people[2].region', 'follow_sun: none'],
    ['region with nobody', people((t) => t.replace('region: eu', 'region: us-east')), ':7: engineers', 'region eu'],
    [
      'delay below a minute',
      with_('escalation: {critical: [{respond: 5, escalate: 0}, {respond: 5, escalate: 9}, {respond: 5}]}'),
      ':10: escalation.critical[0].escalate',
      'at least 1',
    ],
    [
      'level shorter than its phone rule',
      with_('escalation: {high: [{respond: 1, escalate: 2}, {respond: 5}]}'),
      ':10: escalation.high[0].escalate',
      '3 or more',
    ],
    [
      'a level too few',
      with_('escalation: {critical: [{respond: 5, escalate: 10}, {respond: 5}]}'),
      ':10: escalation.critical',
      'engineer, lead, CTO',
    ],
    [
      'window that ends before it starts',
      with_('windows:\n  - {name: X, start: "2026-12-05 22:00",\n     end: "2026-12-05 20:00"}'),
      ':11: windows[0]',
      'ends before it starts',
    ],
    ['window without length', with_('windows: [{name: X, start: "2026-12-05 22:00"}]'), ':10: windows[0]', 'for: 2h'],
    ['window on no day', with_('windows: [{name: X, start: "2026-02-30 22:00", for: 2h}]'), ':10: windows[0].start', 'in no calendar'],
    ['rule', with_('windows: [{name: X, every: frist Saturday 22:00, for: 2h}]'), ':10: windows[0].every', 'Write first'],
    [
      'two windows of one name',
      with_('windows: [{name: X, every: first Monday 22:00, for: 2h}, {name: X, every: last Monday 22:00, for: 2h}]'),
      ':10: windows[1].name',
      'its own name',
    ],
    ['unknown key', with_('time_zones: Europe/Berlin'), ':10: time_zones', 'Write time_zone.'],
    ['unknown key of a person', people((t) => t.replace('region: eu', 'regoin: eu')), ':4: people[2].regoin', 'Write region.'],
    ['wrong word', with_('p2: quite'), ':10: p2', 'Write quiet.'],
    ['key twice', with_('p2: quiet\np2: error'), ':11: p2 stands here a second time (first in line 10)', 'Keep one'],
    ['v1 webhook address', with_('webhook: {url: "http://hooks.example.com/"}'), ':10: webhook.url', 'https://'],
    ['password in an address', with_('webhook: {url: "https://u:p@hooks.example.com/"}'), ':10: webhook.url', 'meant for git'],
    [
      'webhook without a cluster',
      with_('kubernetes: none\nwebhook: {url: "https://hooks.example.com/"}'),
      ':11: webhook',
      'signing secret',
    ],
    ['applying without a cluster', with_('kubernetes: none\nalertmanager: {apply: true}'), ':11: alertmanager.apply', 'apply: false'],
    ['level 1 on a schedule that is not made', with_('follow_sun: none\nlevel1: both'), ':11: level1', 'level1: primary'],
    ['two services of one name', with_('names: {high_service: pmp study - critical}'), ':10: names.high_service', 'its own name'],
    ['empty name', with_('names: {high_service: ""}'), ':10: names.high_service', 'empty'],
    ['long name', with_(`names: {high_service: ${'x'.repeat(256)}}`), ':10: names.high_service', '255'],
    ['invisible characters', with_('names: {high_service: "PMP \\u202Ehgih"}'), ':10: names.high_service', 'nobody can see'],
    ['escape sequences', with_('names: {high_service: "\\e[31mred"}'), ':10: names.high_service', 'nobody can see'],
    ['namespace', with_('kubernetes: {namespace: My_Space}'), ':10: kubernetes.namespace', 'lower-case'],
    ['file outside of the folder', with_('alertmanager: {file: ../../etc/passwd}'), ':10: alertmanager.file', 'leaves the working folder'],
    ['tabs', 'people:\n\t- x\n', ':2: ', 'tabs'],
    ['not a mapping', '- a\n- b\n', ':1: ', 'keys and values'],
    ['two documents', `${minimal}---\n${minimal}`, ':10: ', 'one document'],
  ])('%s', (_, text, place, words) => {
    const said = refusal(text);
    expect(said).toMatch(/^answers-invalid\n/);
    expect(said).toContain(`pmp-pd.yaml${place}`);
    expect(said).toContain(words);
  });

  test('the v1 integration is refused in the EU only', () => {
    expect(refusal(with_('integration: prometheus'))).toBe('accepted');
    expect(refusal(with_('integration: prometheus'), { region: 'eu' })).toContain('does not serve in the EU');
  });

  test('every problem at once, in the order of the file', () => {
    const many = Array.from({ length: 30 }, (_, i) => `k${i}x: 1`).join('\n');
    const said = refusal(`${minimal.replace('Europe/Berlin', 'CET').replace('cto: alan', 'cto: alam')}${many}`);
    expect(said).toContain('pmp-pd.yaml has 32 problems');
    const lines = [...said.matchAll(/^pmp-pd\.yaml:(\d+): /gm)].map(([, line]) => Number(line));
    expect(lines).toHaveLength(32);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(said).toContain('\n32 problems\n');
  });

  test('what cannot be read as text at all is a wrong answer, with the words of whoever tried', async () => {
    const facts = { message: 'cannot read pmp-pd.yaml', cause: 'it is a folder', fix: 'Give the path of a file.' };
    const files = { read: () => Promise.reject(new PmpError('file', facts)) };
    await expect(loadDraft({ ...options, files })).rejects.toMatchObject({ id: 'answers-invalid', facts });
    const broken = { read: () => Promise.reject(new PmpError('interrupted', facts)) };
    await expect(loadDraft({ ...options, files: broken })).rejects.toMatchObject({ id: 'interrupted' });
  });

  test('without regions once there is no Follow Sun', () => {
    expect(refusal(with_('follow_sun: none').replaceAll(/, region: [a-z-]+/g, ''))).toBe('accepted');
  });
});

describe('an answer that is missing', () => {
  test('is named by its key, and how to give it', () => {
    const said = refusal(minimal.replace(/^cto.*$/m, ''));
    expect(said).toContain('answer-missing\npmp-pd.yaml: cto: the answer is missing');
    expect(said).toContain('Add cto (E-mail of the CTO');
    expect(said).toContain('--config');
  });

  test('names the flag where there is one', () => {
    expect(missingAnswer('kubernetes.context', 'pmp-pd.yaml').facts.fix).toContain('--context, or add kubernetes.context');
  });
});

describe('a hostile file is refused in a moment, with a reason', () => {
  test.each([
    ['empty', '', 'the file is empty'],
    ['only a comment', '# nothing\n', 'the file is empty'],
    ['binary', `\u0000\u0001\u0002${'\u0003'.repeat(50)}`, 'not text'],
    ['huge', `${minimal}# ${'x'.repeat(1024 * 1024)}`, '1 MiB'],
    ['cyclic', 'people: &a [*a]', 'alias'],
    [
      'alias bomb',
      `a: &a [x,x]\n${'bcdefghij'
        .split('')
        .map((c, i) => `${c}: &${c} [*${'abcdefghij'[i]},*${'abcdefghij'[i]}]`)
        .join('\n')}\n`,
      'alias',
    ],
    ['nested', '['.repeat(5000), 'nesting'],
    ['tagged', 'people: !!js/function "x"', 'tag'],
    ['prototype', `${minimal}__proto__: {p2: quiet}\n`, '__proto__'],
  ])('%s', (_, text, words) => {
    const begin = performance.now();
    expect(refusal(text)).toContain(words);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe('time passes without making answers wrong', () => {
  test('a rota that has begun and a window that has ended are fine', () => {
    const { answers } = parse(with_('start: "2020-01-06 08:00"\nwindows: [{name: Old, start: "2020-01-06 08:00", for: 2h}]'));
    expect(answers.start).toBe(Date.parse('2020-01-06T13:00:00Z'));
    expect(answers.windows).toEqual([
      { name: 'Old', services: ['critical', 'high'], minutes: 120, when: { kind: 'date', start: '2020-01-06T08:00' } },
    ]);
  });
});
