/**
 * `npm run test:chaos`: installations by parts on fresh messy simulators, whose worker, Postgres and Temporal are killed and
 * stopped at random moments, while X is faulty and a person pauses, resumes, cancels, refetches and reconnects. Each ends with
 * every cell true, every due day green, and nothing that waits. The exit code is 1 when one does not.
 */
import { loadClientConfig } from '../../config.js';
import { progressLine } from '../../local/progress.js';
import { ownCommand } from '../../process/own-command.js';
import { whole } from '../options.js';
import { chaosRun, type ChaosRun } from './run.js';

const { runs, seed, troubles, json } = ownCommand(
  'npm run test:chaos --',
  'Kills and stops parts of the stack at random while a person uses it, and compares with the truth.',
)
  .option('--runs <n>', 'installations, one after the other', whole(1, 1_000), 20)
  .option('--seed <n>', 'of the first run; each next run has the next one', whole(0, 1e6), 1)
  .option('--troubles <n>', 'kills, stops, faults and acts of the person in each run', whole(1, 200), 14)
  .option('--json', 'one JSON object on the last line of the standard output', false)
  .parse()
  .opts<{ runs: number; seed: number; troubles: number; json: boolean }>();

const line = progressLine();
const ended: ChaosRun[] = [];
const failed: { readonly seed: number; readonly wrong: readonly string[] }[] = [];
for (let number = 0; number < runs; number += 1) {
  const own = seed + number;
  try {
    const run = await chaosRun({ seed: own, troubles }, loadClientConfig, line.report);
    ended.push(run);
    line.clear();
    const { world, kills, hangs, cells, wrong, seconds } = run;
    process.stderr.write(
      `run ${own}: ${wrong.length === 0 ? 'passed' : 'FAILED'} in ${seconds} s (${world}); ${kills} kills, ${hangs} stops, ${cells} cells\n`,
    );
    if (wrong.length > 0) {
      failed.push({ seed: own, wrong });
      process.stderr.write([...wrong, ...run.log].map((text) => `  ${text}\n`).join(''));
    }
  } catch (error) {
    line.clear();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    failed.push({ seed: own, wrong: [text] });
    process.stderr.write(`run ${own}: FAILED: ${text}\n`);
  }
}
const sum = (of: (run: ChaosRun) => number): number => ended.reduce((total, run) => total + of(run), 0);
const figures = {
  runs,
  seed,
  troubles,
  failed,
  kills: sum(({ kills }) => kills),
  hangs: sum(({ hangs }) => hangs),
  cells: sum(({ cells }) => cells),
  seconds: sum(({ seconds }) => seconds),
};
process.stderr.write(
  `${runs - failed.length} of ${runs} runs passed: ${figures.kills} kills, ${figures.hangs} stops, ${figures.cells} cells, ${figures.seconds} s.\n`,
);
if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
