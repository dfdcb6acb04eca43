/** Prints the README's table of reliability from what `vitest run --config .config/vitest.exhaustive.config.ts` measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Figures {
  readonly crash: {
    readonly tallies: readonly { name: string; points: number; stopped: number; recovered: number; duplicates: number }[];
  };
  readonly faults: { tried: number; survived: number; told: number; duplicates: number; longest_seconds: number };
  readonly 'bad-answers': { tried: number; refused: number };
}

function read<K extends keyof Figures>(name: K): Figures[K] {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../exhaustive/.out', `${name}.json`), 'utf8')) as Figures[K];
}

const crash = read('crash').tallies;
const faults = read('faults');
const inputs = read('bad-answers');
const duplicates = crash.reduce((sum, one) => sum + one.duplicates, 0) + faults.duplicates;
const rows: readonly (readonly [string, number, string])[] = [
  ...crash.map((one) => [`${one.name}, at every call`, one.points, `${one.recovered} ended in the same account`] as const),
  [
    'faults on the way (resets, limits, rubbish, a cluster that refuses …)',
    faults.tried,
    `${faults.survived} survived, ${faults.told} told with cause and way out`,
  ],
  ['answers that cannot work', inputs.tried, `${inputs.refused} refused with the reason, before anything was written`],
];
console.log(
  [
    '| what was done to `setup` | times | what came of it |',
    '|---|---|---|',
    ...rows.map(([what, times, result]) => `| ${what} | ${times} | ${result} |`),
    `| objects found twice afterwards | | ${duplicates} |`,
  ].join('\n'),
);
