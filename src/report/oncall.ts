import type { LevelDuty, OncallOutcome, PolicyDuty, ScheduleDuty } from '../engine/index.ts';
import { blocks, closing, headLines, insteadWords, nameOf, spanWords, theirs, when, type DayTwoTextOptions } from './day-two-words.ts';
import { dutyPicture } from './duty-picture.ts';
import { fact, heading, paragraph, table, type Row } from './lines.ts';
import { voiceOf, type Style, type Voice } from './style.ts';
import { sentence } from './text.ts';

/** Who is called now and next, level by level, and the coming weeks. Ends without a newline. */
export function oncallText(outcome: OncallOutcome, style: Style, { quiet = false }: DayTwoTextOptions = {}): string {
  const voice = voiceOf(style);
  const zone = voice.say(outcome.timeZone, 60);
  const drawn = quiet
    ? []
    : outcome.schedules.map((duty) => [...dutyPicture(duty, outcome.whom, style), ...replacementLines(voice, outcome, duty)]);
  return blocks(
    headLines(voice, outcome),
    ...outcome.policies.map((policy) => policyLines(voice, outcome, policy)),
    paragraph(voice, `Times are in ${zone}.`, 0, 'quiet'),
    ...drawn,
    end(voice, outcome),
  );
}

function policyLines(voice: Voice, outcome: OncallOutcome, { policy, services, levels }: PolicyDuty): readonly string[] {
  const of = services.length === 0 ? '' : `, for ${sentence(services.map((service) => voice.say(service, 120)))}`;
  const rows = levels.map((level): Row => ({
    mark: level.now.length === 0 ? 'fail' : 'pass',
    label: `level ${level.level}${level.afterMinutes === 0 ? '' : `, after ${level.afterMinutes} min`}`,
    body: [{ text: levelWords(voice, outcome, level) }],
  }));
  return [...fact(voice, [], [{ text: `${voice.say(policy, 120)}${of}`, tone: 'head' }]), ...table(voice, rows, 2)];
}

function levelWords(voice: Voice, { whom, timeZone, at }: OncallOutcome, { now, next }: LevelDuty): string {
  const time = (instant: number, who: string) => `${when(instant, timeZone, at)}${theirs(instant, timeZone, whom.get(who)?.timeZone, at)}`;
  const current = now.map(({ who, until }) => `${nameOf(voice, whom, who)}${until === undefined ? '' : ` until ${time(until, who)}`}`);
  const after = next.map(({ who, start, end }) => {
    const late = now.every(({ until }) => until !== undefined && until < start);
    return `${nameOf(voice, whom, who)}${late ? ` from ${time(start, who)}` : ''} until ${time(end, who)}`;
  });
  const then = after.length === 0 ? '' : `; then ${sentence(after)}`;
  return `${current.length === 0 ? 'nobody' : sentence(current)}${then}`;
}

function replacementLines(voice: Voice, { whom, at }: OncallOutcome, { replacements, timeZone }: ScheduleDuty): readonly string[] {
  if (replacements.length === 0) return [];
  const rows = replacements.map((one): Row => ({
    label: nameOf(voice, whom, one.who),
    body: [
      {
        text: `${spanWords(one, timeZone, at)}, ${insteadWords(voice, whom, one)}${one.id === undefined ? '' : ` [${voice.say(one.id, 40)}]`}`,
      },
    ],
  }));
  return ['', heading(voice, 'Temporary replacements'), ...table(voice, rows, 2)];
}

function end(voice: Voice, { policies, whom, timeZone, at }: OncallOutcome): readonly string[] {
  const empty = policies.filter(({ levels }) => (levels[0]?.now.length ?? 0) === 0);
  if (empty.length > 0)
    return closing(voice, 'fail', `Nobody is on call now at level 1 of ${sentence(empty.map(({ policy }) => voice.say(policy, 120)))}.`);
  const first = policies.flatMap(({ levels }) => levels[0]?.now ?? []);
  const people = [...new Map(first.map((one) => [one.who, one])).values()];
  const words = people.map(
    ({ who, until }) => `${nameOf(voice, whom, who)}${until === undefined ? '' : ` until ${when(until, timeZone, at)}`}`,
  );
  return closing(voice, 'pass', `On call now: ${sentence(words)}.`);
}
