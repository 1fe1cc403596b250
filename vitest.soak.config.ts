/** A long time, skipped, at whose end everyone is asked about. `npm test -- soak` */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    globalSetup: ['test/harness/leash.global.ts', 'test/harness/postgres.global.ts'],
    // A thousand people and a year take an hour and more.
    testTimeout: 14_400_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
