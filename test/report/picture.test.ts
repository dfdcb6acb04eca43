import { describe, expect, test } from 'vitest';
import { deal, rotas } from '../../src/coverage/index.ts';
import type { Answers } from '../../src/model/index.ts';
import { weekPicture, type PictureStyle } from '../../src/report/picture.ts';
import { answersOf, at, six, three } from '../coverage/answers.ts';

const now = at('2026-09-09T16:00Z');
const plain: PictureStyle = { color: false, unicode: false, width: 60 };

function picture(answers: Answers, style = plain, which = [0], begin = now): readonly string[] {
  const schedules = rotas(answers)
    .filter((_, i) => which.includes(i))
    .map((rota) => deal(rota, undefined, begin));
  return weekPicture({ schedules, names: new Map(answers.people.map((p) => [p.email, p.name])), now: begin }, style);
}

const rows = (lines: readonly string[]) => lines.filter((line) => /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) /.test(line));

describe('the picture of a week', () => {
  test('has a row a day and a column an hour, with a letter for everybody on call', () => {
    const lines = picture(answersOf(six));
    expect(lines.slice(0, 9)).toEqual([
      'PMP Primary On-Call, hours in America/New_York',
      '           00  04  08  12  16  20',
      'Mon 14 Sep BBBBFFFFBBBBBBBBBBBBEEEE',
      'Tue 15 Sep EEEEFFFFBBBBBBBBBBBBEEEE',
      'Wed 16 Sep EEEEFFFFBBBBBBBBBBBBEEEE',
      'Thu 17 Sep EEEEFFFFBBBBBBBBBBBBEEEE',
      'Fri 18 Sep EEEEFFFFBBBBBBBBBBBBEEEE',
      'Sat 19 Sep BBBBBBBBBBBBBBBBBBBBBBBB',
      'Sun 20 Sep BBBBBBBBBBBBBBBBBBBBBBBB',
    ]);
    expect(lines.join('\n')).toContain('B Ben Example');
    expect(lines.join('\n')).not.toMatch(/nobody|lower case|two people/);
  });

  test("shows the guide's 60 open hours, with and without colour and Unicode", () => {
    const answers = answersOf(three, { gaps: 'accept' });
    const text = picture(answers).join('\n');
    expect(text).toContain('Mon 14 Sep --------BBBBBBBBBBBB----\n');
    expect(text).toContain('- nobody is on call: 60 of 168 hours');
    expect(text).not.toMatch(/[^\n -~]/);
    const bright = picture(answers, { color: true, unicode: true, width: 80 }).join('\n');
    expect(bright).toContain('\u001B[31m░\u001B[39m');
    expect(picture(answers, { ...plain, unicode: true }).join('\n')).toContain('░░░░░░░░BBBBBBBBBBBB░░░░');
  });

  test('shows both weeks with a clock change, and their odd days', () => {
    const lines = picture(answersOf(six));
    expect(lines).toContain('clocks change on Sun 01 Nov 2026, a day of 25 hours');
    expect(lines).toContain('Sun 01 Nov BBBBBBBBBBBBBBBBBBBBBBBB 25 h');
    expect(lines).toContain('Sun 14 Mar CC CCCCCCCCCCCCCCCCCCCCC 23 h');
    const howe = picture(answersOf(six, { timeZone: 'Australia/Lord_Howe' }));
    expect(howe.filter((line) => /2[34]\.5 h$/.test(line))).toHaveLength(2);
  });

  test('shows one week where clocks never change', () => {
    expect(rows(picture(answersOf(six, { timeZone: 'Asia/Kolkata' })))).toHaveLength(7);
    expect(rows(picture(answersOf(six)))).toHaveLength(21);
  });

  test('marks everybody past twelve hours in a row, the weekend apart', () => {
    const lines = picture(answersOf('ada ben cleo', { followSun: false }));
    expect(lines).toContain('Mon 14 Sep AAAAAAAABBBBBBBBBBBBbbbb');
    expect(lines).toContain('Tue 15 Sep bbbbbbbbbbbbbbbbbbbbbbbb');
    expect(lines).toContain('Sat 19 Sep BBBBBBBBBBBBBBBBBBBBBBBB');
    expect(lines.join('\n')).toContain('lower case: past 12 hours in a row, the weekend apart:');
    expect(lines.join('\n')).toContain('b Ben Example');
  });

  test('shows where two schedules of one level call two people, after each by itself', () => {
    const lines = picture(answersOf(six, { level1: 'both', gaps: 'accept' }), plain, [0, 1]);
    expect(lines.filter((line) => line.includes('hours in America/New_York'))).toEqual([
      'PMP Primary On-Call, hours in America/New_York',
      'PMP Follow Sun, hours in America/New_York',
      'PMP Primary On-Call and PMP Follow Sun, hours in America/New_York',
    ]);
    expect(lines).toContain('Tue 15 Sep EEEEFFFF222222222222EEEE');
    expect(lines).toContain('2 two people are called at once: 108 of 168 hours');
  });

  test('fits sixty columns, and forty', () => {
    for (const width of [60, 40]) {
      for (const line of rows(picture(answersOf(six, { timeZone: 'Australia/Lord_Howe' }), { ...plain, width })))
        expect(line.length).toBeLessThanOrEqual(42);
      for (const line of picture(answersOf(six), { ...plain, width })) expect(line.length).toBeLessThanOrEqual(60);
    }
    const wide = picture(answersOf(six), { ...plain, width: 80 });
    expect(wide).toContain('Tue 15 Sep E E E E F F F F B B B B B B B B B B B B E E E E');
  });

  test('leaves out what lies before the rota begins', () => {
    const lines = picture(answersOf(six), plain, [0], at('2026-10-28T16:00Z'));
    expect(lines).toContain('Wed 28 Oct             AAAAAAAABBBB');
    expect(lines).toContain('Mon 26 Oct');
  });

  test('names are told without what a terminal would obey', () => {
    const answers = answersOf(three);
    const [rota] = rotas(answers);
    const lines = weekPicture(
      { schedules: [deal(rota!, undefined, now)], names: new Map([['ada@example.com', '\u001B[2JMallory\u0007\u202E']]), now },
      plain,
    );
    expect(lines.join('\n')).not.toMatch(/[^\n -~]/);
    expect(lines.join('\n')).toContain('M Mallory');
  });

  test('gives everybody a sign of their own in a crowd', () => {
    const crowd = Array.from({ length: 12 }, (_, i) => `aaa${i}:${['us-east', 'us-west', 'eu'][i % 3]}`).join(' ');
    const legend = picture(answersOf(crowd))
      .slice(-6)
      .join('   ')
      .split(/ {3,}/)
      .filter((item) => item.includes('Example'));
    const signs = legend.map((item) => item[0]);
    expect(signs.length).toBeGreaterThan(5);
    expect(new Set(signs).size).toBe(signs.length);
  });
});
