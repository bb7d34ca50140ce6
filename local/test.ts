/**
 * `npm test`: everything, on a fresh clone. Checks first, then all tests against the real Temporal and the real
 * Postgres, which are obtained on the way. Arguments are handed to vitest, to run a part.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checks, runCheck } from './checks.js';
import { withoutOurs } from './environment.js';
import { repositoryFolder } from './processes.js';
import { elapsed, progressLine } from './progress.js';
import { temporalBinary } from './temporal-binary.js';
import { countTests, type TestCounts } from './test-counts.js';
import { throwawayFolder } from './throwaway-folder.js';

const started = Date.now();
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** How many checks failed. */
const check = async (): Promise<number> => {
  let failed = 0;
  for (const each of checks) {
    const since = Date.now();
    const { passed, output } = await runCheck(each);
    say(`${passed ? '✓' : '✗'} ${each.name} (${elapsed(since)})`);
    if (!passed) {
      failed += 1;
      say(output);
    }
  }
  return failed;
};

const runTests = async (
  temporal: string,
  args: readonly string[],
): Promise<TestCounts & { readonly exitCode: number }> => {
  using folder = throwawayFolder();
  const report = join(folder.path, 'report.json');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    {
      cwd: repositoryFolder,
      stdio: ['ignore', 'inherit', 'inherit'],
      // What is set for a real installation must not reach the tests.
      env: { ...withoutOurs(process.env), TEMPORAL_CLI_PATH: temporal },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const exitCode = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const none = { files: 0, passed: 0, failed: 0, skipped: [] };
  const counts = existsSync(report) ? countTests(JSON.parse(readFileSync(report, 'utf8'))) : none;
  return { ...counts, exitCode };
};

const args = process.argv.slice(2);
const { report, clear } = progressLine();
// It may have to be built, so it begins while the checks run; the checks' own failures are told first.
const binary = temporalBinary(report).then(
  (path) => ({ path }),
  (error: unknown) => ({ error }),
);
const failedChecks = args.length === 0 ? await check() : 0;
const ranChecks = args.length === 0 ? checks.length : 0;
const temporal = await binary;
clear();
if ('error' in temporal) {
  say(temporal.error instanceof Error ? temporal.error.message : String(temporal.error));
  say(`\n${ranChecks - failedChecks} passed, ${failedChecks + 1} failed`);
  process.exit(1);
}
const { files, passed, failed, skipped, exitCode } = await runTests(temporal.path, args);
// Errors outside any test, such as a set-up that failed, make vitest fail without a failed test.
const outside = exitCode !== 0 && failed === 0 ? 1 : 0;
for (const name of skipped) say(`skipped, which counts as failed: ${name}`);
if (outside > 0) say('vitest failed outside of the tests; see above');
say(`${ranChecks} checks, ${passed + failed + skipped.length} tests in ${files} files, ${elapsed(started)}`);
const allFailed = failedChecks + failed + skipped.length + outside;
const allPassed = ranChecks - failedChecks + passed;
say(`${allPassed} passed, ${allFailed} failed`);
process.exitCode = allFailed > 0 || passed === 0 ? 1 : 0;
