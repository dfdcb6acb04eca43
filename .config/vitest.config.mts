import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes long begins first, so that no worker is left alone with it at the end. */
const long = [
  'crash/sample',
  'adapters/prompts/prompts',
  'drill/drill',
  'e2e/two-admins',
  'e2e/setup',
  'engine/verify-command',
  'crash/faults-sample',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at === -1 ? long.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/exhaustive/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Nothing here replaces a module or a global for one file only, so modules are loaded once a worker.
    isolate: false,
    // A busy CI machine may starve a pseudo-terminal for seconds; what fails twice is broken.
    retry: process.env['CI'] === undefined ? 0 : 1,
    expect: { requireAssertions: true },
    setupFiles: ['test/support/offline.ts'],
  },
});
