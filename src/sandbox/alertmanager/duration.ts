import { Refusal } from './yaml.ts';

const units = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;
const pattern = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Prometheus' duration ("1h30m") in the form that Alertmanager writes it back. @throws Refusal */
export function parseDuration(text: string): string {
  return writeDuration(milliseconds(text));
}

/** @throws Refusal in Alertmanager's words. */
export function milliseconds(text: string): number {
  if (text === '') throw new Refusal('empty duration string');
  if (text === '0') return 0;
  const found = pattern.exec(text);
  if (found === null) throw new Refusal(`not a valid duration string: ${JSON.stringify(text)}`);
  return units.reduce((sum, [, size], index) => sum + Number(found[index + 1] ?? 0) * size, 0);
}

function writeDuration(total: number): string {
  if (total === 0) return '0s';
  let rest = total;
  let text = '';
  for (const [unit, size] of units) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
