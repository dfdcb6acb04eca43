import type { Head } from '../engine/index.ts';
import type { Prices } from '../model/index.ts';
import { text, type Json } from './json-parts.ts';
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
  const said = `${paged} people can be paged, ${invited} of them new; ${have}${of}`;
  return { label: 'seats', body: [short === '' ? { text: said } : { text: said, tone: 'bad' }] };
}

export interface SeatFacts {
  readonly paged?: number;
  readonly license?: string | undefined;
  readonly prices?: Prices | undefined;
}

/** What that many seats cost a month, on the account's plan or else on each of the list; undefined where nobody keeps a list. */
function costOf({ paged = 0, license, prices }: SeatFacts) {
  if (prices === undefined || paged === 0 || /\bfree\b/i.test(license ?? '')) return undefined;
  const own = prices.plans.filter(({ name }) => license?.toLowerCase().includes(name.toLowerCase()));
  const all = (amount: number): number => Math.round(amount * paged * 100) / 100;
  const plans = (own.length > 0 ? own : prices.plans).map(({ name, monthly, yearly }) => ({
    name,
    monthly: all(monthly),
    yearly: all(yearly),
  }));
  return { currency: prices.currency, read: prices.read, plans };
}

export function costText(voice: Voice, facts: SeatFacts): string | undefined {
  const cost = costOf(facts);
  if (cost === undefined) return undefined;
  const each = cost.plans.map(({ name, monthly, yearly }) => `${voice.say(name, 60)} ${monthly} (${yearly} if paid for a year)`);
  const list = `price list of ${voice.say(cost.read, 20)}, kept in templates/prices.yaml`;
  return `${count(facts.paged ?? 0, 'seat')}, ${voice.say(cost.currency, 10)} a month: ${each.join(', ')}; ${list}`;
}

/** For the document; undefined where it is not known how many people can be paged. `cost` is null where nobody keeps a list. */
export function seatsJson(facts: SeatFacts): Json | undefined {
  if (facts.paged === undefined) return undefined;
  const cost = costOf(facts);
  return {
    needed: facts.paged,
    license: facts.license === undefined ? null : text(facts.license),
    cost:
      cost === undefined
        ? null
        : {
            currency: text(cost.currency),
            price_list: text(cost.read),
            plans: cost.plans.map(({ name, monthly, yearly }) => ({ name: text(name), monthly, yearly })),
          },
  };
}

export function costRow(voice: Voice, facts: SeatFacts): readonly Row[] {
  const said = costText(voice, facts);
  return said === undefined ? [] : [{ label: 'cost', body: [{ text: said }] }];
}

/** As a line of its own, beneath what a run did. */
export function costLines(voice: Voice, facts: SeatFacts): readonly string[] {
  const said = costText(voice, facts);
  return said === undefined ? [] : fact(voice, [], [{ text: 'Seats:', tone: 'head' }, { text: said }]);
}
