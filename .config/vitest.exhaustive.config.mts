import { defineConfig } from 'vitest/config';
import base from './vitest.config.mts';

/** What takes longer than the test command may: every point, every case. Not merged: lists would be joined, `exclude` too. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['test/exhaustive/**/*.test.ts'],
    exclude: ['node_modules/**'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
