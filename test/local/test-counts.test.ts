import { expect, it } from 'vitest';
import { countTests } from '../../local/test-counts.js';

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((each, index) => ({ fullName: `test ${index}`, status: each })),
});

it('counts a skipped test and a file that does not load as failures', () => {
  const testResults = [file('passed', 'passed', 'skipped'), file('failed', 'passed', 'failed'), file('failed')];
  expect(countTests({ testResults })).toEqual({ files: 3, passed: 2, failed: 2, skipped: ['test 1'] });
});
