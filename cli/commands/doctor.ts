import type { Command } from 'commander';
import { createSealer } from '../../store/secrets.js';
import { createXAds } from '../../x-ads/client.js';
import { CALLBACK_PATH } from '../callback-server.js';
import { type Action, type Cli, examples, type Register } from '../command.js';
import { type Check, check, exitOf, failure, ok } from '../doctor/check.js';
import { checkTemporal } from '../doctor/temporal.js';
import { checkX } from '../doctor/x.js';
import type { Opened } from '../../client/open.js';

const SIGNS: Readonly<Record<Check['status'], string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '-' };

const text = (checks: readonly Check[]): string =>
  checks
    .flatMap(({ status, name, detail, nextStep }) => [
      `${SIGNS[status]} ${name}: ${detail}`,
      ...(nextStep === undefined ? [] : [`    → ${nextStep}`]),
    ])
    .join('\n');

const checkConsumer = async (cli: Cli, { db }: Opened): Promise<readonly Check[]> => {
  const { xAdsApiUrl, xApiUrl, callbackPort, importerKeys } = cli.config();
  let consumer: { readonly key: string; readonly secret: string };
  try {
    consumer = cli.io.consumer();
  } catch (error) {
    return [failure('X app', error)];
  }
  const x = createXAds({ baseUrl: xAdsApiUrl, oauthUrl: xApiUrl, consumer });
  try {
    const callbackUrl = `http://127.0.0.1:${callbackPort}${CALLBACK_PATH}`;
    return await checkX({ x, db, sealer: createSealer(importerKeys), callbackUrl });
  } finally {
    await x.close();
  }
};

/** From the ground up: what fails below makes what stands on it meaningless. */
const doctor: Action<Record<string, never>> = async (cli) => {
  const checks: Check[] = [];
  const say = (more: readonly Check[]): void => {
    checks.push(...more);
    // Told as it is found: what X does not answer takes its time-out.
    if (!cli.out.json) cli.io.stdout.write(`${text(more)}\n`);
  };
  say(
    await check('configuration', async () => {
      cli.config();
      return ok('configuration', 'complete');
    }),
  );
  if (exitOf(checks) === 0) {
    let opened: Opened | undefined;
    say(
      await check('Postgres', async () => {
        opened = await cli.open();
        return ok('Postgres', 'reached, schema up to date');
      }),
    );
    if (opened !== undefined) {
      say(await checkTemporal(opened));
      say(await checkConsumer(cli, opened));
    }
  }
  const failures = checks.filter(({ status }) => status === 'failed').length;
  cli.out.result(
    { healthy: failures === 0, checks },
    failures === 0
      ? 'Everything is in order.'
      : `${failures} of ${checks.length} checks failed; the arrows say what to do.`,
  );
  return exitOf(checks);
};

export const registerDoctor: Register = (program: Command, run) => {
  program
    .command('doctor')
    .description('Check everything, from the configuration to the numbers of each account, and say what to do.')
    .addHelpText(
      'after',
      examples('xads doctor', 'xads doctor --json | jq \'.checks[] | select(.status == "failed")\''),
    )
    .action(run(doctor));
};
