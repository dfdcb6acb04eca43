import type { Person, Phone, Region } from '../model/index.ts';
import { regions } from '../model/index.ts';
import type { Choice, Reply } from '../ports/index.ts';
import { guide, type Draft } from './draft.ts';
import { readEmail, readName } from './fields.ts';
import { askZone, sentenceOf, type Candidate, type Interview } from './interview.ts';
import { readPhone, writePhone } from './phone.ts';
import { outcomeOf, walk, type Part } from './walk.ts';
import { Wrong, quoted } from './wrong.ts';
import { readZone, regionOf } from './zones.ts';

/** A person as far as known. */
interface Sketch {
  readonly name?: string;
  readonly email?: string;
  readonly timeZone?: string;
  readonly phone?: Phone;
  readonly region?: Region;
  /** Picked from the account, which knows name and e-mail. */
  readonly picked?: boolean;
  /** Whole already: nothing more to ask. */
  readonly whole?: boolean;
}

/** Asks for one person: picked, or typed. @returns the person; whoever has that e-mail among the people already is completed. */
export async function askPerson(
  draft: Draft,
  interview: Interview,
  options: {
    readonly message: string;
    readonly help: string;
    readonly canGoBack: boolean;
    readonly wantsRegion: boolean;
    readonly taken: readonly string[];
    /** Whoever has another role already: offered last, and never proposed. */
    readonly apart?: readonly string[];
    /** Whose place it is now: proposed first. */
    readonly now?: string | undefined;
  },
): Promise<{ readonly kind: 'done'; readonly person: Person } | { readonly kind: 'back' | 'quit' }> {
  const candidates = await interview.people();
  const inDraft = draft.people ?? [];
  const who: Part<Sketch> = {
    when: () => candidates.length + inDraft.length > 0,
    ask: async (sketch, first) => {
      const find = (typed: string): readonly Choice<Sketch>[] => findPeople(typed, inDraft, candidates, options);
      const reply = await interview.prompter.search({ ...options, canGoBack: options.canGoBack || !first, find });
      return outcomeOf(reply, sketch, (value) => value);
    },
  };
  const outcome = await walk<Sketch>([who, ...personParts(draft, interview, options)], {});
  if (outcome.kind !== 'done') return { kind: outcome.kind };
  const person = personOf(outcome.state);
  if (person !== undefined) return { kind: 'done', person };
  if (outcome.state.whole) interview.prompter.say(`${outcome.state.email ?? ''} is named already: choose somebody else.`);
  return askPerson(draft, interview, options);
}

function personOf({ name, email, timeZone, phone, region }: Sketch): Person | undefined {
  if (name === undefined || email === undefined || timeZone === undefined) return undefined;
  return { name, email, timeZone, ...(phone === undefined ? {} : { phone }), ...(region === undefined ? {} : { region }) };
}

interface PersonOptions {
  readonly canGoBack: boolean;
  readonly wantsRegion: boolean;
  readonly taken: readonly string[];
  readonly apart?: readonly string[];
  readonly now?: string | undefined;
}

/** What else was found in an account is not proposed before anything was typed: Enter must not put a stranger on call. */
function findPeople(
  typed: string,
  people: readonly Person[],
  candidates: readonly Candidate[],
  { taken, wantsRegion, apart = [], now }: PersonOptions,
): readonly Choice<Sketch>[] {
  const wanted = typed.trim().toLowerCase();
  const matches = (name: string, email: string): boolean =>
    `${name} ${email}`.toLowerCase().includes(wanted) && !taken.includes(email.toLowerCase());
  const label = ({ name, email }: Pick<Person, 'name' | 'email'>): string => `${name} <${email}>`;
  const here = people.filter((person) => matches(person.name, person.email));
  const there = candidates.filter(
    ({ name, email }) => matches(name, email) && !people.some((person) => person.email === email.toLowerCase()),
  );
  const named = (person: Person): Choice<Sketch> => ({
    value: { ...person, whole: !wantsRegion || person.region !== undefined },
    label: label(person),
    ...(apart.includes(person.email) && person.email !== now
      ? { hint: 'has another level already: escalating to the same person wakes nobody new' }
      : {}),
  });
  const isFree = (person: Person): boolean => person.email === now || !apart.includes(person.email);
  const free = [...here.filter(({ email }) => email === now), ...here.filter((person) => isFree(person) && person.email !== now)];
  const isNew = !people.some((person) => person.email === wanted) && !candidates.some(({ email }) => email.toLowerCase() === wanted);
  const newcomer = isNew
    ? [
        {
          value: typedSketch(typed),
          label: wanted === '' ? 'Somebody new: type a name or an e-mail' : `Somebody new: ${quoted(typed.trim())}`,
        },
      ]
    : [];
  const known = there
    .slice(0, 50)
    .map((person): Choice<Sketch> => ({ value: sketchOf(person), label: label(person), hint: 'in PagerDuty' }));
  const others = here.filter((person) => !isFree(person)).map(named);
  if (wanted === '') return [...free.map(named), ...newcomer, ...known, ...others];
  const found = [...free.map(named), ...known, ...others, ...newcomer];
  // Whoever types a colleague twice is told so, instead of that there is nobody.
  return found.length > 0 ? found : people.filter(({ email }) => email === wanted).map(namedAlready);
}

/** Of the person too little to be one: choosing it asks again. */
function namedAlready({ name, email }: Person): Choice<Sketch> {
  return { value: { name, email, whole: true }, label: `${name} <${email}> is named already` };
}

function sketchOf({ name, email, timeZone }: Candidate): Sketch {
  const zone = readZone(timeZone);
  const readable = readName(100)(name);
  return {
    email: email.toLowerCase(),
    ...(readable instanceof Wrong ? {} : { name: readable, picked: true }),
    ...(zone instanceof Wrong ? {} : { timeZone: zone }),
  };
}

function typedSketch(typed: string): Sketch {
  const text = typed.trim();
  if (text === '') return {};
  const email = readEmail(text);
  return email instanceof Wrong ? { name: text } : { email };
}

/** Name, e-mail, zone, phone and region, with what is known already as the default. */
function personParts(draft: Draft, interview: Interview, { canGoBack, wantsRegion, taken }: PersonOptions): readonly Part<Sketch>[] {
  const { prompter } = interview;
  const open = (sketch: Sketch): boolean => !sketch.whole;
  const typedOnly = (sketch: Sketch): boolean => open(sketch) && !sketch.picked;
  const text = (
    when: (sketch: Sketch) => boolean,
    message: string,
    help: string,
    initial: (sketch: Sketch) => string,
    read: (typed: string, sketch: Sketch) => Sketch | Wrong,
    none?: string,
  ): Part<Sketch> => ({
    when,
    ask: async (sketch, first) => {
      const validate = (typed: string): string | undefined => sentenceOf(read(typed, sketch));
      const reply: Reply<string> = await prompter.text({
        message,
        help,
        canGoBack: canGoBack || !first,
        initial: initial(sketch),
        ...(none === undefined ? {} : { none }),
        validate,
      });
      return outcomeOf(reply, sketch, (typed) => {
        const next = read(typed, sketch);
        return next instanceof Wrong ? sketch : next;
      });
    },
  });
  const name = text(
    typedOnly,
    'Name:',
    'As it should stand in PagerDuty. Somebody who is there already keeps the name from there.',
    (s) => s.name ?? '',
    (typed, sketch) => {
      const read = readName(100)(typed.trim());
      return read instanceof Wrong ? read : { ...sketch, name: read };
    },
  );
  const email = text(
    typedOnly,
    'E-mail:',
    'The login at PagerDuty; an invitation goes there if there is no such user yet.',
    (s) => s.email ?? '',
    (typed, sketch) => {
      const read = readEmail(typed);
      if (read instanceof Wrong) return read;
      return taken.includes(read) ? new Wrong(`${read} is already named`, 'Give somebody else.') : { ...sketch, email: read };
    },
  );
  const zone: Part<Sketch> = {
    when: open,
    ask: async (sketch, first) => {
      const initial = sketch.timeZone ?? draft.people?.at(-1)?.timeZone ?? draft.timeZone ?? guide.timeZone;
      const question = {
        message: 'Time zone:',
        help: 'Where this person lives. Type a part of a city.',
        canGoBack: canGoBack || !first,
        initial,
      };
      return outcomeOf(await askZone(interview, question), sketch, (timeZone) => ({ ...sketch, timeZone }));
    },
  };
  const phone = text(
    open,
    'Phone, with country code:',
    'For SMS and calls, for instance +1 202 555 0101. Without one, PagerDuty uses what the person has set up there.',
    (s) => (s.phone ? writePhone(s.phone) : ''),
    (typed, { phone: _old, ...sketch }) => {
      if (typed.trim() === '') return sketch;
      const read = readPhone(typed);
      return read instanceof Wrong ? read : { ...sketch, phone: read };
    },
    'none',
  );
  return wantsRegion ? [name, email, zone, phone, regionPart(interview, open, canGoBack)] : [name, email, zone, phone];
}

const regionLabels: Readonly<Record<Region, string>> = {
  'us-east': 'US East, 8 AM to 8 PM',
  'us-west': 'US West, 8 PM to 4 AM',
  eu: 'EU, 4 AM to 8 AM (or noon)',
};

function regionPart({ prompter }: Interview, open: (sketch: Sketch) => boolean, canGoBack: boolean): Part<Sketch> {
  return {
    when: open,
    ask: async (sketch, first) => {
      const choices = regions.map((region) => ({ value: region, label: regionLabels[region] }));
      const initial = sketch.region ?? regionOf(sketch.timeZone ?? '') ?? 'us-east';
      const help = "Which hours of Follow Sun this person takes. They are hours of the schedules' zone, not of the person's.";
      const reply = await prompter.select({ message: 'Region:', help, canGoBack: canGoBack || !first, choices, initial });
      return outcomeOf(reply, sketch, (region) => ({ ...sketch, region }));
    },
  };
}

/** The draft with this person among its people, in place of whoever had the e-mail. */
export function withPerson(draft: Draft, person: Person): Draft {
  const people = draft.people ?? [];
  const known = people.some(({ email }) => email === person.email);
  return {
    ...draft,
    people: known ? people.map((other) => (other.email === person.email ? { ...other, ...person } : other)) : [...people, person],
  };
}
