/**
 * npm run bench [-- --quick] [--only <row>]… [--peers]: measures whole processes against the served sandbox, prints a table and writes
 * test/bench/.out/bench.json. It is no test: figures belong to the machine that is named beside them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './machine.mjs';
import { root } from './processes.mjs';
import { coverage } from './rows/coverage.mjs';
import { drill } from './rows/drill.mjs';
import { limit } from './rows/limit.mjs';
import { size } from './rows/package.mjs';
import { others } from './rows/peers.mjs';
import { middle, second, small, smallLocked } from './rows/setup.mjs';
import { start } from './rows/start.mjs';

const units = [start, small, smallLocked, middle, second, limit, drill, coverage, size];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
  },
});

const known = [...units, others];
const strange = values.only.find((name) => !known.some(({ id }) => id === name));
if (strange !== undefined) {
  console.error(`there is no row "${strange}"; there are ${known.map(({ id }) => id).join(', ')}`);
  process.exitCode = 2;
} else {
  await bench();
}

async function bench() {
  const chosen = values.only.length > 0 ? known.filter(({ id }) => values.only.includes(id)) : values.peers ? known : units;
  const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-bench-'));
  const how = { rounds: Number(values.rounds ?? (values.quick ? 5 : 15)), quick: values.quick, folder };
  const here = machine();
  const results = [];
  try {
    for (const unit of chosen) {
      console.error(`… ${unit.about}`);
      results.push(...(await attempt(unit, how)).map((row) => ({ id: unit.id, ...row })));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(table(here, how, results));
  mkdirSync(join(root, 'test/bench/.out'), { recursive: true });
  writeFileSync(
    join(root, 'test/bench/.out/bench.json'),
    `${JSON.stringify({ at: new Date().toISOString(), machine: here, how, results }, null, 2)}\n`,
  );
}

/** A row that cannot be measured says so, and does not take the others with it. */
async function attempt(unit, how) {
  try {
    return await unit.measure(how);
  } catch (thrown) {
    return [{ what: unit.about, target: '', skipped: `failed: ${thrown.message.split('\n')[0]}` }];
  }
}

function table({ cpu, cores, memory_gb, os, node, load }, { rounds }, results) {
  const mark = ({ ok, skipped }) => (skipped !== undefined ? '–' : ok === undefined ? '' : ok ? '✔' : '✖');
  const lines = results.map((row) => `| ${row.what} | ${row.target ?? ''} | ${row.skipped ?? row.measured} | ${mark(row)} |`);
  return [
    `${cpu}, ${cores} cores, ${memory_gb} GB, ${os}, Node ${node}; load ${load} before; medians of up to ${rounds} interleaved runs`,
    '',
    '| what | target | measured | |',
    '|---|---|---|---|',
    ...lines,
  ].join('\n');
}
