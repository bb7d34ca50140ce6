/**
 * `npm test`: on a fresh clone the checks, and every test but the slow and the long ones, against a real Temporal and a real
 * Postgres that are obtained on the way. `npm run test:slow` (`--slow`) and `npm run test:long` (`--long`): those. Other
 * arguments go to vitest, to run a part.
 */
import { ownCommand } from '../process/own-command.js';
import { runChecks, sourceChecks } from './checks.js';
import { elapsed, progressLine } from './progress.js';
import { temporalBinary } from './temporal-binary.js';
import { runVitest } from './vitest.js';

ownCommand('npm test --', 'Runs the checks and the quick tests; with arguments, what vitest makes of them.')
  .option('--slow', 'the slow tests (npm run test:slow)')
  .option('--long', 'the long tests (npm run test:long)')
  .argument('[arguments...]', 'of vitest: files, folders, options')
  .allowUnknownOption()
  .parse();
const started = Date.now();
const print = (text: string): boolean => process.stdout.write(`${text}\n`);

const [first = '', ...rest] = process.argv.slice(2);
const level = ['--slow', '--long'].includes(first) ? first.slice(2) : undefined;
const args = level === undefined ? process.argv.slice(2) : rest;
const isQuick = level === undefined && args.length === 0;
const levels = isQuick ? ['unit', 'simulator', 'store', 'journey', 'integration'] : level === undefined ? [] : [level];
const projects = levels.map((name) => `--project=${name}`);
const checks = isQuick ? sourceChecks : [];

const { report, clear } = progressLine();
// It may have to be built, which goes on while the checks run. Their failures are printed first.
const binary = temporalBinary(report).then(
  (path) => ({ path }),
  (error: unknown) => ({ error }),
);
const failedChecks = await runChecks(checks, print);
const temporal = await binary;
clear();
if ('error' in temporal) {
  print(temporal.error instanceof Error ? temporal.error.message : String(temporal.error));
  print(`\n${checks.length - failedChecks} passed, ${failedChecks + 1} failed`);
  process.exit(1);
}
const { files, passed, failed, skipped, failedOutside } = await runVitest([...projects, ...args], temporal.path);
for (const name of skipped) print(`skipped, which counts as failed: ${name}`);
if (failedOutside > 0) print('vitest failed outside of the tests; see above');
print(`${checks.length} checks, ${passed + failed + skipped.length} tests in ${files} files, ${elapsed(started)}`);
const allFailed = failedChecks + failed + skipped.length + failedOutside;
print(`${checks.length - failedChecks + passed} passed, ${allFailed} failed`);
process.exitCode = allFailed > 0 || passed === 0 ? 1 : 0;
