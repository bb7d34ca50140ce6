import type { Command } from 'commander';
import { type Cli, type CommandAction, examples, type RegisterCommand } from '../command.js';
import { InvalidChoice } from '../../client/errors.js';
import { stillWorkedOn } from '../still-worked-on.js';
import { EXIT } from '../exit-codes.js';
import { walkThroughSignIn } from '../walk-through-sign-in.js';
import { shortId } from '../text/words.js';
import type { ConnectionSummary } from '../../client/shapes.js';

const CONNECTION = 'its id, the beginning of it, or its name (default: the only one)';

const pause: CommandAction<{ readonly note?: string }> = async (cli, { note }, [text]) => {
  const importer = await cli.importer();
  const { id, displayName } = await importer.find(text);
  await importer.pause(id, note ?? 'paused from the command line');
  const connection = await importer.connection(id);
  if (connection.phase === 'active') throw stillWorkedOn(`${displayName} is still being paused`, id);
  cli.out.result(
    connection,
    `✓ ${displayName} is paused: nothing new is imported. Go on with: ${cli.xads(`resume ${shortId(id)}`)}`,
  );
  return EXIT.ok;
};

const resume: CommandAction<Record<string, never>> = async (cli, _options, [text]) => {
  const importer = await cli.importer();
  const { id, displayName } = await importer.find(text);
  await importer.resume(id);
  const connection = await importer.connection(id);
  if (connection.phase === 'paused') throw stillWorkedOn(`${displayName} is still being resumed`, id);
  cli.out.result(connection, `✓ ${displayName} goes on; days that were missed are imported now.`);
  return EXIT.ok;
};

interface Options {
  readonly deleteData?: boolean;
  readonly yes?: boolean;
}

const disconnect: CommandAction<Options> = async (cli, { deleteData, yes }, [text]) => {
  const importer = await cli.importer();
  const { id, displayName } = await importer.find(text);
  if (deleteData === true && yes !== true) {
    if (!cli.io.interactive || cli.out.json) {
      throw new InvalidChoice('Deleting the data cannot be undone.', {
        nextStep: { action: 'retry', text: 'Add --yes to say that you mean it.' },
      });
    }
    const answer = await cli.prompter.prompt(
      `Delete what ${displayName} has imported, for good? Type its name to go on: `,
    );
    if (answer.trim() !== displayName) throw new InvalidChoice('That is not its name; nothing was changed.');
  }
  await importer.disconnect(id, { deleteData: deleteData === true });
  const connection = await importer.connection(id);
  if (connection.phase !== 'disconnected') throw stillWorkedOn(`${displayName} is still being disconnected`, id);
  if (deleteData !== true) {
    cli.out.result(connection, `✓ ${displayName} is disconnected; what it has imported stays.`);
    return EXIT.ok;
  }
  const over = await importer.waitForDeletion(id, { onProgress: tellingDeletion(cli) });
  const rows = `${over.deletion?.rowsDeleted ?? 0} rows are deleted`;
  cli.out.result(over, `✓ ${displayName} is disconnected, and what no other connection reads is gone: ${rows}.`);
  return EXIT.ok;
};

/** A line every few seconds while it deletes. */
const tellingDeletion = ({ out }: Cli): ((seen: ConnectionSummary) => void) => {
  let last = Date.now();
  return ({ deletion }) => {
    if (deletion === undefined || Date.now() < last + 2_000) return;
    last = Date.now();
    out.note(`${deletion.rowsDeleted} rows deleted · ${deletion.accountsLeft} accounts left`);
  };
};

const reconnected = ({ id, phase }: ConnectionSummary, { xads }: Cli): string => {
  if (phase === 'choosing')
    return `is authorized. Choose its accounts with: ${xads(`connect --connection ${shortId(id)}`)}`;
  if (phase === 'paused') return `is connected again, and still paused. Go on with: ${xads(`resume ${shortId(id)}`)}`;
  return 'is connected again; exactly the days that were missed are imported now.';
};

const reconnect: CommandAction<{
  readonly pin?: boolean;
  readonly browser: boolean;
  readonly otherUser?: boolean;
}> = async (cli, options, [text]) => {
  const { callbackPort } = await cli.config();
  const importer = await cli.importer();
  const { id, displayName } = await importer.find(text);
  await walkThroughSignIn(
    cli,
    { pin: options.pin === true, noBrowser: !options.browser, callbackPort },
    (callbackUrl) => importer.signIn(id, { callbackUrl, otherUser: options.otherUser }),
  );
  const connection = await importer.connection(id);
  cli.out.result(connection, `✓ ${displayName} ${reconnected(connection, cli)}`);
  return EXIT.ok;
};

export const registerLifecycle: RegisterCommand = (program: Command, run) => {
  program
    .command('reconnect')
    .description('Sign in at X again, in place: for credentials that X no longer accepts.')
    .argument('[connection]', CONNECTION)
    .option('--pin', 'for machines without a browser: X shows a PIN to type here')
    .option('--no-browser', 'print the address of the sign-in page, and open nothing')
    .option('--other-user', 'accept another X user than the one that the connection reads with')
    .addHelpText('after', examples('xads reconnect', 'xads reconnect 3f2a9c1d --pin'))
    .action(run(reconnect));
  program
    .command('pause')
    .description('Stop importing until resumed; what has landed stays.')
    .argument('[connection]', CONNECTION)
    .option('--note <text>', 'why, for whoever looks at it later')
    .addHelpText('after', examples('xads pause --note "invoice under dispute"'))
    .action(run(pause));
  program
    .command('resume')
    .description('Go on importing, the missed days first.')
    .argument('[connection]', CONNECTION)
    .addHelpText('after', examples('xads resume'))
    .action(run(resume));
  program
    .command('disconnect')
    .description(
      'End a connection; the credential is erased with its last one. Imported data stays unless told otherwise.',
    )
    .argument('[connection]', CONNECTION)
    .option('--delete-data', 'delete what no other connection reads, too; also after an earlier disconnect')
    .option('--yes', 'do not ask whether the data may be deleted')
    .addHelpText('after', examples('xads disconnect 3f2a9c1d', 'xads disconnect 3f2a9c1d --delete-data --yes'))
    .action(run(disconnect));
};
