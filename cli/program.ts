import { Command, CommanderError } from 'commander';
import type { Cli, CommandAction } from './command.js';
import { registerAccounts } from './commands/accounts.js';
import { registerAdmin } from './commands/admin.js';
import { registerBackfill } from './commands/backfill.js';
import { registerBackup } from './commands/backup.js';
import { registerCancel } from './commands/cancel.js';
import { registerConnect } from './commands/connect.js';
import { registerConnections } from './commands/connections.js';
import { registerCoverage } from './commands/coverage.js';
import { registerDoctor } from './commands/doctor.js';
import { registerLifecycle } from './commands/lifecycle.js';
import { registerReconcile } from './commands/reconcile.js';
import { registerReport } from './commands/report.js';
import { registerRestatements } from './commands/restatements.js';
import { registerRestore } from './commands/restore.js';
import { registerRotateKey } from './commands/rotate-key.js';
import { registerSetup } from './commands/setup.js';
import { registerSqlRole } from './commands/sql-role.js';
import { registerStatus } from './commands/status.js';
import { registerSync } from './commands/sync.js';
import { ImporterError } from '../client/errors.js';
import { EXIT, EXIT_CODES_HELP, type ExitCode, exitCodeOf } from './exit-codes.js';
import { type CommandPlace, xadsIn } from '../domain/place.js';
import type { Io } from './io.js';
import type { Importer } from '../client/importer.js';
import type { Opened } from '../client/open.js';
import { createOutput } from './output.js';
import { ownVersion } from '../process/own-command.js';
import { createPrompter } from './prompt.js';
import { forPeople } from './text/controls.js';

/** What this run of the command line has opened; closed when the command ends, however it ends. */
const createCli = (io: Io, json: boolean): Cli & { close(): Promise<void> } => {
  let opened: Promise<Opened> | undefined;
  const openNow = async (): Promise<Opened> => {
    const access = await io.api();
    if (access !== undefined) return (await import('../client/over-api.js')).notOverApi(access);
    const [{ openWith }, config] = await Promise.all([import('../client/open.js'), io.config()]);
    return await openWith(config);
  };
  const open = (): Promise<Opened> => (opened ??= openNow());
  const plainImporter = async (): Promise<Importer> => {
    const access = await io.api();
    if (access !== undefined) return (await import('../client/over-api.js')).importerOverApi(access);
    return (await open()).importer;
  };
  const prompter = createPrompter(io);
  return {
    io,
    prompter,
    out: createOutput(io, json),
    xads: (args) => xadsIn(io.place, args),
    config: io.config,
    open,
    plainImporter,
    importer: async () => {
      const importer = await plainImporter();
      return json ? importer : forPeople(importer);
    },
    close: async () => {
      prompter.close();
      // What could not be opened has said so already.
      const toClose = await opened?.catch(() => undefined);
      await toClose?.importer.close();
    },
  };
};

/** Errors of Postgres and Temporal that no method of the façade has translated. */
const translateError = async (error: unknown, io: Io): Promise<unknown> => {
  if (error instanceof ImporterError) return error;
  const { translateTemporalError } = await import('../client/temporal.js');
  const translated = translateTemporalError(error, 'do this');
  if (translated !== error) return translated;
  try {
    const { translateDatabaseError } = await import('../client/open.js');
    return translateDatabaseError(error, (await io.config()).databaseUrl);
  } catch {
    return error;
  }
};

/** Help with its examples as they are typed there. */
const helpIn = (place: CommandPlace, text: string): string =>
  text.replaceAll(/^( +\$ .*?)\bxads /gm, (_, before: string) => `${before}${xadsIn(place, '')}`);

const usageHint = (program: Command): string => `Run \`${program.name()} --help\` to see what is possible.`;

/** Builds the commands; `ended` is called with the exit code of the command that ran. */
export const buildProgram = (io: Io, ended: (code: ExitCode) => void): Command => {
  const program = new Command(xadsIn(io.place, '').trim())
    .description('Imports X Ads performance data into Postgres: connect, watch, fill, check.')
    .version(ownVersion(), '--version', 'print the version')
    .option('--json', 'print one JSON document on stdout; everything else goes to stderr')
    .showHelpAfterError(false)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .addHelpText(
      'after',
      `\n${EXIT_CODES_HELP}\n\nThe environment is explained in .env.example, the JSON documents in docs/client.md.`,
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(helpIn(io.place, text)),
      writeErr: (text) => io.stderr.write(text),
      // Usage mistakes are printed once, below, as JSON where that is asked for.
      outputError: () => undefined,
    });

  const run =
    <Options>(action: CommandAction<Options>) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      const cli = createCli(io, command.optsWithGlobals()['json'] === true);
      try {
        const code = await action(cli, command.opts() as Options, command.args);
        ended(code ?? EXIT.ok);
      } catch (error) {
        const translated = await translateError(error, io);
        cli.out.error(translated);
        ended(exitCodeOf(translated));
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
    registerReport,
    registerRestatements,
    registerReconcile,
    registerAdmin,
    registerSqlRole,
    registerRotateKey,
    registerSetup,
    registerBackup,
    registerRestore,
    registerDoctor,
  ];
  for (const register of registers) register(program, run);
  return program;
};

/** Runs a command line and returns its exit code; never throws. */
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
      return exitCodeOf(error);
    }
    // Help and version are no mistakes.
    if (error.exitCode === 0) return EXIT.ok;
    const message = error.message.replace(/^error: /, '');
    // `xads` alone prints the help; the exit code says that it was wrong.
    if (error.code !== 'commander.help') {
      out.refusal({ code: 'usage', message, nextStep: { action: 'retry', text: usageHint(program) } });
    }
    return EXIT.usage;
  }
};
