import { defineConfig } from 'vitest/config';

/** Tests that drive a real VS Code in a browser: one file at a time, as each brings a server and a browser. */
export default defineConfig({
  test: {
    include: ['test/host/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
