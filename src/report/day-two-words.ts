import type { DayTwoEnd, Objection, Replacement, WindowState, Whom } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import { sandboxLines } from './head.ts';
import { fact } from './lines.ts';
import type { Mark, Voice } from './style.ts';
import { lasting, sentence } from './text.ts';

export interface DayTwoTextOptions {
  /** The facts and the closing sentence, no picture. */
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Of a hand-over: for an e-mail or a chat. */
  readonly markdown?: boolean;
}

/** "Sat 05 Dec 20:00", with the year where it is not this one's. */
export function when(at: Instant, zone: string, now: Instant): string {
  const part = (instant: Instant, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone, hourCycle: 'h23' }).format(new Date(instant));
  const year = part(at, { year: 'numeric' });
  const date = part(at, { weekday: 'short', day: '2-digit', month: 'short' }).replace(',', '').replace('Sept', 'Sep');
  return `${date}${year === part(now, { year: 'numeric' }) ? '' : ` ${year}`} ${part(at, { hour: '2-digit', minute: '2-digit' })}`;
}

/** "20:00", or with the day where it is another one than `beside`. */
export function until(at: Instant, beside: Instant, zone: string, now: Instant): string {
  const [from, to] = [when(beside, zone, now), when(at, zone, now)];
  return from.slice(0, -5) === to.slice(0, -5) ? to.slice(-5) : to;
}

/** "20:00 of theirs", where their clock shows something else; '' where it does not. */
export function theirs(at: Instant, zone: string, own: string | undefined, now: Instant): string {
  if (own === undefined) return '';
  const [here, there] = [when(at, zone, now), when(at, own, now)];
  return here === there
    ? ''
    : ` (theirs: ${until(at, at, own, now) === there.slice(-5) && here.slice(0, -5) === there.slice(0, -5) ? there.slice(-5) : there})`;
}

export function nameOf(voice: Voice, whom: Whom, email: string): string {
  return voice.say(whom.get(email)?.name ?? email, 100);
}

/** "Sat 05 Dec 20:00 to 23:00 (3 h)" */
export function spanWords({ start, end }: { readonly start: Instant; readonly end: Instant }, zone: string, now: Instant): string {
  return `${when(start, zone, now)} to ${until(end, start, zone, now)} (${lengthWords(end - start)})`;
}

/** "3 h", "1 h 30 min", "5 days 4 h". */
export function lengthWords(milliseconds: number): string {
  const hours = milliseconds / 3_600_000;
  if (hours < 72) return lasting(Math.round(milliseconds / 60_000) * 60);
  const days = Math.floor(hours / 24);
  const rest = Math.round(hours - days * 24);
  return `${days} days${rest === 0 ? '' : ` ${rest} h`}`;
}

/** "instead of Ada Example (6 h) and nobody (2 h)" */
export function insteadWords(voice: Voice, whom: Whom, { start, end, instead, who }: Replacement): string {
  const hours = new Map<string, number>();
  for (const shift of instead) hours.set(shift.who, (hours.get(shift.who) ?? 0) + shift.end - shift.start);
  const open = end - start - [...hours.values()].reduce((sum, length) => sum + length, 0);
  const several = hours.size + (open >= 60_000 ? 1 : 0) > 1;
  const people = [...hours].map(([email, length]) => {
    const name = email === who ? `${nameOf(voice, whom, email)}'s own` : nameOf(voice, whom, email);
    return several ? `${name} (${lengthWords(length)})` : name;
  });
  if (open >= 60_000 && hours.size > 0) people.push(`nobody (${lengthWords(open)})`);
  return people.length === 0 ? 'where nobody is known to be on call' : `instead of ${sentence(people)}`;
}

export function windowWords(voice: Voice, one: WindowState, zone: string, now: Instant): string {
  const services = sentence(one.services.map((service) => voice.say(service, 120)));
  const whose = one.ours || one.status === 'planned' ? '' : ', not made by pmp-pd';
  return `${spanWords(one, zone, now)}: ${services}${whose}`;
}

/** What speaks against it, then what is worth knowing. */
export function remarkLines(voice: Voice, objections: readonly Objection[], notes: readonly string[]): readonly string[] {
  return [
    ...objections.flatMap(({ what }) => fact(voice, [voice.mark('warn'), { text: ' ' }], [{ text: voice.say(what, 400), tone: 'warn' }])),
    ...notes.flatMap((note) => fact(voice, [voice.mark('skip'), { text: ' ' }], [{ text: voice.say(note, 400) }])),
  ];
}

/** The sandbox's line, and where the names come from when nobody gave an answers file. */
export function headLines(voice: Voice, { sandbox, namesFrom }: DayTwoEnd): readonly string[] {
  const guide = namesFrom.startsWith('the guide')
    ? fact(voice, [], [{ text: `names from ${voice.say(namesFrom, 200)}`, tone: 'quiet' }])
    : [];
  return [...sandboxLines(voice, sandbox), ...guide];
}

export function closing(voice: Voice, mark: Mark, text: string): readonly string[] {
  return fact(voice, [voice.mark(mark), { text: ' ' }], [{ text, tone: 'head' }]);
}

/** Blocks with an empty line between them. Ends without a newline. */
export function blocks(...parts: readonly (readonly string[])[]): string {
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}
