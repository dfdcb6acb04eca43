import type { Head } from '../engine/index.ts';
import type { Prices } from '../model/index.ts';
import { fact, type Row } from './lines.ts';
import type { Voice } from './style.ts';
import { count } from './text.ts';

/** Paid seats: how many people can be paged, how many of them would be invited, how many seats are free. */
export function seatsRow(voice: Voice, account: Head['account'], paged: number, invited: number): Row {
  const { seatsFree: free, license } = account;
  const short = typeof free === 'number' && invited > free ? ` (${invited - free} too few)` : '';
  const have =
    free === undefined
      ? 'the account does not say how many are free'
      : free === null
        ? 'no limit on seats'
        : `${count(free, 'seat')} free${short}`;
  const of = license === undefined ? '' : `, license ${voice.say(license, 100)}`;
  const text = `${paged} people can be paged, ${invited} of them new; ${have}${of}`;
  return { label: 'seats', body: [short === '' ? { text } : { text, tone: 'bad' }] };
}

export interface SeatFacts {
  readonly paged?: number;
  readonly license?: string | undefined;
  readonly prices?: Prices | undefined;
}

/** What that many seats cost a month, on the account's plan or else on each of the list; undefined where nobody keeps a list. */
export function costText(voice: Voice, { paged = 0, license, prices }: SeatFacts): string | undefined {
  if (prices === undefined || paged === 0 || /\bfree\b/i.test(license ?? '')) return undefined;
  const own = prices.plans.filter(({ name }) => license?.toLowerCase().includes(name.toLowerCase()));
  const money = (amount: number): string => String(Math.round(amount * paged * 100) / 100);
  const each = (own.length > 0 ? own : prices.plans).map(
    ({ name, monthly, yearly }) => `${voice.say(name, 60)} ${money(monthly)} (${money(yearly)} if paid for a year)`,
  );
  const list = `price list of ${voice.say(prices.read, 20)}, kept in templates/prices.yaml`;
  return `${count(paged, 'seat')}, ${voice.say(prices.currency, 10)} a month: ${each.join(', ')}; ${list}`;
}

export function costRow(voice: Voice, facts: SeatFacts): readonly Row[] {
  const text = costText(voice, facts);
  return text === undefined ? [] : [{ label: 'cost', body: [{ text }] }];
}

/** As a line of its own, beneath what a run did. */
export function costLines(voice: Voice, facts: SeatFacts): readonly string[] {
  const text = costText(voice, facts);
  return text === undefined ? [] : fact(voice, [], [{ text: 'Seats:', tone: 'head' }, { text }]);
}
