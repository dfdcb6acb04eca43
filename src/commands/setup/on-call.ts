import { daysLater, deal, render, summarise, type CoverageSummary } from '../../coverage/index.ts';
import { keyOf, type Brief, type Instant, type Schedule } from '../../model/index.ts';
import type { ReadWorld } from '../../ports/index.ts';
import { escalationPoliciesStep, schedulesStep } from '../../steps/index.ts';

/** Each wanted schedule as the account has it, and as it will be dealt: reading it again costs nothing, the lists are remembered. */
async function rotasOf(world: ReadWorld, brief: Brief, now: Instant) {
  const wanted = schedulesStep.desired(brief, now);
  const seen = await schedulesStep.read(world, wanted);
  return [...wanted.values()].map((schedule) => {
    const live = seen.get(keyOf(schedule))?.value;
    return { live, dealt: live?.style === 'shifts' ? live : deal(schedule, live, now) };
  });
}

/** Who is on call now and until when, before and after the plan; one line a schedule. */
export async function onCallLines(world: ReadWorld, brief: Brief, now: Instant) {
  const rotas = await rotasOf(world, brief, now);
  const line = (schedule: Schedule) => `${schedule.name}: ${nowAndNext(schedule, brief, now)}`;
  return {
    onCallBefore: rotas.map(({ live, dealt }) => (live === undefined ? `${dealt.name}: does not exist` : line(live))),
    onCallAfter: rotas.map(({ dealt }) => line(dealt)),
  };
}

/** Coverage of the coming six weeks, by schedule and by the policy levels it serves. */
export async function coverageOf(world: ReadWorld, brief: Brief, now: Instant): Promise<readonly CoverageSummary[]> {
  const rotas = await rotasOf(world, brief, now);
  return summarise(
    rotas.map(({ dealt }) => dealt),
    [...escalationPoliciesStep.desired(brief, now).values()],
    now,
  );
}

function nowAndNext(schedule: Schedule, { answers }: Brief, now: Instant): string {
  if (schedule.style === 'shifts') return 'shift-based, its hours are not read';
  const shifts = render(schedule, now, daysLater(schedule.timeZone, now, 14));
  const name = (email: string) => answers.people.find((person) => person.email === email)?.name ?? email;
  const [first, second] = shifts;
  if (first === undefined) return 'nobody in the next two weeks';
  if (first.start > now) return `nobody until ${localTime(first.start, schedule.timeZone)}, then ${name(first.who)}`;
  const then = second === undefined ? '' : `, then ${second.start > first.end ? 'nobody' : name(second.who)}`;
  return `${name(first.who)} until ${localTime(first.end, schedule.timeZone)}${then}`;
}

function localTime(instant: Instant, timeZone: string): string {
  const options = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(instant)).replace(',', '');
}
