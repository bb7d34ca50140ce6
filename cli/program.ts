import { Command, CommanderError } from 'commander';
import { createAsker } from './prompt.js';
import type { Action, Cli, Io } from './command.js';
import { registerAccounts } from './commands/accounts.js';
import { registerBackfill } from './commands/backfill.js';
import { registerCancel } from './commands/cancel.js';
import { registerConnect } from './commands/connect.js';
import { registerConnections } from './commands/connections.js';
import { registerCoverage } from './commands/coverage.js';
import { registerDoctor } from './commands/doctor.js';
import { registerLifecycle } from './commands/lifecycle.js';
import { registerReconcile } from './commands/reconcile.js';
import { registerRestatements } from './commands/restatements.js';
import { registerRotateKey } from './commands/rotate-key.js';
import { registerStatus } from './commands/status.js';
import { registerSync } from './commands/sync.js';
import { ImporterError } from '../client/errors/importer-error.js';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-codes.js';
import { type Opened, openWith, translateDatabaseError } from '../client/open.js';
import { createOutput } from './output.js';
import { translate } from '../client/temporal.js';

/** What this run of the command line has opened; closed when the command ends, however it ends. */
const createCli = (io: Io, json: boolean): Cli & { close(): Promise<void> } => {
  let opened: Promise<Opened> | undefined;
  const open = (): Promise<Opened> => (opened ??= openWith(io.config()));
  const asker = createAsker(io);
  return {
    io,
    asker,
    out: createOutput(io, json),
    config: io.config,
    open,
    importer: async () => (await open()).importer,
    close: async () => {
      asker.close();
      // What could not be opened has said so already.
      const toClose = await opened?.catch(() => undefined);
      await toClose?.importer.close();
    },
  };
};

/** Errors of Postgres and Temporal that escaped a command, in our words. */
const inOurWords = (error: unknown, io: Io): unknown => {
  const translated = translate(error, 'do this');
  if (translated instanceof ImporterError || translated !== error) return translated;
  try {
    return translateDatabaseError(error, io.config().databaseUrl);
  } catch {
    return error;
  }
};

const usageHint = (program: Command): string => `Run \`${program.name()} --help\` to see what is possible.`;

/** Builds the commands; `ended` is told how the command that ran has ended. */
export const buildProgram = (io: Io, ended: (code: ExitCode) => void): Command => {
  const program = new Command('xads')
    .description('Imports X Ads performance data into Postgres: connect, watch, fill, check.')
    .option('--json', 'print one JSON document on stdout; everything else goes to stderr')
    .showHelpAfterError(false)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .addHelpText(
      'after',
      `\n${EXIT_CODES_HELP}\n\nThe environment is explained in .env.example, the JSON documents in docs/client.md.`,
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Usage mistakes are told once, below, as JSON where that is asked for.
      outputError: () => undefined,
    });

  const run =
    <Options>(action: Action<Options>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      const cli = createCli(io, command.optsWithGlobals()['json'] === true);
      try {
        const code = await action(cli, command.opts() as Options, command.args);
        ended(code ?? EXIT.ok);
      } catch (error) {
        const translated = inOurWords(error, io);
        cli.out.error(translated);
        ended(translated instanceof ImporterError ? translated.exitCode : EXIT.failed);
      } finally {
        await cli.close();
      }
    };

  const registers = [
    registerConnect,
    registerAccounts,
    registerConnections,
    registerStatus,
    registerBackfill,
    registerCancel,
    registerSync,
    registerLifecycle,
    registerCoverage,
    registerRestatements,
    registerReconcile,
    registerRotateKey,
    registerDoctor,
  ];
  for (const register of registers) register(program, run);
  return program;
};

/** Parses, does the work and answers with the exit code; never throws. */
export const runCommandLine = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  let code: ExitCode = EXIT.ok;
  const program = buildProgram(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const out = createOutput(io, args.includes('--json'));
    if (!(error instanceof CommanderError)) {
      out.error(error);
      return error instanceof ImporterError ? error.exitCode : EXIT.failed;
    }
    // Help and version are no mistakes.
    if (error.exitCode === 0) return EXIT.ok;
    const message = error.message.replace(/^error: /, '');
    // `xads` alone prints the help; that it was wrong is said by the exit code.
    if (error.code !== 'commander.help') {
      const document = { error: { code: 'usage', message, nextStep: usageHint(program) } };
      if (out.json) io.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
      io.stderr.write(`✗ ${message}\n→ ${usageHint(program)}\n`);
    }
    return EXIT.usage;
  }
};
