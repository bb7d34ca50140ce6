import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutOurs } from './environment.js';
import { repositoryFolder } from './processes.js';
import { countTests, type TestCounts } from './test-counts.js';
import { throwawayFolder } from './throwaway-folder.js';

export interface VitestResult extends TestCounts {
  /** 1 when vitest failed outside of any test, in a set-up for instance; else 0. */
  readonly failedOutside: 0 | 1;
}

const none: TestCounts = { files: 0, passed: 0, failed: 0, skipped: [] };

/**
 * Runs vitest with its output on ours.
 * @param args of `vitest run`
 * @param temporal path of the Temporal command line
 */
export const runVitest = async (args: readonly string[], temporal: string): Promise<VitestResult> => {
  using folder = throwawayFolder();
  const report = join(folder.path, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...args], {
    cwd: repositoryFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
    // The settings of a real installation must not reach the tests.
    env: { ...withoutOurs(process.env), TEMPORAL_CLI_PATH: temporal },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const exitCode = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const counts = existsSync(report) ? countTests(JSON.parse(readFileSync(report, 'utf8'))) : none;
  return { ...counts, failedOutside: exitCode !== 0 && counts.failed === 0 ? 1 : 0 };
};
