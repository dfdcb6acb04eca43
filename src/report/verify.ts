import type { CheckResult, VerifyOutcome } from '../engine/index.ts';
import { headLines, sandboxLines } from './head.ts';
import { fact, heading, type Row } from './lines.ts';
import { voiceOf, type Mark, type Part, type Style, type Tone, type Voice } from './style.ts';
import { aged, lasting, pad, sentence, stopped, widthOf } from './text.ts';
import type { VerifyExtras } from './verify-facts.ts';
import { verdictSentence } from './verify-words.ts';

export interface VerifyTextOptions extends VerifyExtras {
  /** What is amiss, and the closing sentence. */
  readonly quiet?: boolean;
  /** Where each check is explained, those that pass included. */
  readonly verbose?: boolean;
}

/** Columns from which on the ids of our own checks stand in a column of their own. */
const wideEnough = 80;
/** What stands beneath a check is indented at least that much. */
const least = 4;
/** Evidence and hints may name many objects. */
const longest = 1200;

/** What was looked at and what was found: the guide's eleven in order, then ours, one sentence at the end. Ends without a newline. */
export function verifyText(outcome: VerifyOutcome, style: Style, options: VerifyTextOptions = {}): string {
  const voice = voiceOf(style);
  const told = options.quiet === true ? outcome.checks.filter((check) => isAmiss(check, options)) : outcome.checks;
  const items = told.filter((check) => check.item !== undefined);
  const further = told.filter((check) => check.item === undefined);
  const column = Math.max(0, ...further.map((check) => widthOf(voice.say(check.id, 60))));
  return [
    options.quiet === true
      ? [...sandboxLines(voice, outcome.sandbox), ...guideLine(voice, options)]
      : headLines(voice, outcome.head, lookedForRows(voice, options), 'look'),
    group(voice, "The guide's checklist", items, (check) => checkLines(voice, check, itemLead(voice, check), options)),
    group(voice, 'Further checks', further, (check) => checkLines(voice, check, ownLead(voice, check, column), options)),
    closing(voice, outcome, options),
  ]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

/** Quiet or not: a verdict on the guide's names, when nobody named others, says so. */
function guideLine(voice: Voice, { lookedFor }: VerifyExtras): readonly string[] {
  return lookedFor?.from.startsWith('the guide') === true ? [voice.say(`names from ${lookedFor.from}`, 200)] : [];
}

/** What `-q` still tells: what decides the exit code. */
function isAmiss({ verdict, item }: CheckResult, { strict = false }: VerifyTextOptions): boolean {
  if (verdict.status === 'skip') return item !== undefined;
  return verdict.status === 'fail' || (strict && verdict.status === 'warn');
}

/** Where the names come from, and the names themselves. */
export function lookedForRows(voice: Voice, { lookedFor }: VerifyExtras): readonly Row[] {
  if (lookedFor === undefined || lookedFor.names.length === 0) return [];
  const names = sentence(lookedFor.names.map((name) => voice.say(name, 120)));
  return [{ label: 'looked for', body: [{ text: `${names} (names from ${voice.say(lookedFor.from, 200)})` }] }];
}

function group(
  voice: Voice,
  title: string,
  checks: readonly CheckResult[],
  lines: (check: CheckResult) => readonly string[],
): readonly string[] {
  return checks.length === 0 ? [] : [heading(voice, title), ...checks.flatMap(lines)];
}

function itemLead(voice: Voice, { item, verdict }: CheckResult): readonly Part[] {
  return [voice.mark(verdict.status), { text: ` ${String(item ?? '').padStart(2)}  ` }];
}

/** The id is what --only, --skip and explain take; the guide's items have their numbers for that. */
function ownLead(voice: Voice, { id, verdict }: CheckResult, column: number): readonly Part[] {
  const mark = [voice.mark(verdict.status), { text: ' ' }];
  if (voice.style.wrap && voice.style.width < wideEnough) return mark;
  return [...mark, { text: pad(voice.say(id, 60), column), tone: 'quiet' }, { text: '  ' }];
}

const tones: Readonly<Record<CheckResult['verdict']['status'], Tone>> = { pass: 'quiet', warn: 'warn', fail: 'bad', skip: 'quiet' };

function checkLines(voice: Voice, check: CheckResult, lead: readonly Part[], options: VerifyTextOptions): readonly string[] {
  const { verdict, title } = check;
  const evidence: Part[] = [
    { text: stopped(voice.say(verdict.evidence, longest)), tone: tones[verdict.status] },
    ...(verdict.ageSeconds === undefined ? [] : [{ text: `Proof: ${aged(verdict.ageSeconds)} old.`, tone: 'quiet' } as const]),
  ];
  const indent = Math.max(
    least,
    lead.reduce((sum, part) => sum + widthOf(part.text), 0),
  );
  const beneath = [...wayOut(voice, check), ...(verdict.status === 'pass' && options.verbose !== true ? [] : [page(voice, check)])];
  return [
    ...fact(voice, lead, [{ text: `${voice.say(title, 200)}:`, tone: 'head' }, ...evidence]),
    ...beneath.flatMap((parts) => fact(voice, [{ text: ' '.repeat(indent) }], parts)),
  ];
}

/** What to do; of a check that crashed also why, in the other side's words. */
function wayOut(voice: Voice, { verdict, error }: CheckResult): readonly (readonly Part[])[] {
  const { cause } = error?.facts ?? {};
  const why = cause === undefined || verdict.evidence.includes(cause) ? '' : voice.say(cause, longest);
  return [
    ...(why === '' ? [] : [[{ text: 'why:', tone: 'quiet' } as const, { text: stopped(why) }]]),
    ...('hint' in verdict ? [[{ text: 'fix:', tone: 'quiet' } as const, { text: stopped(voice.say(verdict.hint, longest)) }]] : []),
  ];
}

function page(voice: Voice, { id, error }: CheckResult): readonly Part[] {
  return [
    { text: 'more:', tone: 'quiet' },
    { text: `pmp-pd explain ${error?.id ?? voice.say(id, 60)}`, whole: true },
  ];
}

function closing(voice: Voice, outcome: VerifyOutcome, options: VerifyTextOptions): readonly string[] {
  const mark: Mark = outcome.exitCode === 0 ? (outcome.summary.warn > 0 ? 'warn' : 'pass') : outcome.exitCode === 3 ? 'warn' : 'fail';
  const took: Part = { text: `(${lasting(outcome.seconds)})`, tone: 'quiet', whole: true };
  return fact(
    voice,
    [voice.mark(mark), { text: ' ' }],
    [{ text: voice.say(verdictSentence(outcome, options), longest), tone: 'head' }, took],
  );
}
