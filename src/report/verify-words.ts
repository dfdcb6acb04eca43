import type { CheckResult, VerifyOutcome } from '../engine/index.ts';
import { count, sentence } from './text.ts';
import type { VerifyExtras } from './verify-facts.ts';

/** Of the guide's checklist. */
const allItems = 11;

type Status = CheckResult['verdict']['status'];

/** The one sentence at the end: the verdict, what decided it, and what was counted where that is not everything. */
export function verdictSentence(outcome: VerifyOutcome, { strict = false }: Pick<VerifyExtras, 'strict'> = {}): string {
  const left = leftOut(outcome);
  if (outcome.exitCode === 130 || outcome.exitCode === 143) return `Stopped while waiting for what can still turn green.${left}`;
  if (outcome.exitCode === 0) return `${holds(outcome)}.${left}`;
  const because = reasons(outcome, strict || outcome.exitCode === 3).join('; ');
  return `Not ready: ${because === '' ? 'not everything could be looked at' : because}.${left}`;
}

/** A verdict in a word or two, for the head of a page. */
export function verdictWord(outcome: VerifyOutcome): string {
  if (outcome.exitCode !== 0) return 'Not ready';
  return isNarrowed(outcome) ? 'What was counted holds' : outcome.summary.warn > 0 ? 'Ready, with warnings' : 'Ready';
}

/** Some of the eleven were left out by --only or --skip. */
export function isNarrowed({ counted }: VerifyOutcome): boolean {
  return counted.length < allItems;
}

function holds(outcome: VerifyOutcome): string {
  const further = outcome.checks.filter((check) => check.item === undefined).length;
  const unproven = namesOf(outcome, 'skip');
  const held = outcome.counted.length === 0 ? [] : [`${itemsCounted(outcome)} ${outcome.counted.length === 1 ? 'holds' : 'hold'}`];
  const more = further === 0 ? [] : [`no further check fails (${further} ${further === 1 ? 'was' : 'were'} run)`];
  const asides = [warningWords(outcome), unproven.length === 0 ? '' : `not provable: ${sentence(unproven)}`].filter((part) => part !== '');
  return `${verdictWord(outcome)}: ${[sentence([...held, ...more]) || 'nothing was asked for', ...asides].join('; ')}`;
}

function itemsCounted(outcome: VerifyOutcome): string {
  if (!isNarrowed(outcome)) return `all ${allItems} items of the guide's checklist`;
  return `${count(outcome.counted.length, 'item')} of the guide's checklist (${ranges(outcome.counted)})`;
}

function reasons(outcome: VerifyOutcome, strict: boolean): readonly string[] {
  const items = (status: Status, one: string, several: string) => {
    const found = outcome.checks.flatMap(({ item, verdict }) => (item !== undefined && verdict.status === status ? [item] : []));
    return found.length === 0 ? [] : [`${found.length === 1 ? 'item' : 'items'} ${ranges(found)} ${found.length === 1 ? one : several}`];
  };
  const ours = outcome.checks.flatMap(({ id, item, verdict }) => (item === undefined && verdict.status === 'fail' ? [id] : []));
  const onlyWarnings = outcome.summary.fail === 0 && items('skip', '', '').length === 0;
  return [
    ...items('fail', 'failed', 'failed'),
    ...items('skip', 'is not provable', 'are not provable'),
    ...(ours.length === 0 ? [] : [`${sentence(ours)} failed`]),
    ...(strict && onlyWarnings && outcome.summary.warn > 0 ? [`${warningWords(outcome)}, and --strict counts warnings`] : []),
  ];
}

function warningWords(outcome: VerifyOutcome): string {
  const warned = outcome.checks.flatMap(({ id, item, verdict }) =>
    verdict.status === 'warn' ? [item === undefined ? id : `item ${item}`] : [],
  );
  return warned.length === 0 ? '' : `${count(warned.length, 'warning')} (${warned.join(', ')})`;
}

function namesOf({ checks }: VerifyOutcome, status: Status): readonly string[] {
  return checks.flatMap(({ id, item, verdict }) => (item === undefined && verdict.status === status ? [id] : []));
}

function leftOut(outcome: VerifyOutcome): string {
  if (!isNarrowed(outcome)) return '';
  const left = Array.from({ length: allItems }, (_, index) => index + 1).filter((item) => !outcome.counted.includes(item));
  return ` Not counted, because of --only or --skip: ${left.length === 1 ? 'item' : 'items'} ${ranges(left)}.`;
}

/** "1 to 3, 5 and 7 to 11" */
function ranges(numbers: readonly number[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  return sentence(
    runs.flatMap(({ from, to }) => (to - from > 1 ? [`${from} to ${to}`] : to === from ? [String(from)] : [String(from), String(to)])),
  );
}
