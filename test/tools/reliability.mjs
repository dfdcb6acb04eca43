/**
 * Prints the README's table of reliability from what `npx vitest run --config .config/vitest.exhaustive.config.mts` measured:
 * `node test/tools/reliability.mjs`. Plain JavaScript, so that the oldest supported Node runs it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = (name) => JSON.parse(readFileSync(fileURLToPath(new URL(`../exhaustive/.out/${name}.json`, import.meta.url)), 'utf8'));

const crash = read('crash').tallies;
const faults = read('faults');
const inputs = read('bad-answers');
const duplicates = crash.reduce((sum, one) => sum + one.duplicates, 0) + faults.duplicates;
const rows = [
  ...crash.map((one) => [one.name, one.points, `${one.recovered} ended in the same account`]),
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
