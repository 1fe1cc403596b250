/** Pure: vitest's JSON report → how many tests passed and failed. */
import { z } from 'zod';

export interface Counts {
  passed: number;
  failed: number;
}

const schema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** A file that does not load counts as one failed test, and so does a run that failed for no test's sake. */
export function countReport(report: unknown, exitCode: number): Counts {
  const { numPassedTests, numFailedTests, testResults } = schema.parse(report);
  const unloaded = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = numFailedTests + unloaded;
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
