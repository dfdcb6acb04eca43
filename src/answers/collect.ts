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
import { contradictions, remarks } from './rules.ts';
import { walk, type Outcome, type Part } from './walk.ts';
import { Wrong } from './wrong.ts';

export interface CollectOptions extends Omit<Interview, 'people'> {
  /** What the answers file, flags and environment said already. */
  readonly given: Draft;
  /** People of the account to pick from. */
  readonly people: () => Promise<readonly Candidate[]>;
  /** Ask also what has a value of the guide; otherwise only what is missing. A draft that was left `unfinished` is asked to its end anyway. */
  readonly everything: boolean;
  /** Ask everything again, beginning with the last question: whoever goes back from the plan wants to change an answer. */
  readonly again?: boolean;
  /** Called once, before the first question. */
  readonly begin?: () => void;
}

export type Collected =
  | { readonly kind: 'answers'; readonly answers: Answers; readonly draft: Draft; readonly warnings: readonly string[] }
  | { readonly kind: 'quit'; readonly draft: Draft };

/**
 * The interview, in the guide's ten steps. Asks nothing that is given. Enter accepts the guide's value everywhere; `?`, `<` and `:q` are the
 * prompter's. @throws PmpError `interrupted` from the prompter; `answers-invalid` where what was given contradicts itself.
 */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { given, prompter, everything, again = false } = options;
  const all = everything || given.unfinished === true;
  const interview: Interview = { ...options, people: once(options.people) };
  const planned = again ? everyQuestion(given, interview) : planOf(given, all, interview);
  const told = new Set<string>();
  if (planned.length === 0) return finish(given, interview, told);
  options.begin?.();
  prompter.say(again ? 'Back to the answers: < goes further back, Enter keeps what stands there.' : welcome(given));
  const talk: Talk = { interview, heads: headings(interview, all && !again), week: week(interview), told };
  const outcome = await fromTheTop(planned, given, talk, again);
  if (outcome.kind === 'done' && all && !again) talk.heads.upTo(10);
  if (outcome.kind === 'done') return finish(outcome.state, interview, told);
  return { kind: 'quit', draft: outcome.kind === 'quit' ? outcome.state : given };
}

/** What one interview remembers while it lasts. */
interface Talk {
  readonly interview: Interview;
  readonly heads: Headings;
  readonly week: Week;
  /** Remarks that were made already. */
  readonly told: Set<string>;
}

/** Going back at the first question stays there. */
async function fromTheTop(planned: readonly Question[], given: Draft, talk: Talk, again: boolean): Promise<Outcome<Draft>> {
  for (let from: 'start' | 'end' = again ? 'end' : 'start'; ; from = 'start') {
    const outcome = await walk(
      planned.map((question) => partOf(question, talk)),
      given,
      from,
    );
    if (outcome.kind !== 'back') return outcome;
  }
}

function finish(draft: Draft, { region }: Interview, told: ReadonlySet<string>): Collected {
  const { unfinished: _unfinished, ...rest } = draft;
  const { answers, warnings } = completeAnswers(rest, { region, file: 'the answers' });
  return { kind: 'answers', answers, draft: rest, warnings: warnings.filter((warning) => !told.has(warning)) };
}

function welcome(given: Draft): string {
  const begin = given.unfinished === true ? 'Going on where you left.' : 'The ten steps of the guide, with its values as defaults.';
  return `${begin} Nothing is created before you have seen the plan and said yes.\nEnter takes the default. ? explains, < goes back, :q saves and quits.`;
}

function planOf(given: Draft, all: boolean, interview: Interview): readonly Question[] {
  const missing = new Set(missingFindings(given).map(({ path }) => String(path[0])));
  return everyQuestion(given, interview).filter((question) => {
    if (question.ask.kind === 'rota') return all || missing.size > 0;
    if (question.path[0] === 'from') return true;
    if (question.path[0] === 'engineers' && missing.has('people')) return true;
    return question.known(given) ? false : all || missing.has(String(question.path[0]));
  });
}

function everyQuestion(given: Draft, { needsFrom }: Interview): readonly Question[] {
  return questions.filter(({ ask, path }) => ask.kind !== 'file' && (path[0] !== 'from' || (needsFrom && given.from === undefined)));
}

function partOf(question: Question, talk: Talk): Part<Draft> {
  const { interview, heads, week } = talk;
  const shapesWeek = question.step === 3 || question.ask.kind === 'engineers';
  return {
    when: (draft) => question.when?.(draft, interview) !== false,
    ask: async (draft, first) => {
      heads.upTo(question.step);
      if (question.departure) heads.depart(question.departure);
      const outcome = await put(question, draft, first, talk);
      if (shapesWeek && outcome.kind === 'done') week.redraw(outcome.state);
      return outcome;
    },
  };
}

function put(question: Question, draft: Draft, first: boolean, talk: Talk): Promise<Outcome<Draft>> {
  const { interview } = talk;
  switch (question.ask.kind) {
    case 'engineers':
      return askEngineers(question, draft, first, interview);
    case 'person':
      return askRole(question, draft, first, interview);
    case 'windows':
      return askWindows(question, draft, first, interview);
    case 'rota':
      return askRota(question, draft, first, talk);
    default:
      return askPlain(question, draft, first, interview);
  }
}

async function askRole(question: Question, draft: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  const { message, help } = question;
  const { engineers = [], lead, cto } = draft;
  const now = question.path[0] === 'lead' ? lead : cto;
  const apart = [...engineers, lead, cto].filter((email) => email !== undefined);
  const outcome = await askPerson(draft, interview, { message, help, canGoBack: !first, wantsRegion: false, taken: [], apart, now });
  if (outcome.kind !== 'done') return { kind: outcome.kind, state: draft };
  const next = question.put(withPerson(draft, outcome.person), outcome.person.email, interview);
  return { kind: 'done', state: next instanceof Wrong ? draft : next };
}

/** Shows who would be on call when, and what is odd about it; "no" asks step 3 and the engineers again, and shows it again. */
async function askRota(question: Question, start: Draft, first: boolean, talk: Talk): Promise<Outcome<Draft>> {
  const { prompter } = talk.interview;
  let draft = start;
  for (;;) {
    const wrong = talk.week.draw(draft);
    for (const remark of remarks(draft).filter((remark) => !talk.told.has(remark))) {
      talk.told.add(remark);
      prompter.say(`Note: ${remark}`);
    }
    const reply = await prompter.confirm({
      message: question.message,
      help: question.help,
      canGoBack: !first,
      initial: wrong === undefined,
    });
    if (reply.kind !== 'answer') return { kind: reply.kind, state: draft };
    if (reply.value && wrong === undefined) return { kind: 'done', state: draft };
    const again = await walk(rotaAgain(talk), draft);
    if (again.kind === 'quit') return again;
    if (again.kind === 'done') draft = again.state;
  }
}

function rotaAgain(talk: Talk): readonly Part<Draft>[] {
  const wanted = questions.filter(({ step, ask }) => step === 3 && ask.kind !== 'file');
  const engineers = questions.filter(({ ask }) => ask.kind === 'engineers');
  const heads = headings(talk.interview, false);
  return [...wanted, ...engineers].map((question) => partOf(question, { ...talk, heads }));
}

/** The picture of who is on call when. */
interface Week {
  /** Shows it. @returns why there is none, which is shown instead */
  draw(draft: Draft): string | undefined;
  /** Shows it again where it was shown before and an answer has changed it since. */
  redraw(draft: Draft): void;
}

function week(interview: Interview): Week {
  const shown: string[] = [];
  const look = (draft: Draft): { readonly wrong: string } | { readonly picture: string } => {
    const { people = [], engineers = [], lead = '', cto = '' } = draft;
    const clash = contradictions(draft, interview).find(({ path }) => ['people', 'engineers', 'level1'].includes(String(path[0])));
    return clash
      ? { wrong: new Wrong(clash.wrong, clash.right).sentence }
      : { picture: interview.picture(fill(draft, { people, engineers, lead, cto })) };
  };
  const say = (text: string): void => {
    shown[0] = text;
    interview.prompter.say(text);
  };
  return {
    draw: (draft) => {
      const seen = look(draft);
      say('wrong' in seen ? seen.wrong : seen.picture);
      return 'wrong' in seen ? seen.wrong : undefined;
    },
    redraw: (draft) => {
      if (shown[0] === undefined) return;
      const seen = look(draft);
      if ('picture' in seen && seen.picture !== shown[0]) say(seen.picture);
    },
  };
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
      for (const { number, title, does } of steps) {
        prompter.say(`\nStep ${number} of 10: ${title}`, 'heading');
        prompter.say(does);
      }
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
