import { regions, type Person, type Region } from '../model/index.ts';
import type { Choice } from '../ports/index.ts';
import type { Draft } from './draft.ts';
import { readFileName } from './fields.ts';
import { sentenceOf, type Interview } from './interview.ts';
import { askPerson, withPerson } from './interview-people.ts';
import { readPeople } from './people.ts';
import type { Question } from './question.ts';
import { contradictions } from './rules.ts';
import { outcomeOf, type Outcome } from './walk.ts';
import { Wrong } from './wrong.ts';
import { regionOf } from './zones.ts';

type Deed = 'add' | 'csv' | 'remove' | 'done';

/** The rotation: add, read from a file, remove, until nothing contradicts it and the admin is done. */
export async function askEngineers(question: Question, start: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  let draft = start;
  let said = '';
  for (;;) {
    const wrong = whatIsOpen(draft, interview);
    const roster = rosterOf(draft, wrong);
    if (roster !== said) interview.prompter.say(roster);
    said = roster;
    const reply = await interview.prompter.select<Deed>({
      message: `Engineers on the rotation: ${draft.engineers?.length ?? 0}`,
      help: question.help,
      canGoBack: !first,
      choices: deeds(draft, interview),
      initial: wrong === undefined ? 'done' : 'add',
    });
    if (reply.kind !== 'answer') return { kind: reply.kind, state: draft };
    if (reply.value === 'done' && wrong === undefined) return { kind: 'done', state: draft };
    if (reply.value === 'done') interview.prompter.say(wrong ?? '');
    else {
      const outcome = await deed(reply.value, question, draft, interview);
      if (outcome.kind === 'quit') return outcome;
      if (outcome.kind === 'done') draft = outcome.state;
    }
  }
}

/** Of a longer rotation both ends are enough to see that it is the right one. */
const longest = 12;

function rosterOf({ people = [], engineers = [] }: Draft, wrong: string | undefined): string {
  const names = engineers.map((email) => {
    const person = people.find((candidate) => candidate.email === email);
    return person?.region === undefined ? (person?.name ?? email) : `${person.name} (${person.region})`;
  });
  const half = longest / 2;
  const told = names.length <= longest ? names : [...names.slice(0, half), `${names.length - longest} more`, ...names.slice(-half)];
  return [...(names.length === 0 ? [] : [`In rotation order: ${told.join(', ')}`]), ...(wrong === undefined ? [] : [wrong])].join('\n');
}

/** Why the rotation cannot stay like this; undefined: it can. */
function whatIsOpen(draft: Draft, interview: Interview): string | undefined {
  if ((draft.engineers ?? []).length === 0) return 'Nobody is on the rotation yet.';
  const mine = contradictions({ ...draft, lead: undefined, cto: undefined }, interview).find(
    ({ path }) => path[0] === 'engineers' || path[0] === 'people',
  );
  if (mine === undefined) return undefined;
  const lacking = draft.followSun === false ? [] : regionsWithout(draft);
  if (lacking.length === 0 || mine.path[0] !== 'engineers') return new Wrong(mine.wrong, mine.right).sentence;
  return `Follow Sun still needs an engineer in ${lacking.join(' and one in ')}. (Without Follow Sun no regions are needed: < goes back to that question.)`;
}

function regionsWithout({ people = [], engineers = [] }: Draft): readonly Region[] {
  const turning = people.filter(({ email }) => engineers.includes(email));
  return regions.filter((region) => !turning.some((person) => person.region === region));
}

function deeds({ engineers = [] }: Draft, { readFile }: Interview): readonly Choice<Deed>[] {
  return [
    { value: 'add', label: 'Add an engineer' },
    ...(readFile
      ? [{ value: 'csv' as const, label: 'Read people from a CSV file', hint: 'columns: name, email, time_zone, phone, region' }]
      : []),
    ...(engineers.length > 0
      ? [
          { value: 'remove' as const, label: 'Remove somebody' },
          { value: 'done' as const, label: 'Done: that is everybody' },
        ]
      : []),
  ];
}

function deed(what: Exclude<Deed, 'done'>, question: Question, draft: Draft, interview: Interview): Promise<Outcome<Draft>> {
  if (what === 'add') return add(question, draft, interview);
  return what === 'csv' ? fromFile(draft, interview) : remove(draft, interview);
}

async function add(question: Question, draft: Draft, interview: Interview): Promise<Outcome<Draft>> {
  const engineers = draft.engineers ?? [];
  const outcome = await askPerson(draft, interview, {
    message: 'Who?',
    help: question.help,
    canGoBack: true,
    wantsRegion: draft.followSun !== false,
    taken: engineers,
    apart: [draft.lead, draft.cto].filter((email) => email !== undefined),
  });
  // Half a person is not worth keeping: what counts is the draft before.
  if (outcome.kind !== 'done') return { kind: outcome.kind, state: draft };
  return { kind: 'done', state: { ...withPerson(draft, outcome.person), engineers: [...engineers, outcome.person.email] } };
}

async function remove(draft: Draft, { prompter }: Interview): Promise<Outcome<Draft>> {
  const nameOf = (email: string): string => draft.people?.find((person) => person.email === email)?.name ?? '';
  const choices = (draft.engineers ?? []).map((email) => ({ value: email, label: `${nameOf(email)} <${email}>`.trim() }));
  const wanted = (typed: string): readonly Choice<string>[] =>
    choices.filter(({ label }) => label.toLowerCase().includes(typed.trim().toLowerCase()));
  const reply = await prompter.search({
    message: 'Whom?',
    help: 'Only from this list: nobody is removed from PagerDuty. Type a part of the name.',
    canGoBack: true,
    find: wanted,
  });
  return outcomeOf(reply, draft, (gone) => {
    const others = (email: string): boolean => email !== gone;
    const roles = [draft.lead, draft.cto];
    const people = (draft.people ?? []).filter(({ email }) => others(email) || roles.includes(email));
    return { ...draft, people, engineers: (draft.engineers ?? []).filter(others) };
  });
}

/** More problems than that are not read anyway. */
const mostFindings = 20;

async function fromFile(draft: Draft, { prompter, readFile }: Interview): Promise<Outcome<Draft>> {
  const reply = await prompter.text({
    message: 'CSV file:',
    help: 'With a header: name, email, time_zone, phone, region. Whoever has a region joins the rotation, in the order of the file.',
    canGoBack: true,
    initial: 'people.csv',
    validate: (typed) => sentenceOf(readFileName(typed)),
  });
  if (reply.kind !== 'answer') return outcomeOf(reply, draft, () => draft);
  const text = await readFile?.(reply.value);
  if (text === undefined) {
    prompter.say(`There is no file ${reply.value}.`);
    return { kind: 'done', state: draft };
  }
  const { people, findings } = readPeople(text, draft.people ?? []);
  if (findings.length > 0) {
    const told = findings.slice(0, mostFindings).map(({ line, path, wrong, right }) => {
      return `${reply.value}:${line}: ${path.join('.')} ${wrong}. ${right}`;
    });
    const more = findings.length - told.length;
    prompter.say([...told, ...(more > 0 ? [`${more} more like these.`] : []), 'Nothing of the file was taken.'].join('\n'));
    return { kind: 'done', state: draft };
  }
  return joined({ ...draft, people }, prompter, people.length - (draft.people?.length ?? 0));
}

/** Whoever has a region joins the rotation; where nobody has one, the admin says who. */
async function joined(draft: Draft, prompter: Interview['prompter'], fresh: number): Promise<Outcome<Draft>> {
  const { people = [], engineers = [], lead, cto } = draft;
  const rotation = (emails: readonly string[]): readonly string[] => [...new Set([...engineers, ...emails])];
  const withRegion = people.filter(({ region }) => region !== undefined).map(({ email }) => email);
  const left = people.filter(({ email }) => !engineers.includes(email) && email !== lead && email !== cto);
  prompter.say(`${fresh} new ${fresh === 1 ? 'person' : 'people'} read.`);
  if (withRegion.length > 0 || left.length === 0) return { kind: 'done', state: { ...draft, engineers: rotation(withRegion) } };
  const reply = await prompter.pick({
    message: 'The file names no regions. Who is on the rotation?',
    help: 'In the order in which they take their weeks. Lead and CTO are asked for next; they stay out of it.',
    canGoBack: true,
    choices: left.map((person) => ({ value: person.email, label: `${person.name} <${person.email}>` })),
  });
  return outcomeOf(reply, draft, (chosen) => {
    const placed = (person: Person): Person => {
      const region = draft.followSun === false || !chosen.includes(person.email) ? undefined : regionOf(person.timeZone);
      return region === undefined ? person : { ...person, region };
    };
    return { ...draft, people: people.map(placed), engineers: rotation(chosen) };
  });
}
