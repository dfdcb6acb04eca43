import type { CheckResult, DrillCleanup, DrillOutcome, DrillPreview } from '../engine/index.ts';
import { hopLine } from './drill-live.ts';
import { clockTime, viaWords } from './drill-words.ts';
import { sandboxLines } from './head.ts';
import { fact, heading, table, type Row } from './lines.ts';
import { voiceOf, type Mark, type Part, type Style, type Voice } from './style.ts';
import { count, lasting, pad, sentence, stopped, widthOf } from './text.ts';

export interface DrillTextOptions {
  readonly sandbox: boolean;
  readonly quiet?: boolean;
  /** The stations were told one by one on the same terminal. */
  readonly told?: boolean;
}

const longest = 1200;

/** Who will be paged, by what and when, and what speaks against it. Ends without a newline. */
export function drillPreviewText(preview: DrillPreview, style: Style, { sandbox }: Pick<DrillTextOptions, 'sandbox'>): string {
  const voice = voiceOf(style);
  const title = `A drill of "${voice.say(preview.service, 120)}", ${viaWords[preview.via]}: it really pages`;
  return [
    ...sandboxLines(voice, sandbox),
    heading(voice, title),
    ...table(voice, levelRows(voice, preview), 2),
    ...preview.objections.flatMap(({ what, excused }) =>
      fact(
        voice,
        [voice.mark(excused ? 'warn' : 'fail'), { text: ' ' }],
        [{ text: stopped(voice.say(excused ? `${what}, and you let that pass` : what, longest)) }],
      ),
    ),
    ...preview.notes.flatMap((note) => fact(voice, [voice.mark('warn'), { text: ' ' }], [{ text: stopped(voice.say(note, longest)) }])),
  ].join('\n');
}

/** A level's people, each with their own clock: it may be night where they are. */
function levelRows(voice: Voice, { levels, rings }: DrillPreview): readonly Row[] {
  const manned = levels.filter(({ people }) => people.length > 0);
  return levels.map(({ level, people }) => {
    const before = manned.filter((other) => other.level < level);
    const after = before.reduce((sum, { delayMinutes }) => sum + delayMinutes, 0);
    const index = manned.findIndex((other) => other.level === level);
    const called = index >= 0 && index < rings;
    const when = !called ? 'not by this drill, if it is answered' : after === 0 ? 'at once' : `after ${after} min`;
    const body: readonly Part[] =
      people.length === 0 ? [{ text: 'nobody is on call', tone: 'bad' }] : people.map((person) => ({ text: personWords(voice, person) }));
    return { label: `level ${level}`, body: people.length === 0 ? body : [{ text: `${when}:`, tone: called ? 'head' : 'quiet' }, ...body] };
  });
}

function personWords(voice: Voice, { name, localTime, channels }: DrillPreview['levels'][number]['people'][number]): string {
  const rung = channels.length === 0 ? 'nothing of theirs rings' : channels.join(', ');
  return stopped(`${voice.say(name, 120)} (${voice.say(localTime, 60)} there): ${voice.say(rung)}`);
}

/** The account of a drill: its way, who was called, what was proven, who to thank, one sentence. Ends without a newline. */
export function drillText(
  outcome: DrillOutcome,
  style: Style,
  { quiet = false, told = false }: Omit<DrillTextOptions, 'sandbox'> = {},
): string {
  const voice = voiceOf(style);
  const checks = quiet ? outcome.checks.filter(({ verdict }) => verdict.status === 'fail') : outcome.checks;
  return [
    quiet ? sandboxLines(voice, outcome.sandbox) : headOf(voice, outcome),
    quiet || told || outcome.hops.length === 0
      ? []
      : [heading(voice, 'The way of the alert (UTC)'), ...outcome.hops.flatMap((hop) => hopLine(voice, hop, [{ text: '  ' }]))],
    quiet ? [] : people(voice, outcome),
    checks.length === 0 ? [] : [heading(voice, 'What was proven'), ...checks.flatMap((check) => checkLines(voice, check))],
    quiet ? [] : thanks(voice, outcome),
    left(voice, outcome),
    closing(voice, outcome),
  ]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function headOf(voice: Voice, { sandbox, drill, incident }: DrillOutcome): readonly string[] {
  const rows: readonly Row[] = [
    { label: 'drill', body: [{ text: `${drill.id}, ${viaWords[drill.via]}` }] },
    { label: 'service', body: [{ text: voice.say(drill.service, 120) }] },
    ...(incident === undefined
      ? []
      : [{ label: 'incident', body: [{ text: `#${incident.number}` }, { text: voice.say(incident.url, 300), whole: true }] }]),
  ];
  return [...sandboxLines(voice, sandbox), ...table(voice, rows, 0)];
}

function people(voice: Voice, { people: called, drill }: DrillOutcome): readonly string[] {
  if (called.length === 0) return [];
  const rows = called.map(({ level, name, notified }): Row => {
    const ways = notified.map(
      ({ channel, at }) => `${voice.say(channel, 30)} ${clockTime(at)} (+${lasting(Math.max(0, Math.round((at - drill.began) / 1000)))})`,
    );
    return {
      label: `level ${level}`,
      body: [
        { text: `${voice.say(name, 120)}:`, tone: 'head' },
        ways.length === 0 ? { text: 'not notified', tone: 'bad' } : { text: ways.join(', ') },
      ],
    };
  });
  return [heading(voice, 'Who was called'), ...table(voice, rows, 2)];
}

function checkLines(voice: Voice, { item, title, verdict }: CheckResult): readonly string[] {
  const lead: readonly Part[] = [voice.mark(verdict.status), { text: ` ${String(item ?? '').padStart(2)}  ` }];
  const indent = lead.reduce((sum, part) => sum + widthOf(part.text), 0);
  return [
    ...fact(voice, lead, [
      { text: `${voice.say(title, 200)}:`, tone: 'head' },
      {
        text: stopped(voice.say(verdict.evidence, longest)),
        tone: verdict.status === 'fail' ? 'bad' : verdict.status === 'warn' ? 'warn' : 'quiet',
      },
    ]),
    ...('hint' in verdict
      ? fact(voice, [{ text: pad('', indent) }], [{ text: 'fix:', tone: 'quiet' }, { text: stopped(voice.say(verdict.hint, longest)) }])
      : []),
  ];
}

function thanks(voice: Voice, { thanks: who, targets, hops }: DrillOutcome): readonly string[] {
  if (who.length === 0) return [];
  const target = targets.acknowledgeSeconds === undefined ? '' : ` (promised: within ${lasting(targets.acknowledgeSeconds)})`;
  const answered = hops.find(({ hop }) => hop === 'acknowledged');
  const called = hops.findLast(({ hop, at }) => (hop === 'incident_opened' || hop === 'escalated') && at <= (answered?.at ?? 0));
  // PagerDuty tells whole seconds: what is said of it elsewhere is counted in those.
  const took =
    answered === undefined || called === undefined
      ? ''
      : ` ${lasting(Math.floor(answered.at / 1000) - Math.floor(called.at / 1000))} after the call${target}`;
  return fact(voice, [], [{ text: `Thank ${voice.say(sentence(who), 200)}, who answered${took}.` }]);
}

function left(voice: Voice, { leftBehind }: Pick<DrillOutcome, 'leftBehind'>): readonly string[] {
  if (leftBehind.length === 0) return [];
  return [
    heading(voice, 'Left behind'),
    ...leftBehind.flatMap(({ what, command }) => [
      ...fact(voice, [voice.mark('fail'), { text: ' ' }], [{ text: stopped(voice.say(what, longest)), tone: 'bad' }]),
      ...fact(
        voice,
        [{ text: '  ' }],
        [
          { text: 'fix:', tone: 'quiet' },
          { text: voice.say(command, 300), whole: true },
        ],
      ),
    ]),
  ];
}

function closing(voice: Voice, outcome: DrillOutcome): readonly string[] {
  const warned = outcome.checks.some(({ verdict }) => verdict.status === 'warn');
  const mark: Mark = outcome.success ? (warned ? 'warn' : 'pass') : 'fail';
  const took: Part = { text: `(${lasting(outcome.seconds)})`, tone: 'quiet', whole: true };
  return fact(voice, [voice.mark(mark), { text: ' ' }], [{ text: closingWords(outcome), tone: 'head' }, took]);
}

function closingWords(outcome: DrillOutcome): string {
  const { success, exitCode, checks, leftBehind } = outcome;
  const nothing = leftBehind.length === 0 ? 'Nothing is left ringing.' : 'Something is left behind.';
  if (exitCode === 130 || exitCode === 143) return `Stopped. ${nothing}`;
  const items = checks.flatMap(({ item, verdict }) =>
    item !== undefined && (verdict.status === 'pass' || verdict.status === 'warn') ? [String(item)] : [],
  );
  const proven = items.length === 0 ? '' : ` and proved ${items.length === 1 ? 'item' : 'items'} ${sentence(items)}`;
  if (success) return `The drill reached a person${proven}. ${nothing}`;
  if (exitCode === 7) return `The drill was not seen in PagerDuty. ${nothing}`;
  return `The drill failed${proven === '' ? '' : `,${proven.replace(' and', ' though it')}`}. ${nothing}`;
}

/** What became of the drills that were left over. Ends without a newline. */
export function drillCleanupText(outcome: DrillCleanup, style: Style): string {
  const voice = voiceOf(style);
  const line = (mark: Mark, text: string) => fact(voice, [voice.mark(mark), { text: ' ' }], [{ text: stopped(voice.say(text, longest)) }]);
  const { cleaned, spared } = outcome;
  const words = cleaned.length === 0 ? 'No drill was left over' : `Ended ${count(cleaned.length, 'thing')} that drills had left`;
  const failed = outcome.leftBehind.length === 0 ? '' : `; ${outcome.leftBehind.length} could not be ended`;
  return [
    ...sandboxLines(voice, outcome.sandbox),
    ...cleaned.flatMap((what) => line('pass', `Ended ${what}`)),
    ...spared.flatMap((what) => line('skip', `Left alone: ${what}`)),
    ...left(voice, outcome),
    ...line(outcome.success ? 'pass' : 'fail', `${words}${failed}`),
  ].join('\n');
}
