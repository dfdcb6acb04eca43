import type { Action, EngineEvent, Plan } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import { fact } from './lines.ts';
import { tally } from './rows.ts';
import type { Spinner } from './spinner.ts';
import type { Mark, Part, Voice } from './style.ts';
import { count, stopped } from './text.ts';
import { TimeLeft } from './time-left.ts';

/** How far one step has come. */
interface StepState {
  readonly number: number | undefined;
  readonly title: string;
  /** Keys that are still to settle; a step is told when there are none. */
  readonly open: Set<string>;
  readonly settled: Action[];
  told: boolean;
}

const working: ReadonlySet<Action> = new Set(['create', 'update', 'adopt', 'replace']);

/** Turns the engine's events into one line a step, and a spinner between them. */
export class Progress {
  readonly #steps = new Map<string, StepState>();
  readonly #running = new Map<string, string>();
  readonly #left = new TimeLeft();
  #total = 0;
  #settled = 0;
  #lastWait = '';
  #lastSaid = '';

  constructor(
    readonly voice: Voice,
    readonly line: (text: string) => void,
    readonly spinner: Spinner,
    readonly verbose: boolean,
  ) {}

  /** Whose steps and changes are about to be applied. */
  expect(plan: Plan): void {
    this.#steps.clear();
    for (const { id, number, title, changes } of plan.steps) {
      const open = new Set(changes.filter((change) => working.has(change.action)).map((change) => change.key));
      this.#steps.set(id, { number, title, open, settled: [], told: false });
    }
  }

  /** What is being done that no step does: reading the account, checking the cluster. */
  working(what: string): void {
    this.#lastWait = '';
    this.#say(what);
  }

  on(event: EngineEvent): void {
    switch (event.type) {
      case 'applying':
        this.#total = event.changes;
        this.#left.begin(event.at);
        return this.#say(`Applying ${count(event.changes, 'change')}`);
      case 'started':
        this.#running.set(event.key, event.step);
        return this.#turn();
      case 'done':
        if (this.verbose) this.#tell(event.action, event.key, event.detail);
        return this.#settle(event.step, event.key, event.action, event.at);
      case 'failed':
        this.#tell('fail', event.key, event.error.facts.message);
        return this.#settle(event.step, event.key, 'fail', event.at);
      case 'skipped':
        if (this.verbose) this.#tell('skip', event.key, event.because);
        return this.#settle(event.step, event.key, 'skip');
      case 'waiting':
        return this.#wait(event.why, event.seconds);
      case 'proving':
        this.#flush();
        return this.#say('Reading everything again, to prove that nothing is left');
    }
  }

  #settle(step: string, key: string, action: Action, at?: Instant): void {
    this.#running.delete(key);
    this.#settled += 1;
    this.#left.note(at, this.#settled);
    const news = this.voice.style.spinner ? undefined : this.#left.line(this.#total);
    if (news !== undefined) this.#print(fact(this.voice, [{ text: '  ' }, this.voice.mark('wait'), { text: ' ' }], [{ text: news }]));
    this.#lastWait = '';
    const state = this.#stateOf(step);
    state.open.delete(key);
    state.settled.push(action);
    if (state.open.size === 0) this.#tellStep(state);
    this.#turn();
  }

  #stateOf(step: string): StepState {
    const known = this.#steps.get(step);
    if (known) return known;
    // Without a plan nobody knows when the step is through: it is told when proving begins.
    const state: StepState = { number: undefined, title: step, open: new Set([step]), settled: [], told: false };
    this.#steps.set(step, state);
    return state;
  }

  #flush(): void {
    for (const state of this.#steps.values()) if (state.settled.length > 0) this.#tellStep(state);
  }

  #tellStep(state: StepState): void {
    if (state.told) return;
    state.told = true;
    const mark: Mark = state.settled.includes('fail') ? 'fail' : state.settled.includes('skip') ? 'skip' : 'pass';
    const name = state.number === undefined ? '' : `Step ${state.number}  `;
    const lead: Part[] = [this.voice.mark(mark), { text: ' ' }, { text: name }];
    this.#print(
      fact(this.voice, lead, [{ text: `${this.voice.say(state.title)}:` }, { text: tally(state.settled, 'result'), tone: 'quiet' }]),
    );
  }

  #tell(mark: Mark, key: string, aside: string | undefined): void {
    const more: Part[] = aside === undefined ? [] : [{ text: stopped(this.voice.say(aside)), tone: mark === 'fail' ? 'bad' : 'quiet' }];
    const name = this.voice.say(key, 200);
    this.#print(
      fact(this.voice, [{ text: '  ' }, this.voice.mark(mark), { text: ' ' }], [{ text: more.length === 0 ? name : `${name}:` }, ...more]),
    );
  }

  #wait(why: string, seconds: number): void {
    const words = `Waiting ${Math.max(1, Math.round(seconds))} s: ${this.voice.say(why)}`;
    this.spinner.text(this.#counted(words));
    // A wait that is repeated until something is so is one fact, not one a turn.
    if (why === this.#lastWait) return;
    this.#lastWait = why;
    if (!this.voice.style.spinner)
      this.#print(fact(this.voice, [{ text: '  ' }, this.voice.mark('wait'), { text: ' ' }], [{ text: words }]));
  }

  #turn(): void {
    const [key, step] = [...this.#running].at(-1) ?? [];
    if (key === undefined || step === undefined) return;
    const { number, title } = this.#stateOf(step);
    this.spinner.text(this.#counted(`${number === undefined ? this.voice.say(title) : `Step ${number}`}: ${this.voice.say(key, 200)}`));
  }

  #counted(words: string): string {
    if (this.#total === 0) return words;
    const left = this.#left.words(this.#total);
    return `${Math.min(this.#settled, this.#total)} of ${this.#total}${left === undefined ? '' : `, ${left}`}  ${words}`;
  }

  #say(what: string): void {
    const words = this.voice.say(what);
    if (this.voice.style.spinner) this.spinner.text(words);
    else if (words !== this.#lastSaid) this.#print(fact(this.voice, [], [{ text: words }]));
    this.#lastSaid = words;
  }

  #print(lines: readonly string[]): void {
    this.line(lines.join('\n'));
  }
}
