import { PmpError, type DrillNews } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import type { SeenLogEntry } from '../ports/index.ts';
import { notAnswered, resolvedEarly, swallowed } from './failures.ts';
import { furtherAfter, nextCall } from './log.ts';
import { noteOf, tried } from './note.ts';
import type { DrillPlan } from './order.ts';
import { glance, rest, watch } from './pace.ts';
import { awaitArrival, look, type Arrival, type Sight, type Watching } from './sight.ts';
import type { DrillState } from './state.ts';
import { count, minute, second, span } from './words.ts';

/** How a drill is run; the plan says what. */
export interface DrillRun {
  /** First Ctrl-C: looks and waits end, and the drill is cleaned up. */
  readonly stopping: AbortSignal;
  /** Second Ctrl-C: everything ends. */
  readonly aborting: AbortSignal;
  readonly tell: (news: DrillNews) => void;
  /** Milliseconds after an acknowledgement in which nobody further may be called; undefined: until the next level would have been. */
  readonly quietFor: number | undefined;
  /** Milliseconds from one look at PagerDuty to the next. */
  readonly between: number;
}

const snoozeSeconds = 300;
/** Beyond a level's planned call. */
const tolerance = 2 * minute;

/** The phases, each of which leaves its mark in the state. */
export class Phases {
  /** What PagerDuty says it will do next. */
  #pending: Instant | undefined;
  #levels = 0;

  constructor(
    readonly watching: Watching,
    readonly state: DrillState,
    readonly run: DrillRun,
  ) {}

  async phases(): Promise<void> {
    const { plan, way } = this.watching;
    this.run.stopping.throwIfAborted();
    this.state.fired = true;
    await way.fire();
    const arrival = await awaitArrival(this.watching);
    this.state.arrival = arrival;
    if (arrival.joined) throw swallowed(arrival);
    await this.#introduce(arrival);
    if (plan.order.escalation) await this.#climb(arrival);
    if (this.state.acknowledged === undefined) await (plan.order.ack === 'auto' ? this.#acknowledge(arrival) : this.#answer(arrival));
    await this.#quiet(arrival);
    await this.#actions(arrival);
  }

  /** The title of a rule's own alert, or one by others' templates, does not say that it is a drill. */
  async #introduce({ incident }: Arrival): Promise<void> {
    const { plan, pagerduty } = this.watching;
    if (incident.title.includes(`[DRILL pmp-pd ${plan.id}]`)) return;
    await tried(() => pagerduty.addNote(incident.id, `pmp-pd drill ${plan.id} goes on here. ${plan.summary}.`));
  }

  async #look(arrival: Arrival): Promise<Sight> {
    const { byApi, resolved } = this.state;
    const sight = await look(this.watching, arrival, { acknowledged: byApi, resolved });
    this.state.sight = sight;
    if (sight.called.length !== this.#levels) {
      const { pending } = await this.watching.pagerduty.incident(arrival.incident.id);
      this.#levels = sight.called.length;
      this.#pending = pending.find(({ type }) => type === 'escalate')?.at;
    }
    return sight;
  }

  /** Leaves it alone until the last level that has somebody was called, or somebody ends it. */
  async #climb(arrival: Arrival): Promise<void> {
    const { plan, pace } = this.watching;
    const last = plan.levels.findLast(({ people }) => people.length > 0)?.level ?? plan.levels.length;
    const whole = plan.levels.slice(0, -1).reduce((sum, { delayMinutes }) => sum + delayMinutes * minute, 0);
    const deadline = arrival.incident.created + whole + tolerance;
    const ended = await watch(
      pace,
      { what: `for all ${count(plan.levels.length, 'level')} to be called`, deadline, until: () => this.#pending },
      async () => {
        const { log, called } = await this.#look(arrival);
        const early = log.find(({ type }) => type === 'acknowledge' || type === 'resolve');
        if (early !== undefined) return early;
        return (called.at(-1)?.level ?? 1) >= last ? 'all' : undefined;
      },
    );
    if (ended === undefined)
      throw new PmpError('drill-failed', {
        message: `"${plan.policy.name}" called ${this.#levels} of ${count(plan.levels.length, 'level')} within ${span(whole + tolerance)}`,
        fix: 'Run pmp-pd verify --only 2,coverage, then drill again.',
      });
    if (ended === 'all') return;
    this.state.endedEarly = ended;
    if (ended.type === 'resolve') throw resolvedEarly(plan, ended);
    this.state.acknowledged = ended;
  }

  /** By a person. @throws PmpError drill-not-answered where nobody did in time */
  async #answer(arrival: Arrival): Promise<void> {
    const { plan, pace } = this.watching;
    const calledAt = this.state.sight?.called.at(-1)?.at ?? arrival.incident.created;
    const deadline = calledAt + plan.answerWithin;
    const what = `for ${plan.order.escalation ? 'the last level' : 'whoever was called'} to acknowledge`;
    const answer = await watch(pace, { what, deadline }, async () => {
      const { log } = await this.#look(arrival);
      return firstAnswer(log);
    });
    if (answer === undefined) throw notAnswered(plan, arrival, this.state.sight);
    if (answer.type === 'resolve') throw resolvedEarly(plan, answer);
    this.state.acknowledged = answer;
  }

  /** By API, as soon as somebody was told: that the phone rang is what is left to prove. */
  async #acknowledge(arrival: Arrival): Promise<void> {
    const { plan, pace, pagerduty } = this.watching;
    const calledAt = this.state.sight?.called.at(-1)?.at ?? arrival.incident.created;
    const what = 'for somebody to be notified';
    await watch(pace, { what, deadline: calledAt + Math.min(plan.answerWithin, 2 * minute) }, async () => {
      const { log } = await this.#look(arrival);
      return log.some(({ type, at }) => type === 'notify' && at >= calledAt) || firstAnswer(log) !== undefined ? true : undefined;
    });
    this.run.stopping.throwIfAborted();
    const before = firstAnswer(this.state.sight?.log ?? []);
    if (before === undefined) {
      await pagerduty.acknowledge(arrival.incident.id);
      this.state.byApi = true;
    }
    // PagerDuty has it; its log may come later.
    const deadline = pace.clock.now() + 2 * minute;
    const answer = await watch(pace, { what: 'for the acknowledgement to show', deadline }, async () =>
      firstAnswer((await this.#look(arrival)).log),
    );
    if (answer?.type === 'resolve') throw resolvedEarly(plan, answer);
    this.state.acknowledged = answer;
  }

  /** Watched, not assumed: after an acknowledgement nobody further is called. */
  async #quiet(arrival: Arrival): Promise<void> {
    const { acknowledged } = this.state;
    const { plan, pace, pagerduty } = this.watching;
    if (acknowledged === undefined) return;
    const until = Math.min(this.#quietUntil(acknowledged), ringsAgain(plan, acknowledged));
    await watch(pace, { what: 'to see whether anybody further is called', deadline: until }, async () => {
      const { log } = await this.#look(arrival);
      const over = log.some(({ type, at }) => type === 'resolve' && at >= acknowledged.at);
      return over || furtherAfter(log, acknowledged) !== undefined ? true : undefined;
    });
    const now = await glance(pace.signal, () => pagerduty.incident(arrival.incident.id));
    const calledOff = this.#next() !== undefined && now?.pending.some(({ type }) => type === 'escalate') === false;
    this.state.quiet = { watched: pace.clock.now() - acknowledged.at, calledOff };
  }

  #next(): Instant | undefined {
    return nextCall(this.watching.plan, this.state.sight?.called ?? []);
  }

  /** On the sandbox until the next call would have come; where time is real, for a time that people can wait. */
  #quietUntil({ at }: SeenLogEntry): Instant {
    if (this.run.quietFor !== undefined) return this.watching.pace.clock.now() + this.run.quietFor;
    return Math.max((this.#next() ?? 0) + minute / 2, at + minute);
  }

  /** What responders do with an incident, done once: a refusal is found out now and not at night. */
  async #actions(arrival: Arrival): Promise<void> {
    const { plan, pagerduty, pace } = this.watching;
    const { id } = arrival.incident;
    this.run.stopping.throwIfAborted();
    // Many who answer resolve it, too: then there is nothing to snooze, and nothing wrong.
    const over = this.state.sight?.log.some(({ type }) => type === 'resolve') === true;
    if (!over) this.state.snooze = await tried(() => pagerduty.snooze(id, snoozeSeconds));
    this.run.stopping.throwIfAborted();
    this.state.note = await tried(() => pagerduty.addNote(id, noteOf(plan, this.state)));
    // What was just done may take a moment to stand in the log, which is read again at the end.
    for (let turn = 0; turn < 2; turn += 1) {
      const sight = await glance(pace.signal, () => this.#look(arrival));
      if (sight?.log.some(({ type }) => type === 'annotate') === true) return;
      await rest(pace, second, 'for the note to show');
    }
  }
}

/** Until then an acknowledgement holds; after that the service rings again by itself. */
function ringsAgain({ service }: DrillPlan, { at }: SeenLogEntry): Instant {
  return service.acknowledgementTimeout === null ? Infinity : at + (service.acknowledgementTimeout - 30) * second;
}

function firstAnswer(log: readonly SeenLogEntry[]): SeenLogEntry | undefined {
  return log.find(({ type }) => type === 'acknowledge') ?? log.find(({ type }) => type === 'resolve');
}
