import { clean, PmpError, toPmpError, type OverrideOutcome, type Replacement } from '../../engine/index.ts';
import type { Instant, Schedule } from '../../model/index.ts';
import type { Session } from '../app.ts';
import { agreed, called, ending, groundOf, missing, told, whomOf, type Ground } from './ground.ts';
import type { OverrideOptions } from './options.ts';
import { dutyOf, scheduleCalled } from './duty.ts';
import { exit } from '../exit-codes.ts';
import { lengthOf, momentOf, wholeSecond as whole } from './moments.ts';
import { planOverride, wholeDays, without, type Wanted } from './override-plan.ts';
import { personCalled } from './person-called.ts';

const day = 86_400_000;
/** How far ahead replacements are listed and looked for. */
const horizon = 365 * day;
/** What PagerDuty would still take, but nobody means. */
const longest = 92 * day;

type Acting = Ground<OverrideOptions>;
type Draft = Pick<OverrideOutcome, 'action' | 'schedule' | 'replacements'> & Partial<OverrideOutcome>;

/** A temporary replacement: shown, agreed to, made, read back; or the list of them, or one taken back. @returns the exit code */
export async function override(session: Session, options: OverrideOptions): Promise<number> {
  refuseMixed(options);
  const ground = await groundOf(session, options);
  const { names, level1 } = ground.answers;
  const name = options.schedule ?? (level1 === 'follow-sun' ? names.followSunSchedule : names.primarySchedule);
  const schedule = await scheduleCalled(ground, name, options.schedule !== undefined);
  if (schedule.style === 'shifts')
    throw new PmpError('usage', {
      message: `schedule "${name}" is made of shifts, and its replacements belong to each shift`,
      fix: 'Replace somebody on the page of that schedule in PagerDuty.',
    });
  if (options.list) return listed(ground, schedule);
  return options.cancel === undefined ? made(ground, schedule) : cancelled(ground, schedule, options.cancel);
}

function refuseMixed({ list, cancel, who, from, lasts, ends }: OverrideOptions): void {
  if ([list, cancel !== undefined, who !== undefined].filter(Boolean).length > 1)
    throw new PmpError('usage', { message: 'a person, --list and --cancel are three different things', fix: 'Give one of them.' });
  if (lasts !== undefined && ends !== undefined)
    throw new PmpError('usage', { message: '--for and --until both say when it ends', fix: 'Give one of them.' });
  if (from !== undefined && !from.includes('@'))
    throw new PmpError('usage', {
      message: '--from is the e-mail of the acting user, not a time',
      fix: `Say when it begins with --at "${clean(from, 60)}".`,
    });
}

async function listed(ground: Acting, schedule: Schedule): Promise<number> {
  const listed = (await aheadOf(ground, schedule)).map((one) => ({ ...one, status: 'in place' }) as const);
  return told(ground, await outcomeOf(ground, schedule, exit.done, { action: 'list', schedule: schedule.name, replacements: listed }));
}

/** Those that are not over; PagerDuty also gives one that was ended within this second. */
async function aheadOf(ground: Acting, schedule: Schedule): Promise<readonly Replacement[]> {
  const { replacements } = await dutyOf(ground, schedule, ground.now, ground.now + horizon);
  return replacements.filter(({ end }) => end > ground.now);
}

async function outcomeOf(ground: Acting, { timeZone }: Schedule, exitCode: number, draft: Draft): Promise<OverrideOutcome> {
  const shifts = [...draft.replacements, ...(draft.after?.replacements ?? []), ...(draft.after?.shifts ?? [])];
  const instead = [...draft.replacements, ...(draft.after?.replacements ?? [])].flatMap((one) => one.instead);
  const whom = await whomOf(
    ground,
    [...shifts, ...instead].map(({ who }) => who),
  );
  const mode = ground.options.plan ? 'plan' : 'apply';
  return { command: 'override', ...ending(ground, exitCode, { timeZone, whom }), mode, objections: [], notes: [], ...draft };
}

async function made(ground: Acting, schedule: Schedule): Promise<number> {
  const { wanted, notes } = await wantedOf(ground, schedule);
  const plan = await planOverride(ground, wanted);
  const { replacements, inPlace, objections, after } = plan;
  const draft = { action: 'create', schedule: schedule.name, notes } as const;
  if (replacements.length === 0) {
    if (wanted.insteadOf !== undefined && inPlace.length === 0) throw noHours(wanted.insteadOf, schedule);
    const there = inPlace.map((one) => ({ ...one, status: 'in place' }) as const);
    const said = there.length === 0 ? [...notes, `${clean(wanted.user.value.fullName, 100)} has all of these hours already.`] : notes;
    return told(ground, await outcomeOf(ground, schedule, exit.done, { ...draft, replacements: there, notes: said, after }));
  }
  const planned = replacements.map((one) => ({ ...one, status: 'planned' }) as const);
  const shown = await outcomeOf(ground, schedule, exit.changes, { ...draft, replacements: planned, objections, after });
  if (ground.options.plan) return told(ground, shown);
  const question = `Make ${planned.length === 1 ? 'this replacement' : `these ${planned.length} replacements`}?`;
  if (!(await agreed(ground, shown, question, objections))) return exit.done;
  return apply(ground, schedule, replacements, (exitCode, more) =>
    outcomeOf(ground, schedule, exitCode, { ...draft, after, objections, ...more }),
  );
}

async function wantedOf(ground: Acting, schedule: Schedule): Promise<{ readonly wanted: Wanted; readonly notes: readonly string[] }> {
  const { options, now } = ground;
  const user = await personCalled(ground, options.who ?? (await askedPerson(ground)));
  const insteadOf = options.insteadOf === undefined ? undefined : (await personCalled(ground, options.insteadOf)).value.name;
  const begins = momentOf('--at', options.begins ?? 'now', schedule.timeZone, now);
  const ends = await endOf(ground, schedule, begins.at);
  refuseTimes(begins.at, ends.at, now);
  if (insteadOf === user.value.name)
    throw new PmpError('usage', { message: 'nobody can replace themselves', fix: 'Name two different people.' });
  const wanted = {
    schedule,
    user,
    start: Math.max(begins.at, whole(now)),
    end: ends.at,
    ...(insteadOf === undefined ? {} : { insteadOf }),
  };
  return { wanted, notes: [begins.said, ends.said].filter((said) => said !== undefined) };
}

async function endOf({ options, session, now }: Acting, { timeZone }: Schedule, start: Instant) {
  const { lasts, ends } = options;
  if (lasts !== undefined) return { at: start + lengthOf(lasts), said: undefined };
  if (ends !== undefined) return { said: undefined, ...momentOf('--until', ends, timeZone, now, start) };
  if (!session.interactive) throw missing('--until <time> or --for <length>', 'when the replacement ends');
  session.view.idle();
  const reply = await session.prompter.text({
    message: `Until when (${timeZone})?`,
    help: 'For instance 18:00, tomorrow 09:00, 2026-12-24 18:00.',
  });
  if (reply.kind !== 'answer') throw missing('--until <time> or --for <length>', 'when the replacement ends');
  return { said: undefined, ...momentOf('--until', reply.value, timeZone, now, start) };
}

async function askedPerson({ session, pagerduty }: Acting): Promise<string> {
  if (!session.interactive) throw missing('the e-mail or name of who takes over', 'who takes over');
  const people = await pagerduty.people(1000);
  session.view.idle();
  const reply = await session.prompter.search({
    message: 'Who takes over?',
    help: 'Type part of a name or an e-mail.',
    find: (typed) =>
      people
        .filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(typed.trim().toLowerCase()))
        .map(({ name, email }) => ({ value: email, label: name, hint: email })),
  });
  if (reply.kind !== 'answer') throw missing('the e-mail or name of who takes over', 'who takes over');
  return reply.value;
}

function refuseTimes(start: Instant, end: Instant, now: Instant): void {
  const refuse = (message: string, fix: string) => new PmpError('usage', { message, fix });
  if (start < whole(now)) throw refuse('it would begin in the past', 'Leave out --at to begin now, or name a later time.');
  if (end <= start) throw refuse('it would end before it begins', 'Correct --at or --until.');
  if (end - start > longest) throw refuse('it would last more than three months', 'Change the rota instead: the answers and pmp-pd setup.');
}

function noHours(insteadOf: string, { name }: Schedule): PmpError {
  return new PmpError('usage', {
    message: `${insteadOf} has no hours of ${name} in that time`,
    fix: 'Run pmp-pd oncall to see who has them, or leave out --instead-of to take all hours.',
  });
}

/** Writes one by one and reads back. What was made stays made; a second run makes the rest. */
async function apply(
  ground: Acting,
  schedule: Schedule,
  replacements: readonly Replacement[],
  outcome: (exitCode: number, more: Pick<OverrideOutcome, 'replacements' | 'error'>) => Promise<OverrideOutcome>,
): Promise<number> {
  const { pagerduty, session } = ground;
  const results: OverrideOutcome['replacements'][number][] = [];
  const error = await session.finishing(async () => {
    for (const { start, end, who, instead } of replacements) {
      if (session.stopping.aborted) return toPmpError(session.stopping.reason);
      session.view.working(`Making replacement ${results.length + 1} of ${replacements.length}`);
      try {
        const { id } = await pagerduty.createOverride(schedule.name, { start, end, who });
        results.push({ id, start, end, who, instead, status: 'made' });
      } catch (thrown) {
        return toPmpError(thrown);
      }
    }
    return undefined;
  });
  if (error !== undefined && results.length === 0) throw error;
  const unmade = replacements.slice(results.length).map((one) => ({ ...one, status: 'failed' }) as const);
  const wrong = error ?? (await notInForce(ground, schedule, replacements));
  const exitCode = wrong === undefined ? exit.done : exit.partly;
  return told(ground, await outcome(exitCode, { replacements: [...results, ...unmade], ...(wrong === undefined ? {} : { error: wrong }) }));
}

/** Reads the schedule again: somebody else may have replaced the same hours since. */
async function notInForce({ pagerduty }: Acting, schedule: Schedule, replacements: readonly Replacement[]): Promise<PmpError | undefined> {
  pagerduty.forget();
  for (const { start, end, who } of replacements) {
    // What has passed since it was made is no longer rendered as asked.
    const shifts = await pagerduty.rendered(schedule.name, start, end);
    const other = shifts.find((shift) => shift.who !== who && shift.end - shift.start > 60_000);
    if (other === undefined) continue;
    return new PmpError('left-over', {
      message: `schedule "${schedule.name}" still calls ${other.who} for some of these hours`,
      cause: 'The replacement was made, but another one, made later, wins.',
      fix: 'Run pmp-pd override --list and cancel the other one.',
      resource: `schedule ${schedule.name}`,
    });
  }
  return undefined;
}

async function cancelled(ground: Acting, schedule: Schedule, id: string): Promise<number> {
  const { pagerduty, now, options, session } = ground;
  const all = await aheadOf(ground, schedule);
  const one = all.find((each) => each.id === id);
  if (one === undefined)
    throw new PmpError('usage', {
      message: `schedule "${schedule.name}" has no replacement ${clean(id, 60)} now or ahead`,
      cause: all.length === 0 ? 'It has none at all.' : `It has ${all.map((each) => each.id ?? '').join(', ')}.`,
      fix: 'Run pmp-pd override --list to see them.',
    });
  const shown = wholeDays(schedule.timeZone, Math.max(one.start, now), one.end);
  // As when it is made: of what is past nothing is drawn, not even that nobody was on call.
  const duty = await dutyOf(ground, schedule, Math.max(shown.from, whole(now)), shown.until);
  const gone = { ...one, start: Math.max(one.start, whole(now)) };
  const draft = { action: 'cancel', schedule: schedule.name, after: without(duty, schedule, gone) } as const;
  const plan = await outcomeOf(ground, schedule, exit.changes, { ...draft, replacements: [{ ...gone, status: 'planned' }] });
  if (options.plan) return told(ground, plan);
  if (!(await agreed(ground, plan, `Take back this replacement by ${called(plan.whom, one.who)}?`, []))) return exit.done;
  await session.finishing(() => pagerduty.deleteOverride(schedule.name, id));
  pagerduty.forget();
  const left = (await pagerduty.overrides(schedule.name, session.clock.now(), one.end)).some(
    (each) => each.id === id && each.end > session.clock.now(),
  );
  if (left)
    throw new PmpError('left-over', {
      message: `replacement ${id} is still there`,
      fix: 'Run the same command again.',
      resource: `schedule ${schedule.name}`,
    });
  return told(ground, await outcomeOf(ground, schedule, exit.done, { ...draft, replacements: [{ ...gone, status: 'cancelled' }] }));
}
