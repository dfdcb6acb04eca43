import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** What takes longer than the test command may: every point, every case. */
export default mergeConfig(
  base,
  defineConfig({ test: { include: ['test/exhaustive/**/*.test.ts'], exclude: ['node_modules/**'], testTimeout: 600_000, hookTimeout: 120_000 } }),
);
