import type { Answers } from '../model/index.ts';
import type { Choice, Prompter, Reply } from '../ports/index.ts';
import type { Draft } from './draft.ts';
import { keyName, type Asking, type Question } from './question.ts';
import { contradictions } from './rules.ts';
import { outcomeOf, type Outcome } from './walk.ts';
import { Wrong } from './wrong.ts';
import { findZones } from './zones.ts';

/** Somebody of the account, to pick from. */
export interface Candidate {
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
}

export interface Interview extends Asking {
  readonly prompter: Prompter;
  /** People of the account; asked for once, when the first person is wanted. */
  readonly people: () => Promise<readonly Candidate[]>;
  /** Who is on call when, as text. */
  readonly picture: (answers: Answers) => string;
  /** IANA zones to search in. */
  readonly zones: readonly string[];
  /** Text of a file by name, for people read from CSV; undefined: there is none. */
  readonly readFile?: (name: string) => Promise<string | undefined>;
}

/** Puts one plain question and returns the draft with its answer. What the account or another answer forbids is said and asked again. */
export async function askPlain(question: Question, draft: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  const attempt = (typed: string): Draft | Wrong => trial(question, draft, typed, interview);
  const { ask } = question;
  const common = { message: question.message, help: question.help, canGoBack: !first };
  if (ask.kind === 'text') {
    const reply = await interview.prompter.text({
      ...common,
      initial: ask.initial(draft),
      ...(ask.none === undefined ? {} : { none: ask.none }),
      validate: (typed) => sentenceOf(attempt(typed)),
    });
    return settle(reply, draft, attempt, interview.prompter, () => askPlain(question, draft, first, interview));
  }
  if (ask.kind === 'choice') {
    const choices = ask.options;
    const reply = await interview.prompter.select({ ...common, choices, initial: ask.initial(draft, interview) });
    return settle(reply, draft, attempt, interview.prompter, () => askPlain(question, draft, first, interview));
  }
  const initial = ask.kind === 'zone' ? ask.initial(draft) : '';
  const reply = await askZone(interview, { ...common, initial });
  return settle(reply, draft, attempt, interview.prompter, () => askPlain(question, draft, first, interview));
}

/** A zone, found by typing. */
export function askZone(
  { prompter, zones }: Pick<Interview, 'prompter' | 'zones'>,
  question: { readonly message: string; readonly help: string; readonly canGoBack: boolean; readonly initial: string },
): Promise<Reply<string>> {
  const find = (typed: string): readonly Choice<string>[] => findZones(typed, zones).map((zone) => ({ value: zone, label: zone }));
  return prompter.search({ ...question, find });
}

function trial(question: Question, draft: Draft, typed: string, asking: Asking): Draft | Wrong {
  const next = question.put(draft, typed, asking);
  if (next instanceof Wrong) return next;
  const key = keyName(question.path);
  const clash = contradictions(next, asking).find(({ path }) => keyName(path).startsWith(key) && key !== '');
  return clash ? new Wrong(clash.wrong, clash.right) : next;
}

export function sentenceOf(result: unknown): string | undefined {
  return result instanceof Wrong ? result.sentence : undefined;
}

function settle(
  reply: Reply<string>,
  draft: Draft,
  attempt: (typed: string) => Draft | Wrong,
  prompter: Prompter,
  again: () => Promise<Outcome<Draft>>,
): Promise<Outcome<Draft>> | Outcome<Draft> {
  if (reply.kind !== 'answer') return outcomeOf(reply, draft, () => draft);
  const next = attempt(reply.value);
  if (!(next instanceof Wrong)) return { kind: 'done', state: next };
  prompter.say(next.sentence);
  return again();
}
