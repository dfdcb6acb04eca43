/** Who is on call at every hour of a year: arithmetic alone, in a process of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { median } from '../machine.mjs';
import { bare, root, run } from '../processes.mjs';

const most = 100;

export const coverage = {
  id: 'coverage',
  about: 'coverage of a year, 3 regions, 1000 engineers',
  async measure({ rounds }) {
    const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-bench-'));
    try {
      const { outputFiles } = await build({
        entryPoints: [join(root, 'test/bench/rows/coverage-year.ts')],
        bundle: true,
        format: 'cjs',
        platform: 'node',
        target: 'node20.19',
        write: false,
        define: { 'import.meta.url': '""' },
      });
      const script = join(folder, 'year.cjs');
      writeFileSync(script, outputFiles[0].contents);
      const samples = [];
      for (let round = 0; round < rounds; round++) {
        const ran = await run(process.execPath, [script], { cwd: folder, env: bare(folder) });
        if (ran.code !== 0) throw new Error(ran.stderr);
        samples.push(JSON.parse(ran.stdout));
      }
      const ms = median(samples.map((one) => one.ms));
      const { shifts } = samples[0];
      return [
        {
          what: 'coverage of a year, 3 regions, 1000 engineers (first time in a process)',
          target: `< ${most} ms`,
          measured: `${ms.toFixed(0)} ms, ${shifts} shifts`,
          ok: ms < most,
          numbers: { ms, shifts },
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
