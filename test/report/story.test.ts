import { expect, it } from 'vitest';
import { createYaml } from '../../src/adapters/yaml.ts';
import { readPrices } from '../../src/answers/index.ts';
import type { Answers } from '../../src/model/index.ts';
import { planText, summaryText } from '../../src/report/index.ts';
import { createTemplates } from '../../src/adapters/files.ts';
import { answers } from '../checks/support.ts';
import { root } from '../support/source.ts';
import { change, head, partial, planOf, prices, screen } from './support.ts';

const users = planOf({ 4: [change('user', 'ada@example.com', 'create'), change('user', 'ben@example.com', 'create')] });

/** What a manager reads first. */
function inShort(more: Partial<Answers>, facts: { urgencies?: boolean; p3Pages?: boolean } = {}): string {
  const { urgencies = true, p3Pages = true } = facts;
  const text = planText(users, head, screen(200), { brief: { answers: { ...answers, ...more }, urgencies, settings: { p3Pages } } });
  return /In short\n(?<rows>(?: {2}.*\n)+)/.exec(text)?.groups?.['rows'] ?? '';
}

it('begins a plan with who is called when, and who gets mail', () => {
  const said = inShort({});
  expect(said).toContain(
    "a P1  calls the week's engineer, after 10 min Grace Example, after 25 min Alan Example, then all over again, once",
  );
  expect(said).toContain("a P2  calls the week's engineer, after 30 min Grace Example, then all over again, once");
  expect(said).toContain('a P3  pushes to the app of level 1, and calls nobody else');
  expect(said).toContain('mail  2 people get an invitation');
});

it('tells a quiet P2, an account without low urgency, and empty nights as what they come to', () => {
  expect(inShort({ p2: 'quiet' })).toContain('a P2  pushes to the app of level 1');
  expect(inShort({ p2: 'quiet' }, { urgencies: false })).toMatch(/a P2 {2}calls .*\n {2}a P3 {2}does not reach PagerDuty/);
  expect(inShort({ gaps: 'accept', loops: 0 })).toMatch(
    /a P1 {2}calls the week's engineer \(on weekday nights the next at once\), .*, then nobody/,
  );
  expect(inShort({ kubernetes: 'none' })).not.toContain('cluster');
  expect(inShort({ alertmanager: { ...answers.alertmanager, apply: false } })).toContain('Alertmanager itself is not touched');
});

const cost = (license: string | undefined): string =>
  planText(users, { ...head, account: { ...head.account, ...(license === undefined ? {} : { license }) } }, screen(200), {
    paged: 5,
    prices,
  })
    .split('\n')
    .find((line) => line.startsWith('cost')) ?? '';

it("says what the seats cost on the account's own plan, with the day of the list", () => {
  expect(cost('Business (Full User)')).toBe(
    'cost          5 seats, USD a month: Business 250 (202.5 if paid for a year); price list of 2026-09-20, kept in templates/prices.yaml',
  );
  expect(cost('Trial (Full User)')).toContain('Professional 150 (100 if paid for a year), Business 250');
  expect(cost('Free')).toBe('');
});

it('says it again at the end, and nothing where nobody keeps a list', () => {
  const { error: _, ...rest } = partial;
  const done = { ...rest, success: true, exitCode: 0 };
  expect(summaryText(done, screen(200), { paged: 5, prices })).toContain('\nSeats: 5 seats, USD a month: Professional 150');
  expect(summaryText(done, screen(200), { paged: 5 })).not.toContain('Seats:');
});

it('finds the price list that is shipped readable, with a day and a source, and refuses one that is broken by the place', async () => {
  const text = await createTemplates(`${root}/templates`).read('prices.yaml');
  const shipped = readPrices(text, createYaml());
  expect(shipped.read).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(shipped.source).toMatch(/^https:/);
  expect(shipped.plans.every(({ monthly, yearly }) => monthly >= yearly && yearly > 0)).toBe(true);
  expect(() => readPrices(text.replace('currency: USD', 'currency:'), createYaml())).toThrow('prices.yaml is no price list');
});
