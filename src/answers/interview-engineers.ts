import type { Choice } from '../ports/index.ts';
import type { Draft } from './draft.ts';
import type { Interview } from './interview.ts';
import { askPerson, withPerson } from './interview-people.ts';
import { readPeople } from './people.ts';
import type { Question } from './question.ts';
import { contradictions } from './rules.ts';
import type { Outcome } from './walk.ts';

type Deed = 'add' | 'csv' | 'remove' | 'done';

/** The rotation: add, read from a file, remove, until nothing contradicts it and the admin is done. */
export async function askEngineers(question: Question, start: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  let draft = start;
  for (;;) {
    const wrong = whatIsOpen(draft, interview);
    const reply = await interview.prompter.select<Deed>({
      message: headline(draft),
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

function headline({ people = [], engineers = [] }: Draft): string {
  const names = engineers.map((email) => {
    const person = people.find((candidate) => candidate.email === email);
    return person?.region === undefined ? (person?.name ?? email) : `${person.name} (${person.region})`;
  });
  return `Engineers, in rotation order: ${names.length === 0 ? 'nobody yet' : names.join(', ')}`;
}

/** Why the rotation cannot stay like this; undefined: it can. */
function whatIsOpen(draft: Draft, interview: Interview): string | undefined {
  if ((draft.engineers ?? []).length === 0) return 'Nobody is on the rotation yet.';
  const mine = contradictions({ ...draft, lead: undefined, cto: undefined }, interview).find(
    ({ path }) => path[0] === 'engineers' || path[0] === 'people',
  );
  return mine ? `${mine.wrong}. ${mine.right}` : undefined;
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
          { value: 'done' as const, label: 'Done' },
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
    message: 'Who? (type a part of a name or e-mail)',
    help: question.help,
    canGoBack: true,
    wantsRegion: draft.followSun !== false,
    taken: engineers,
  });
  // Half a person is not worth keeping: what counts is the draft before.
  if (outcome.kind !== 'done') return { kind: outcome.kind, state: draft };
  return { kind: 'done', state: { ...withPerson(draft, outcome.person), engineers: [...engineers, outcome.person.email] } };
}

async function remove(draft: Draft, { prompter }: Interview): Promise<Outcome<Draft>> {
  const choices = (draft.engineers ?? []).map((email) => ({ value: email, label: email }));
  const reply = await prompter.select({
    message: 'Whom?',
    help: 'Only from this list: nobody is removed from PagerDuty.',
    canGoBack: true,
    choices,
  });
  if (reply.kind === 'back') return reply;
  if (reply.kind === 'quit') return { kind: 'quit', state: draft };
  const others = (email: string): boolean => email !== reply.value;
  const roles = [draft.lead, draft.cto];
  const people = (draft.people ?? []).filter(({ email }) => others(email) || roles.includes(email));
  return { kind: 'done', state: { ...draft, people, engineers: (draft.engineers ?? []).filter(others) } };
}

async function fromFile(draft: Draft, { prompter, readFile }: Interview): Promise<Outcome<Draft>> {
  const reply = await prompter.text({
    message: 'CSV file:',
    help: 'With a header: name, email, time_zone, phone, region. Whoever has a region joins the rotation, in the order of the file.',
    canGoBack: true,
    initial: 'people.csv',
  });
  if (reply.kind === 'back') return reply;
  if (reply.kind === 'quit') return { kind: 'quit', state: draft };
  const text = await readFile?.(reply.value);
  if (text === undefined) {
    prompter.say(`There is no file ${reply.value}.`);
    return { kind: 'done', state: draft };
  }
  const { people, findings } = readPeople(text, draft.people ?? []);
  if (findings.length > 0) {
    prompter.say(
      findings
        .slice(0, 20)
        .map(({ line, path, wrong, right }) => `${reply.value}:${line}: ${path.join('.')} ${wrong}. ${right}`)
        .join('\n'),
    );
    return { kind: 'done', state: draft };
  }
  const joining = people.filter(
    ({ email, region }) => region !== undefined || draft.followSun === false || draft.engineers?.includes(email),
  );
  return {
    kind: 'done',
    state: { ...draft, people, engineers: [...new Set([...(draft.engineers ?? []), ...joining.map(({ email }) => email)])] },
  };
}
