import type { Command } from 'commander';
import type { Opened } from '../../client/open.js';
import { loopbackCallback } from '../../domain/addresses.js';
import type { CommandPlace } from '../../domain/place.js';
import { type Cli, type CommandAction, examples, type RegisterCommand } from '../command.js';
import { type DoctorCheck, runCheck, exitOf, failure, ok } from '../doctor/check.js';
import { nextStepText } from '../next-step.js';
import { showControlsIn } from '../text/controls.js';

const SIGNS: Readonly<Record<DoctorCheck['status'], string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '-' };

const text = (checks: readonly DoctorCheck[], place: CommandPlace): string =>
  checks
    .flatMap(({ status, name, detail, nextStep }) => [
      `${SIGNS[status]} ${name}: ${detail}`,
      ...(nextStep === undefined ? [] : [`    → ${nextStepText(nextStep, place)}`]),
    ])
    .join('\n');

const checkConsumer = async (cli: Cli, { db }: Opened): Promise<readonly DoctorCheck[]> => {
  const { xAdsApiUrl, xApiUrl, callbackPort, importerKeys } = await cli.config();
  let consumer: { readonly key: string; readonly secret: string };
  try {
    consumer = await cli.io.consumer();
  } catch (error) {
    return [failure('X app', error)];
  }
  const [{ createXAds }, { createSealer }, { checkX }] = await Promise.all([
    import('../../x-ads/client.js'),
    import('../../store/secrets.js'),
    import('../doctor/x.js'),
  ]);
  const x = createXAds({ baseUrl: xAdsApiUrl, oauthUrl: xApiUrl, consumer });
  try {
    const callbackUrl = loopbackCallback(callbackPort);
    return await checkX({ x, db, sealer: createSealer(importerKeys), callbackUrl, connect: cli.xads('connect') });
  } finally {
    await x.close();
  }
};

/** From the ground up: a check is skipped where one that it rests on has failed. */
const doctor: CommandAction<Record<string, never>> = async (cli) => {
  const checks: DoctorCheck[] = [];
  const say = (more: readonly DoctorCheck[]): void => {
    checks.push(...more);
    // Printed as it is found: what X does not answer takes its timeout.
    if (!cli.out.json) cli.io.stdout.write(`${text(showControlsIn(more), cli.io.place)}\n`);
  };
  say(
    await runCheck('configuration', async () => {
      await cli.config();
      return ok('configuration', 'complete');
    }),
  );
  if (exitOf(checks) === 0) {
    let opened: Opened | undefined;
    say(
      await runCheck('Postgres', async () => {
        opened = await cli.open();
        const { checkWrites } = await import('../doctor/postgres.js');
        return checkWrites(opened.db);
      }),
    );
    if (opened !== undefined) {
      const { checkTemporal } = await import('../doctor/temporal.js');
      say(await checkTemporal(opened));
      const { checkLeftOut } = await import('../doctor/left-out.js');
      say(await checkLeftOut(opened.db));
      const { checkRollUp } = await import('../doctor/roll-up.js');
      say(await checkRollUp(opened.db));
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

export const registerDoctor: RegisterCommand = (program: Command, run) => {
  program
    .command('doctor')
    .description('Check everything, from the configuration to the numbers of each account, and say what to do.')
    .addHelpText(
      'after',
      examples('xads doctor', 'xads doctor --json | jq \'.checks[] | select(.status == "failed")\''),
    )
    .action(run(doctor));
};
