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
    const { answers, pictures } = await interview(person);
    expect(pictures).toEqual(['fill', 'accept']);
    expect(answers?.gaps).toBe('accept');
  });

  test('does not leave a region of Follow Sun without anybody', async () => {
    const two = [...engineer('Ada Example', 'ada@example.com', ''), ...engineer('Ben Example', 'ben@example.com', 'los_ang')];
    const person = scripted([...services, ...policies, ...schedules, ...two, '3', ':q']);
    await interview(person);
    expect(person.screen()).toContain('no engineer is in region eu');
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
