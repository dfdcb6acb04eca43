import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/exhaustive/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 3,
    // Nothing here replaces a module or a global for one file only, so modules are loaded once a worker.
    isolate: false,
    // A busy CI machine may starve a pseudo-terminal for seconds; what fails twice is broken.
    retry: process.env['CI'] === undefined ? 0 : 1,
    expect: { requireAssertions: true },
    setupFiles: ['test/support/offline.ts'],
  },
});
