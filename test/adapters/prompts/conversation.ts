import type { Choice, Prompter, Reply } from '../../../src/ports/index.ts';

const zones = ['America/New_York', 'Europe/Berlin', 'Europe/Lisbon'];
const find = (typed: string): readonly Choice<string>[] =>
  zones.filter((zone) => zone.toLowerCase().includes(typed.toLowerCase())).map((zone) => ({ value: zone, label: zone }));
const fruit = [
  { value: { id: 1 }, label: 'apple', hint: 'a hint' },
  { value: { id: 2 }, label: 'banana' },
  { value: { id: 3 }, label: 'cherry' },
];

/** One question of the contract: what is asked, which keys answer it, and the reply every prompter must give. */
export interface Turn {
  readonly about: string;
  readonly ask: (prompter: Prompter) => Promise<Reply<unknown>>;
  /** Pressed one after the other; \r is Enter. The same on every prompter. */
  readonly keys: readonly string[];
  readonly reply: Reply<unknown>;
  /** What must stand on the screen afterwards. */
  readonly shows?: string;
}

const digits = (typed: string): string | undefined => (/^\d+$/.test(typed) ? undefined : 'Digits only.');
const answer = (value: unknown): Reply<unknown> => ({ kind: 'answer', value });

/** The contract of the Prompter port. */
export const turns: readonly Turn[] = [
  { about: 'text', ask: (p) => p.text({ message: 'Q1 word:' }), keys: ['hello', '\r'], reply: answer('hello') },
  { about: 'Enter takes the default', ask: (p) => p.text({ message: 'Q2 word:', initial: 'usual' }), keys: ['\r'], reply: answer('usual') },
  {
    about: 'refusal in one sentence',
    ask: (p) => p.text({ message: 'Q3 number:', validate: digits }),
    keys: ['12', '\r'],
    reply: answer('12'),
  },
  {
    about: 'clearing',
    ask: (p) => p.text({ message: 'Q4 optional:', initial: 'old', none: 'nothing' }),
    keys: ['-', '\r'],
    reply: answer(''),
    shows: 'nothing',
  },
  { about: 'words of ours as answers', ask: (p) => p.text({ message: 'Q5 word:' }), keys: ['back', '\r'], reply: answer('back') },
  {
    about: 'help in text',
    ask: (p) => p.text({ message: 'Q6 word:', help: 'HELP-SIX' }),
    keys: ['?', '\r', 'x', '\r'],
    reply: answer('x'),
    shows: 'HELP-SIX',
  },
  {
    about: 'back in text',
    ask: (p) => p.text({ message: 'Q7 word:', canGoBack: true, validate: digits }),
    keys: ['<', '\r'],
    reply: { kind: 'back' },
  },
  {
    about: 'no way back',
    ask: (p) => p.text({ message: 'Q8 word:' }),
    keys: ['<', '\r', 'y', '\r'],
    reply: answer('y'),
    shows: 'There is nothing to go back to.',
  },
  { about: 'quit in text', ask: (p) => p.text({ message: 'Q9 word:', validate: digits }), keys: [':q', '\r'], reply: { kind: 'quit' } },
  { about: 'a secret', ask: (p) => p.secret({ message: 'Q10 token:' }), keys: ['sandbox-t0ken', '\r'], reply: answer('sandbox-t0ken') },
  { about: 'yes by Enter', ask: (p) => p.confirm({ message: 'Q11 sure?', initial: true }), keys: ['\r'], reply: answer(true) },
  { about: 'no', ask: (p) => p.confirm({ message: 'Q12 sure?', initial: true }), keys: ['n', '\r'], reply: answer(false) },
  {
    about: 'back at yes or no',
    ask: (p) => p.confirm({ message: 'Q13 sure?', initial: true, canGoBack: true }),
    keys: ['<', '\r'],
    reply: { kind: 'back' },
  },
  {
    about: 'the default of a list',
    ask: (p) => p.select({ message: 'Q14 fruit?', choices: fruit, initial: fruit[1]?.value }),
    keys: ['\r'],
    reply: answer({ id: 2 }),
  },
  {
    about: 'a number of a list',
    ask: (p) => p.select({ message: 'Q15 fruit?', choices: fruit }),
    keys: ['3', '\r'],
    reply: answer({ id: 3 }),
  },
  { about: 'several', ask: (p) => p.pick({ message: 'Q16 fruits?', choices: fruit }), keys: ['2', '\r'], reply: answer([{ id: 2 }]) },
  {
    about: 'several as they were',
    ask: (p) => p.pick({ message: 'Q17 fruits?', choices: fruit, chosen: [fruit[2]?.value ?? { id: 0 }] }),
    keys: ['\r'],
    reply: answer([{ id: 3 }]),
  },
  { about: 'found by typing', ask: (p) => p.search({ message: 'Q18 zone?', find }), keys: ['berl', '\r'], reply: answer('Europe/Berlin') },
  {
    about: 'the default of a search',
    ask: (p) => p.search({ message: 'Q19 zone?', find, initial: 'Europe/Lisbon' }),
    keys: ['\r'],
    reply: answer('Europe/Lisbon'),
  },
  {
    about: 'back in a search',
    ask: (p) => p.search({ message: 'Q20 zone?', find, canGoBack: true }),
    keys: ['<', '\r'],
    reply: { kind: 'back' },
  },
  {
    about: 'a dash is an answer where nothing is none',
    ask: (p) => p.text({ message: 'Q21 word:', initial: 'old' }),
    keys: ['-', '\r'],
    reply: answer('-'),
  },
];

/** In lists of a moving terminal a key is enough; on a plain one Enter follows. */
export const listTurns: readonly (Omit<Turn, 'keys'> & { readonly key: string })[] = [
  {
    about: 'back in a list',
    ask: (p) => p.select({ message: 'Q22 fruit?', choices: fruit, canGoBack: true }),
    key: '<',
    reply: { kind: 'back' },
  },
  { about: 'quit in a list', ask: (p) => p.pick({ message: 'Q23 fruits?', choices: fruit }), key: ':q', reply: { kind: 'quit' } },
];
