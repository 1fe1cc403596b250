/** The tests of single parts, against a real Postgres. `npm test -- unit` */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/fault/**', 'test/soak/**', 'test/bench/**'],
    globalSetup: ['test/harness/leash.global.ts', 'test/harness/postgres.global.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
