/**
 * `npm run soak`: a year of daily syncs on the simulator's data time, with corrections, dead tokens, a week asleep and
 * failing jobs. At the end every stored cell equals the truth, and what was reported on past days can still be told.
 */
import { Command, InvalidArgumentError } from 'commander';
import { loadClientConfig } from '../../config.js';
import { progressLine } from '../../local/progress.js';
import { soak } from './soak.js';

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return value;
  };

const options = new Command('npm run soak --')
  .description(
    'Lives through a year of daily syncs against the simulator and compares every stored cell with the truth.',
  )
  .option('--days <n>', 'local days to live through', whole(10, 365), 30)
  .option('--ads <n>', 'ads per account', whole(1, 200), 10)
  .option('--accounts <n>', 'accounts, each in a time zone of its own', whole(1, 8), 8)
  .option('--seed <n>', "the simulated world's seed", whole(0, 1e9), 7)
  .option('--json', 'one JSON object on the last line of the standard output', false)
  .parse()
  .opts<{ days: number; ads: number; accounts: number; seed: number; json: boolean }>();

const line = progressLine();
const report = await soak(options, loadClientConfig, line.report);
line.clear();
process.stderr.write(
  `Lived through ${report.days} days in ${report.seconds} s: ${report.missing} missing, ${report.doubled} doubled, ${report.wrong} wrong, ` +
    `${report.asOfWrong} wrong as of an earlier day, ${report.notGreen} days not green; ${report.restatements} restated values kept.\n` +
    report.examples.map((example) => `  ${example}\n`).join(''),
);
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = report.missing + report.doubled + report.wrong + report.asOfWrong + report.notGreen === 0 ? 0 : 1;
