import type { Answers } from '../model/index.ts';
import { fill, type Draft } from './draft.ts';
import { guideSteps } from './guide-steps.ts';
import { askPlain, type Candidate, type Interview } from './interview.ts';
import { askEngineers } from './interview-engineers.ts';
import { askPerson, withPerson } from './interview-people.ts';
import { askWindows } from './interview-windows.ts';
import { missingFindings } from './missing.ts';
import { completeAnswers } from './parse.ts';
import type { Question } from './question.ts';
import { questions } from './questions.ts';
import { contradictions } from './rules.ts';
import { walk, type Outcome, type Part } from './walk.ts';
import { Wrong } from './wrong.ts';

export interface CollectOptions extends Omit<Interview, 'people'> {
  /** What the answers file, flags and environment said already. */
  readonly given: Draft;
  /** People of the account to pick from. */
  readonly people: () => Promise<readonly Candidate[]>;
  /** Ask also what has a value of the guide; otherwise only what is missing. A draft that was left `unfinished` is asked to its end anyway. */
  readonly everything: boolean;
}

export type Collected =
  | { readonly kind: 'answers'; readonly answers: Answers; readonly draft: Draft; readonly warnings: readonly string[] }
  | { readonly kind: 'quit'; readonly draft: Draft };

/**
 * The interview, in the guide's ten steps. Asks nothing that is given. Enter accepts the guide's value everywhere; `?`, `<` and `:q` are the
 * prompter's. @throws PmpError `interrupted` from the prompter; `answers-invalid` where what was given contradicts itself.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { given, prompter, everything } = options;
  const all = everything || given.unfinished === true;
  const interview: Interview = { ...options, people: once(options.people) };
  const planned = planOf(given, all, interview);
  if (planned.length === 0) return finish(given, interview);
  prompter.say(welcome(given));
  const outcome = await fromTheTop(planned, given, all, interview);
  if (outcome.kind === 'done') return finish(outcome.state, interview);
  return { kind: 'quit', draft: outcome.kind === 'quit' ? outcome.state : given };
}

/** Going back at the first question stays there. */
async function fromTheTop(planned: readonly Question[], given: Draft, all: boolean, interview: Interview): Promise<Outcome<Draft>> {
  for (;;) {
    const heads = headings(interview, all);
    const outcome = await walk(
      planned.map((question) => partOf(question, interview, heads)),
      given,
    );
    if (outcome.kind !== 'back') {
      if (all && outcome.kind === 'done') heads.upTo(10);
      return outcome;
    }
  }
}

function finish(draft: Draft, { region }: Interview): Collected {
  const { unfinished: _unfinished, ...rest } = draft;
  const { answers, warnings } = completeAnswers(rest, { region, file: 'the answers' });
  return { kind: 'answers', answers, draft: rest, warnings };
}

function welcome(given: Draft): string {
  const begin = given.unfinished === true ? 'Going on where you left.' : 'The ten steps of the guide, with its values as defaults.';
  return `${begin} Nothing is created before you have seen the plan and said yes.\nEnter takes the default. ? explains, < goes back, :q saves and quits.`;
}

function planOf(given: Draft, all: boolean, interview: Interview): readonly Question[] {
  const missing = new Set(missingFindings(given).map(({ path }) => String(path[0])));
  const rota = missing.size > 0;
  return questions.filter((question) => {
    const { kind } = question.ask;
    if (kind === 'file') return false;
    if (kind === 'rota') return all || rota;
    if (question.path[0] === 'from') return interview.needsFrom && given.from === undefined;
    if (question.path[0] === 'engineers' && missing.has('people')) return true;
    return question.known(given) ? false : all || missing.has(String(question.path[0]));
  });
}

function partOf(question: Question, interview: Interview, heads: Headings): Part<Draft> {
  return {
    when: (draft) => question.when?.(draft, interview) !== false,
    ask: (draft, first) => {
      heads.upTo(question.step);
      if (question.departure) heads.depart(question.departure);
      return put(question, draft, first, interview);
    },
  };
}

function put(question: Question, draft: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  switch (question.ask.kind) {
    case 'engineers':
      return askEngineers(question, draft, first, interview);
    case 'person':
      return askRole(question, draft, first, interview);
    case 'windows':
      return askWindows(question, draft, first, interview);
    case 'rota':
      return askRota(question, draft, first, interview);
    default:
      return askPlain(question, draft, first, interview);
  }
}

async function askRole(question: Question, draft: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  const { message, help } = question;
  const outcome = await askPerson(draft, interview, { message, help, canGoBack: !first, wantsRegion: false, taken: [] });
  if (outcome.kind !== 'done') return { kind: outcome.kind, state: draft };
  const next = question.put(withPerson(draft, outcome.person), outcome.person.email, interview);
  return { kind: 'done', state: next instanceof Wrong ? draft : next };
}

/** Shows who would be on call when; "no" asks step 3 and the engineers again, and shows it again. */
async function askRota(question: Question, start: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  const { prompter, picture } = interview;
  let draft = start;
  for (;;) {
    const { people = [], engineers = [], lead = '', cto = '' } = draft;
    const clash = contradictions(draft, interview).find(({ path }) => ['people', 'engineers', 'level1'].includes(String(path[0])));
    prompter.say(clash ? `${clash.wrong}. ${clash.right}` : picture(fill(draft, { people, engineers, lead, cto })));
    const reply = await prompter.confirm({
      message: question.message,
      help: question.help,
      canGoBack: !first,
      initial: clash === undefined,
    });
    if (reply.kind !== 'answer') return { kind: reply.kind, state: draft };
    if (reply.value && !clash) return { kind: 'done', state: draft };
    const again = await walk(rotaAgain(interview), draft);
    if (again.kind === 'quit') return again;
    if (again.kind === 'done') draft = again.state;
  }
}

function rotaAgain(interview: Interview): readonly Part<Draft>[] {
  const wanted = questions.filter(({ step, ask }) => step === 3 && ask.kind !== 'file');
  const engineers = questions.filter(({ ask }) => ask.kind === 'engineers');
  return [...wanted, ...engineers].map((question) => partOf(question, interview, headings(interview, false)));
}

interface Headings {
  upTo(step: number): void;
  depart(departure: string): void;
}

/** Says each step once when it begins (and again on the way back), also those that ask nothing; each departure once. */
function headings({ prompter }: Interview, all: boolean): Headings {
  const said = new Set<string>();
  let last = 0;
  return {
    upTo: (step) => {
      if (step === last) return;
      const begin = all && step > last ? last + 1 : step;
      const steps = guideSteps.filter(({ number }) => number >= begin && number <= step);
      for (const { number, title, does } of steps) prompter.say(`\nStep ${number} of 10: ${title}\n${does}`);
      last = step;
    },
    depart: (departure) => {
      if (said.has(departure)) return;
      said.add(departure);
      prompter.say(`Not as in the guide: ${departure}`);
    },
  };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}
