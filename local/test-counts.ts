import { z } from 'zod';

/** The part of vitest's JSON report that is counted. */
const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

export interface TestCounts {
  readonly files: number;
  readonly passed: number;
  readonly failed: number;
  /** Names of the tests that did not run. Nothing may be skipped, so they count as failed. */
  readonly skipped: readonly string[];
}

/** Counts the tests of a report. A file that could not be loaded counts as one failure. */
export const countTests = (json: unknown): TestCounts => {
  const { testResults } = report.parse(json);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failed = tests.filter(({ status }) => status === 'failed').length;
  const skipped = tests.filter(({ status }) => !['passed', 'failed'].includes(status)).map(({ fullName }) => fullName);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
  return { files: testResults.length, passed, failed: failed + broken, skipped };
};
