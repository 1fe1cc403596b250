import { describe, expect, it } from 'vitest';
import { countReport } from '../../local/test-report.ts';

const file = (status: string, assertions: number) => ({
  status,
  assertionResults: Array.from({ length: assertions }, () => ({})),
});

describe('the totals of a test run', () => {
  it('are those of the report', () => {
    const report = { numPassedTests: 3, numFailedTests: 1, testResults: [file('failed', 4)] };
    expect(countReport(report, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('count a file that does not load as a failed test', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 0,
      testResults: [file('passed', 3), file('failed', 0)],
    };
    expect(countReport(report, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('count a run that failed outside any test', () => {
    expect(
      countReport({ numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 3)] }, 1),
    ).toEqual({ passed: 3, failed: 1 });
  });
});
