import { defineConfig } from 'vitest/config';

/** Measures the page in a real VS Code: figures, no test. */
export default defineConfig({
  test: {
    include: ['test/host/measure.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
