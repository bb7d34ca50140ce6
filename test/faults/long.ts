/**
 * `npm run test:faults`: the long form of the mixtures of faults. Each seed is another simulated world with other faults
 * in it. `-- --count 200 --first 51` runs others; `-- --count 1 --first 17` repeats one.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { withoutOurs } from '../../local/environment.js';
import { repositoryFolder } from '../../local/processes.js';
import { progressLine } from '../../local/progress.js';
import { temporalBinary } from '../../local/temporal-binary.js';
import { countTests } from '../../local/test-counts.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a whole number above 0');
  return value;
};

const { count, first } = new Command('npm run test:faults --')
  .description('Imports simulated worlds under random mixtures of faults; in the end stored = truth.')
  .option('--count <n>', 'how many mixtures', positive, 50)
  .option('--first <seed>', 'the first seed', positive, 1)
  .parse()
  .opts<{ count: number; first: number }>();

const { report, clear } = progressLine();
const temporal = await temporalBinary(report);
clear();
using folder = throwawayFolder();
const json = join(folder.path, 'report.json');
const child = spawn(
  process.execPath,
  [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project=long',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${json}`,
    'test/faults/mixtures.test.ts',
  ],
  {
    cwd: repositoryFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...withoutOurs(process.env),
      TEMPORAL_CLI_PATH: temporal,
      FAULT_MIXTURES: `${first}-${first + count - 1}`,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
await new Promise<void>((resolve) => {
  child.once('error', () => resolve());
  child.once('exit', () => resolve());
});
const { passed } = existsSync(json) ? countTests(JSON.parse(readFileSync(json, 'utf8'))) : { passed: 0 };
// What did not run, or could not be started, has not passed.
process.stdout.write(`${passed} passed, ${count - passed} failed\n`);
process.exitCode = passed === count ? 0 : 1;
