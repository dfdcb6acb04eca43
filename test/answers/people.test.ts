import { describe, expect, test } from 'vitest';
import { readPeople } from '../../src/answers/index.ts';
import { readPhone } from '../../src/answers/phone.ts';
import { Wrong } from '../../src/answers/wrong.ts';
import { findZones, instantOf, knownZones, readZone } from '../../src/answers/zones.ts';
import { minimal, parse, refusal } from './team.ts';

const roles = minimal.slice(minimal.indexOf('engineers:'));
const header = 'name,email,time_zone,phone,region';
const ada = 'Ada Example,ada@example.com,America/New_York,+1 202 555 0101,us-east';

describe('people from a CSV file', () => {
  test.each([
    [
      'quotes, commas and line ends inside of them',
      `${header}\n"Example, Ada ""the first""",ada@example.com,America/New_York,,\n`,
      'Example, Ada "the first"',
    ],
    ['a byte-order mark and CRLF', `\uFEFF${header}\r\n${ada}\r\n\r\n`, 'Ada Example'],
    ['semicolons', `${header}\n${ada}\n`.replaceAll(',', ';'), 'Ada Example'],
    ['tabs', `${header}\n${ada}\n`.replaceAll(',', '\t'), 'Ada Example'],
    ['another order and other words', 'Mail;Time zone;Name\nAda@example.com;America/New_York;Ada Example', 'Ada Example'],
  ])('with %s', (_, text, name) => {
    const { people, findings } = readPeople(text, []);
    expect(findings).toEqual([]);
    expect(people.map((person) => [person.name, person.email])).toEqual([[name, 'ada@example.com']]);
  });

  test.each([
    ['no header', `${ada}\n`, 1, 'no column of a people file'],
    ['no e-mail column', 'name,phone\nAda Example,1\n', 1, 'there is no column email'],
    ['a misspelt column', `${header.replace('region', 'regoin')}\n${ada}\n`, 1, 'no column of a people file'],
    ['a wrong zone', `${header}\n\n${ada}\nBen Example,ben@example.com,EST,,\n`, 4, 'EST is a fixed UTC-5'],
    ['somebody twice', `${header}\n${ada}\n${ada}\n`, 3, 'a second time (first in line 2)'],
    ['an open quote', `${header}\n"Ada Example,ada@example.com\n`, 2, 'never closed'],
    ['a cell too many', `${header}\n${ada},x\n`, 2, 'more cells than the header'],
    ['nothing', '', 1, 'empty'],
    ['no text', '\0\u0001', 1, 'not text'],
  ])('%s is named with its line', (_, text, line, words) => {
    const { findings } = readPeople(text, []);
    expect(findings[0]?.line).toBe(line);
    expect(findings.map(({ wrong }) => wrong).join()).toContain(words);
  });

  test('problems are reported with the file in front', () => {
    const said = refusal(`people_file: people.csv\n${roles}`, { csv: `${header}\nAda Example,ada,America/New_York,,us-east\n` });
    expect(said).toContain('people.csv:2: email: "ada" is no e-mail address');
  });

  test('an absent file is named where people stand nowhere else', () => {
    expect(refusal(`people_file: people.csv\n${roles}`)).toContain('people.csv: the people file is not there');
  });

  test('a row may add a phone to somebody, but not contradict', () => {
    const text = `people_file: people.csv\n${minimal}`;
    expect(parse(text, { csv: 'email,phone\nben@example.com,+1 202 555 0103\n' }).answers.people[1]?.phone).toEqual({
      countryCode: 1,
      digits: '2025550103',
    });
    expect(refusal(text, { csv: 'email,phone\nada@example.com,+1 202 555 0103\n' })).toContain(
      'ada@example.com has another phone in the answers',
    );
  });
});

describe('a phone number', () => {
  test.each([
    ['+1 202 555 0101', 1, '2025550101'],
    ['+1 (202) 555-0101', 1, '2025550101'],
    ['001 202.555.0101', 1, '2025550101'],
    ['+44 (0)20 7946 0101', 44, '2079460101'],
    ['+49 030 5550101', 49, '305550101'],
    ['+39 06 5550101', 39, '065550101'],
    ['+353 1 555 0101', 353, '15550101'],
    ['+91 98765 50101', 91, '9876550101'],
  ])('%s is split as PagerDuty wants it', (typed, countryCode, digits) => {
    expect(readPhone(typed)).toEqual({ countryCode, digits });
  });

  test.each([
    ['202 555 0101', 'country code'],
    ['+1 202 555', '6 digits after the 1'],
    ['+1 800 555 0101', 'toll-free'],
    ['+44 800 555 0101', 'toll-free'],
    ['+1 1202 555 010', 'twice'],
    ['+1 102 555 0101', 'twice'],
    ['+49 12', 'too short'],
    ['+49 1234567890123456', 'too long'],
    ['+0 123456', "no country's code"],
    ['call me', 'no phone number'],
    ['', 'country code'],
  ])('%s is refused with a reason', (typed, words) => {
    const read = readPhone(typed);
    expect(read).toBeInstanceOf(Wrong);
    expect(read instanceof Wrong && read.sentence).toContain(words);
  });
});

describe('a time zone', () => {
  test.each([
    'America/New_York',
    'Europe/Berlin',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Europe/Kyiv',
    'Etc/UTC',
    'America/Argentina/Buenos_Aires',
  ])('%s is one', (zone) => {
    expect(readZone(zone)).toBe(zone);
  });

  test.each([
    ['America/New_york', 'America/New_York'],
    ['america/los angeles', 'America/Los_Angeles'],
    ['Europe/Berlim', 'Europe/Berlin'],
    ['berlin', 'Europe/Berlin'],
    ['EST', 'America/New_York'],
    ['PST8PDT', 'America/Los_Angeles'],
    ['UTC', 'Etc/UTC'],
    ['+05:00', 'Region/City'],
    ['Etc/GMT+5', 'Write '],
    ['x'.repeat(100_000), 'Region/City'],
  ])('%s is none, and the right one is suggested', (typed, suggestion) => {
    const read = readZone(typed);
    expect(read instanceof Wrong && read.right).toContain(suggestion);
  });

  test('is found by typing a part of a city, an abbreviation, or nothing', () => {
    expect(findZones('new y', knownZones())[0]).toBe('America/New_York');
    expect(findZones('est', knownZones())[0]).toBe('America/New_York');
    expect(findZones('', knownZones())).toHaveLength(50);
  });

  test.each([
    ['2026-12-07T08:00', 'America/New_York', '2026-12-07T13:00:00.000Z'],
    ['2026-07-07T08:00', 'America/New_York', '2026-07-07T12:00:00.000Z'],
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'], // in the gap: half an hour after it
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'], // twice: the first
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'], // in a gap of half an hour
    ['2026-07-07T08:00', 'Asia/Kolkata', '2026-07-07T02:30:00.000Z'],
  ])('%s in %s is %s', (wall, zone, instant) => {
    expect(new Date(instantOf(wall, zone)).toISOString()).toBe(instant);
  });
});
