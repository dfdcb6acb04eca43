import type { Action } from '../engine/index.ts';
import type { Row } from './lines.ts';
import type { Part, Voice } from './style.ts';
import { plural } from './text.ts';

/** Above this many of one kind and action, one line stands for all of them. What belongs to a person comes by the dozen, and says little by itself. */
const many = (kind: string): number => (kind === 'contact method' || kind === 'notification rule' ? 3 : 8);

/** One line of a plan or a summary, before it is laid out. */
export interface Entry {
  readonly kind: string;
  readonly name: string;
  readonly action: Action;
  /** Lines of its own beneath it; an entry that has some is always shown by itself. */
  readonly beneath: readonly (readonly Part[])[];
  /** In brackets behind the name. */
  readonly note?: string;
}

export type Laid = { readonly row: Row; readonly beneath: Entry['beneath'] };

const done: Readonly<Record<Action, string>> = {
  create: 'created',
  update: 'updated',
  adopt: 'adopted',
  replace: 'replaced',
  unchanged: 'in place',
  wait: 'waiting',
  skip: 'not tried',
  fail: 'failed',
};
const toDo: Readonly<Record<Action, string>> = {
  create: 'to create',
  update: 'to update',
  adopt: 'to adopt',
  replace: 'to replace',
  unchanged: 'in place',
  wait: 'waiting',
  skip: 'left out',
  fail: 'failing',
};
const order: readonly Action[] = ['create', 'update', 'adopt', 'replace', 'unchanged', 'wait', 'fail', 'skip'];

/** "3 created, 1 waiting" in a fixed order; '' for none. `tense` says whether it is a plan or its result. */
export function tally(actions: readonly Action[], tense: 'plan' | 'result'): string {
  const words = tense === 'plan' ? toDo : done;
  return order
    .map((action) => ({ action, n: actions.filter((a) => a === action).length }))
    .filter(({ n }) => n > 0)
    .map(({ action, n }) => `${n} ${words[action]}`)
    .join(', ');
}

/** Entries in their order; with `all` each by itself, else many alike as one line where the first of them stood. */
export function laidOut(voice: Voice, entries: readonly Entry[], tense: 'plan' | 'result', all: boolean): readonly Laid[] {
  const groups = new Map<string, Entry[]>();
  for (const [index, entry] of entries.entries()) {
    const alone = all || entry.beneath.length > 0;
    const key = alone ? `alone ${index}` : JSON.stringify([entry.kind, entry.action]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].flatMap((group) =>
    group.length > many(group[0]?.kind ?? '') ? [folded(voice, group, tense)] : group.map((entry) => single(voice, entry)),
  );
}

function single(voice: Voice, { kind, name, action, beneath, note }: Entry): Laid {
  const body = [{ text: voice.say(name, 120) }, ...aside(voice, note === undefined ? [] : [note])];
  return { row: { mark: action, label: voice.say(kind, 60), body }, beneath };
}

function folded(voice: Voice, group: readonly Entry[], tense: 'plan' | 'result'): Laid {
  const actions = group.map((entry) => entry.action);
  const notes = [...new Set(group.flatMap((entry) => (entry.note === undefined ? [] : [entry.note])))];
  const label = plural(voice.say(group[0]?.kind ?? '', 60));
  return { row: { mark: actions[0] ?? 'unchanged', label, body: [{ text: tally(actions, tense) }, ...aside(voice, notes)] }, beneath: [] };
}

function aside(voice: Voice, notes: readonly string[]): readonly Part[] {
  const [first, ...more] = notes;
  if (first === undefined) return [];
  const rest = more.length === 0 ? '' : `; and ${more.length} more`;
  return [{ text: `(${voice.say(first)}${rest})`, tone: 'quiet' }];
}

/** Whether `laidOut` without `all` folds any of them. */
export function folds(voice: Voice, entries: readonly Entry[]): boolean {
  return laidOut(voice, entries, 'plan', false).length < entries.length;
}
