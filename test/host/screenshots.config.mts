import { defineConfig } from 'vitest/config';

/** What takes pictures: no test, but the same way to a VS Code. */
export default defineConfig({
  test: {
    include: ['test/host/screenshots.ts', 'test/host/gallery.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    bail: 1,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
