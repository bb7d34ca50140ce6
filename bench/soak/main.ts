/**
 * `npm run soak`: a year of daily syncs on the simulator's data time, with corrections, dead tokens, a week asleep and
 * failing jobs. At the end every stored cell equals the truth, and what was reported on past days can still be told.
 */
import { loadClientConfig } from '../../config.js';
import { progressLine } from '../../local/progress.js';
import { ownCommand } from '../../process/own-command.js';
import { whole } from '../options.js';
import { FEWEST_DAYS } from './calendar-of-trouble.js';
import { soak } from './soak.js';

const options = ownCommand(
  'npm run soak --',
  'Lives through a year of daily syncs against the simulator and compares every stored cell with the truth.',
)
  .option('--days <n>', 'local days to live through', whole(FEWEST_DAYS, 365), 365)
  .option('--ads <n>', 'ads per account', whole(1, 200), 10)
  .option('--accounts <n>', 'accounts, each in a time zone of its own', whole(1, 8), 8)
  .option('--seed <n>', 'of the simulated world and of when troubles come', whole(0, 1e6), 7)
  .option('--json', 'one JSON object on the last line of the standard output', false)
  .parse()
  .opts<{ days: number; ads: number; accounts: number; seed: number; json: boolean }>();
const { json, ...world } = options;

const line = progressLine();
const report = await soak(world, loadClientConfig, line.report);
line.clear();
process.stderr.write(
  `Synced ${report.days} days in ${report.seconds} s, ${report.daysAsleep} of them asleep, with ${report.tokenDeaths} dead tokens and ${report.failedJobs} ` +
    `failed jobs of ${report.jobs}.\n${report.missing} missing, ${report.doubled} doubled, ${report.wrong} wrong of ${report.cellsCompared} cells; ` +
    `${report.asOfWrong} wrong of ${report.asOfCellsCompared} cells at ten past moments; ${report.notGreen} days not green; ${report.restatements} restated values kept.\n` +
    report.pace.map((pace) => `  until day ${pace.throughDay}: ${pace.secondsPerDay} s a day\n`).join('') +
    report.examples.map((example) => `  ${example}\n`).join(''),
);
if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = report.missing + report.doubled + report.wrong + report.asOfWrong + report.notGreen === 0 ? 0 : 1;
