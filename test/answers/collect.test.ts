import { describe, expect, test } from 'vitest';
import { collect, knownZones, parseDraft, saveDraft, type CollectOptions } from '../../src/answers/index.ts';
import { scripted, type Scripted } from './scripted.ts';
import { minimal, now, options, parse } from './team.ts';

const account = [
  { name: 'Grace Example', email: 'grace@example.com', timeZone: 'America/New_York' },
  { name: 'Alan Example', email: 'Alan@Example.com', timeZone: 'UTC' },
];

async function interview(person: Scripted, more: Partial<CollectOptions> = {}) {
  const pictures: string[] = [];
  const result = await collect({
    given: {},
    everything: true,
    prompter: person.prompter,
    people: async () => account,
    picture: (answers) => {
      pictures.push(answers.gaps);
      return `PICTURE of ${answers.engineers.length} engineers, gaps ${answers.gaps}`;
    },
    region: 'us',
    now,
    needsFrom: false,
    canApply: false,
    zones: knownZones(),
    ...more,
  });
  return { result, pictures, answers: result.kind === 'answers' ? result.answers : undefined };
}

const enter = (times: number): string[] => Array.from({ length: times }, () => '');
const engineer = (name: string, email: string, zone: string, phone = ''): string[] => ['1', name, '', email, zone, phone, ''];
const threeEngineers = [
  ...engineer('Ada Example', 'ada@example.com', '', '+1 202 555 0101'),
  ...engineer('Ben Example', 'ben@example.com', 'los_ang'),
  ...engineer('Cleo Example', 'cleo@example.com', 'berlin'),
];
// Both are in the account; what it knows is not asked again. Alan's "UTC" is no zone that PagerDuty takes for a schedule.
const leadAndCto = ['grace', '1', '', '', 'alan', '1', 'new_york', ''];
const [services, policies, schedules, rest] = [enter(3), enter(5), enter(8), enter(10)];
/** The pictures that were shown, by what they say of gaps. */
const pictured = (person: Scripted): readonly string[] =>
  [...person.screen().matchAll(/^PICTURE .* gaps (\w+)$/gm)].map(([, gaps = '']) => gaps);
const given = (text: string) => parseDraft(text, options).draft;

describe('the interview', () => {
  test('takes an empty start to the guide with Enter, names aside, step by step', async () => {
    const person = scripted([...services, ...policies, ...schedules, ...threeEngineers, '', ...leadAndCto, 'yes', ...rest]);
    const { answers, pictures } = await interview(person);
    expect(answers).toEqual(parse(minimal).answers);
    expect(person.left()).toEqual([]);
    expect(pictures).toEqual(['fill']);
    expect([...person.screen().matchAll(/^Step (\d+) of 10: /gm)].map(([, number]) => Number(number))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  test('says the trade of P1, P2 and P3 before it asks how loud a P2 is', async () => {
    const person = scripted([...services, ':q']);
    await interview(person);
    const screen = person.screen();
    expect(screen).toContain('low never');
    expect(screen.indexOf('low never')).toBeLessThan(screen.indexOf('How loud is a P2?'));
  });

  test('asks nothing where the file says everything', async () => {
    const person = scripted([]);
    const { answers } = await interview(person, { given: given(minimal), everything: false });
    expect(answers?.lead).toBe('grace@example.com');
    expect(person.screen()).toBe('');
  });

  test('asks only for the one role that is missing, and shows the rota', async () => {
    const person = scripted(['alan@example.com', '']);
    const text = minimal.replace(/^cto.*$/m, '');
    const { answers, pictures } = await interview(person, { given: given(text), everything: false });
    expect(answers).toEqual(parse(minimal).answers);
    expect(pictures).toEqual(['fill']);
    expect(person.left()).toEqual([]);
  });

  test('goes back to any earlier answer, which is still there, and forward again', async () => {
    const person = scripted(['Front', '', '<', '<', '', '', '1', ':q']);
    const { result } = await interview(person);
    expect(result.kind === 'quit' && result.draft.names).toEqual({ criticalService: 'Front', highService: 'PMP Study - High Priority' });
    expect(person.screen().match(/Name of the P1 service: \[Front\]/g)).toHaveLength(1);
  });

  test('has nothing to go back to at the first question, and says so', async () => {
    const person = scripted(['<', ':q']);
    await interview(person);
    expect(person.screen()).toContain('There is nothing to go back to.');
  });

  test('keeps engineers that were named when somebody goes back over them', async () => {
    const person = scripted([...services, ...policies, ...schedules, ...engineer('Ada Example', 'ada@example.com', ''), '<', 'now', ':q']);
    const { result } = await interview(person);
    expect(result.kind === 'quit' && result.draft.engineers).toEqual(['ada@example.com']);
  });

  test('explains a question on ? and asks it again', async () => {
    const person = scripted(['', '', '?', ':q']);
    await interview(person);
    expect(person.screen()).toContain('PagerDuty has two urgencies');
    expect(person.screen().match(/How loud is a P2\?/g)).toHaveLength(2);
  });

  test('is left with :q anywhere and resumed from the saved file where it was left', async () => {
    const first = scripted([...services, '', 'Second Policy', ':q']);
    const { result } = await interview(first);
    expect(result.kind).toBe('quit');
    if (result.kind !== 'quit') return;
    const saved = given(saveDraft(result.draft));
    const second = scripted([...enter(3), ...schedules, ...threeEngineers, '', ...leadAndCto, '', ...rest]);
    const { answers } = await interview(second, { given: saved, everything: false });
    expect(second.left()).toEqual([]);
    expect(second.screen()).toContain('Going on where you left');
    expect(answers).toEqual({ ...parse(minimal).answers, names: { ...parse(minimal).answers.names, highPolicy: 'Second Policy' } });
  });

  test('refuses what cannot work while it is typed, and says what would', async () => {
    const person = scripted(['', '', '', '', '', '5/2, 5/15, 5', '5/0, 5/15, 5', 'soon', '', '', '12', ':q']);
    await interview(person);
    expect(person.screen()).toContain('the phone rings only after 2');
    expect(person.screen()).toContain('below one minute');
    expect(person.screen()).toContain('"soon" is not respond/escalate');
    expect(person.screen()).toContain('no number from 0 to 9');
  });

  test('takes no past beginning of the rota when it is typed', async () => {
    const person = scripted([...services, ...policies, ...enter(7), '2026-11-18 08:00', '2026-11-23 08:00', ':q']);
    const { result } = await interview(person);
    expect(person.screen()).toContain('That moment is past');
    expect(result.kind === 'quit' && result.draft.start).toBe(Date.parse('2026-11-23T13:00:00Z'));
  });

  test('shows the picture again after a "no" and another choice in step 3', async () => {
    const again = ['', '', '2', ...enter(5), '']; // step 3 with gaps: accept, then the engineers as they are
    const person = scripted([...services, ...policies, ...schedules, ...threeEngineers, '', ...leadAndCto, 'no', ...again, 'yes', ...rest]);
    const { answers } = await interview(person);
    expect(pictured(person)).toEqual(['fill', 'accept', 'accept']);
    const screen = person.screen();
    expect(screen.indexOf('gaps accept')).toBeLessThan(screen.lastIndexOf('Make the Follow Sun schedule?'));
    expect(answers?.gaps).toBe('accept');
  });

  test('says of a colleague who is typed twice that they are named already, and asks for somebody else', async () => {
    const twice = [...engineer('Ada Example', 'ada@example.com', ''), '1', 'ada@example.com', ':q'];
    const person = scripted([...services, ...policies, ...schedules, ...twice]);
    const { result } = await interview(person);
    expect(person.screen()).toContain('ada@example.com is named already: choose somebody else.');
    expect(result.kind === 'quit' && result.draft.engineers).toEqual(['ada@example.com']);
  });

  test('does not leave a region of Follow Sun without anybody', async () => {
    const two = [...engineer('Ada Example', 'ada@example.com', ''), ...engineer('Ben Example', 'ben@example.com', 'los_ang')];
    const person = scripted([...services, ...policies, ...schedules, ...two, '3', ':q']);
    await interview(person);
    expect(person.screen()).toContain('Follow Sun still needs an engineer in us-west and one in eu');
    expect(person.screen()).toContain('Follow Sun still needs an engineer in eu');
  });

  test('does not ask for what the account decides: no v1 integration in the EU, a From only for account tokens', async () => {
    const person = scripted([...services, ...policies, ...schedules, ...threeEngineers, '', ...leadAndCto, '', ...enter(9)]);
    const { answers } = await interview(person, { region: 'eu' });
    expect(answers?.integration).toBe('events_v2');
    expect(person.screen()).not.toContain('Which kind of integration?');
    const other = scripted(['nobody', 'grace@example.com', ':q']);
    const { result } = await interview(other, { needsFrom: true });
    expect(result.kind === 'quit' && result.draft.from).toBe('grace@example.com');
  });

  test('reads a team from a CSV file, and names the line of a row that is wrong', async () => {
    const files: Record<string, string> = {
      'bad.csv': 'name,email,time_zone\nAda Example,ada@example.com,EST\n',
      'people.csv':
        'name,email,time_zone,phone,region\nAda Example,ada@example.com,America/New_York,+1 202 555 0101,us-east\nBen Example,ben@example.com,America/Los_Angeles,,us-west\nCleo Example,cleo@example.com,Europe/Berlin,,eu\nGrace Example,grace@example.com,America/New_York,,\nAlan Example,alan@example.com,America/New_York,,\n',
    };
    const person = scripted([...services, ...policies, ...schedules, '2', 'bad.csv', '2', '', '', 'grace', '1', 'alan', '1', '', ...rest]);
    const { answers } = await interview(person, { readFile: async (name) => files[name] });
    expect(person.screen()).toContain('bad.csv:2: time_zone EST is a fixed UTC-5');
    expect(answers).toEqual(parse(minimal).answers);
  });

  test('asks who is on the rotation where a CSV file names no regions, and places them by their time zone', async () => {
    const file =
      'name,email,time_zone\nGrace Example,grace@example.com,America/New_York\nAda Example,ada@example.com,America/New_York\nBen Example,ben@example.com,America/Los_Angeles\nCleo Example,cleo@example.com,Europe/Berlin\n';
    const person = scripted([...services, ...policies, ...schedules, '2', '', '2,3,4', '', ':q']);
    const { result } = await interview(person, { readFile: async () => file });
    expect(person.screen()).toContain('4 new people read.');
    expect(person.screen()).toContain('Ada Example (us-east), Ben Example (us-west), Cleo Example (eu)');
    expect(result.kind === 'quit' && result.draft.engineers).toEqual(['ada@example.com', 'ben@example.com', 'cleo@example.com']);
  });

  test('proposes nobody who is on call already as lead or CTO, and puts no stranger of the account on call with Enter', async () => {
    const team = minimal.replace(/^(?:lead|cto):.*$/gm, '');
    const person = scripted(['', '1', '', '1', 'no', ':q']);
    const { result } = await interview(person, { given: given(team), everything: false });
    expect(person.screen()).toContain('1) Grace Example');
    expect(result.kind === 'quit' && [result.draft.lead, result.draft.cto]).toEqual(['grace@example.com', 'alan@example.com']);
    const alone = scripted([...services, ...policies, ...schedules, '1', '', '', ':q']);
    const { result: nobody } = await interview(alone);
    expect(alone.screen()).toContain('1) Somebody new');
    expect(nobody.kind === 'quit' && nobody.draft.people).toBeUndefined();
  });

  test('says before the rota is agreed to that an escalation would reach the same person again', async () => {
    const person = scripted(['ada', '1', '', ':q']);
    await interview(person, { given: given(minimal.replace(/^lead:.*$/m, '')), everything: false });
    expect(person.screen()).toContain('Note: Ada Example stands on two levels (on the rotation and lead)');
  });

  test('goes back from the plan to the last answer and further, and keeps all others', async () => {
    const person = scripted(['<', '3', 'Move', '2026-12-05 22:00', '', '', '']);
    const { answers, result } = await interview(person, { given: given(minimal), again: true });
    expect(person.left()).toEqual([]);
    expect(answers?.windows).toMatchObject([{ name: 'Move' }]);
    expect({ ...answers, windows: undefined }).toEqual(parse(minimal).answers);
    expect(result.kind === 'answers' && result.draft.unfinished).toBeUndefined();
    expect(person.screen()).not.toContain('Step 1 of 10');
  });

  test('takes an answer away again with "-", where nothing is an answer', async () => {
    const person = scripted(['-', ':q']);
    const webhook = `${minimal}webhook: { url: https://hooks.example.com/pagerduty }\n`;
    const { answers } = await interview(person, { given: given(webhook), again: true });
    expect(person.screen()).toContain('https address for a webhook (-: none): [https://hooks.example.com/pagerduty]');
    expect(answers?.webhook).toBeUndefined();
  });

  test('proposes to put the configuration in force only where an Alertmanager was found for it', async () => {
    const inCluster = `${minimal}kubernetes: { context: here, namespace: monitoring, secret: pagerduty-secrets }\n`;
    const found = await interview(scripted(['<', '<', '<', '<', '<', ...enter(6)]), {
      given: given(inCluster),
      again: true,
      canApply: true,
    });
    expect(found.answers?.alertmanager.apply).toBe(true);
    const none = await interview(scripted(['<', '<', '<', '<', ...enter(5)]), { given: given(inCluster), again: true });
    expect(none.answers?.alertmanager.apply).toBe(false);
  });

  test('plans windows by rule and by date', async () => {
    const windows = ['2', '', 'frist saturday', '', '4h', '', '3', 'Move', '2026-11-01 22:00', '2026-12-05 22:00', '90m', ''];
    const person = scripted([
      ...services,
      ...policies,
      ...schedules,
      ...threeEngineers,
      '',
      ...leadAndCto,
      '',
      ...enter(8),
      ...windows,
      '',
    ]);
    const { answers } = await interview(person);
    expect(answers?.windows).toEqual([
      {
        name: 'Deployment',
        services: ['critical', 'high'],
        minutes: 240,
        when: { kind: 'rule', rule: { ordinal: 1, weekday: 6, time: '22:00' }, next: 3 },
      },
      { name: 'Move', services: ['critical', 'high'], minutes: 90, when: { kind: 'date', start: '2026-12-05T22:00' } },
    ]);
    expect(person.screen()).toContain('That moment is past');
  });

  test('fits 60 columns, pictures aside', async () => {
    const person = scripted([...services, ...policies, ...schedules, ':q'], 60);
    await interview(person);
    const long = person
      .screen()
      .split('\n')
      .filter((line) => line.length > 62);
    expect(long).toEqual([]);
  });
});
