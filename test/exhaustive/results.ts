import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Figures for the README's table; test/tools/reliability.mjs makes it. */
export function writeResults(name: string, figures: object): void {
  const folder = join(import.meta.dirname, '.out');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
}
