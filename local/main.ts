/**
 * `npm start`: runs everything on this machine until Ctrl-C. Each part is a process that can run elsewhere as well and is
 * started here by its own command.
 */
import { ConfigError, configExitCode, explainConfigError, loadDataFolder } from '../config.js';
import { ownCommand } from '../process/own-command.js';
import { openPage, signInLinkOf } from './console-link.js';
import { once } from './once/once.js';
import { progressLine } from './progress.js';
import { type Stack, startStack } from './stack.js';

/** A second signal within this time is the first one again, passed on by npm or the shell. */
const sameSignalMillis = 1_000;

const up = async (): Promise<void> => {
  const asked = stopAsked();
  const line = progressLine();
  line.report('Starting Postgres, Temporal, a worker and the console …');
  const giveUp = new AbortController();
  const starting = startStack({
    signal: giveUp.signal,
    dataDir: loadDataFolder().dataDir,
    // The ports that Temporal's documentation names.
    ports: { temporal: 7233, ui: 8233 },
    server: true,
    progress: line.report,
    onTrouble: (message) => process.stderr.write(`${message}\n`),
  });
  const stack = await Promise.race([starting, asked.then(() => undefined)]);
  line.clear();
  if (stack === undefined) {
    process.stdout.write('Stopping what has been started …\n');
    giveUp.abort();
    await starting.then((late) => late.stop()).catch(() => undefined);
    process.stdout.write('Stopped. What is there is kept; `npm start` begins again.\n');
    process.exit(130);
  }
  const link = await signInLinkOf(stack.environment);
  process.stdout.write(`${welcome(stack, link)}\n`);
  await openPage(link);
  await asked;
  process.stdout.write('\nStopping …\n');
  await stack.stop();
  process.stdout.write('Stopped. Everything is kept; `npm start` takes up where this was.\n');
};

const stopAsked = async (): Promise<void> =>
  await new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (): void => {
      first ??= Date.now();
      resolve();
      if (Date.now() - first <= sameSignalMillis) return;
      process.stderr.write('Stopped without waiting; the parts end by themselves.\n');
      process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });

const welcome = (stack: Stack, link: string): string => {
  const { parts, consoleUrl, uiUrl, temporalAddress, databaseUrl, simulatorUrl, logFolder } = stack;
  const { postgres } = parts;
  const lines: [string, string][] = [
    ['Console', consoleUrl ?? 'not served'],
    ['Temporal UI', uiUrl ?? `of your own server at ${temporalAddress}`],
    ['Postgres', postgres === undefined ? 'your own, in DATABASE_URL' : databaseUrl],
    ...(postgres === undefined ? [] : [['Its data', whereIs(postgres.current())] satisfies [string, string]]),
    ['Logs', logFolder],
    ['X Ads', simulatorUrl === undefined ? 'X itself, with your app' : `SIMULATED, at ${simulatorUrl}`],
  ];
  return [
    'X Ads Importer is running.',
    '',
    ...lines.map(([name, value]) => `  ${name.padEnd(13)} ${value}`),
    '',
    ...(simulatorUrl === undefined ? [] : simulatedNotice),
    'Sign in to the console with this link, which works once, for an hour:',
    '',
    `  ${link}`,
    '',
    'Then choose Add Connection. The command line does the same, in another terminal in this folder:',
    '',
    '  npm run xads -- connect',
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
};

const simulatedNotice = [
  'NOTHING HERE COMES FROM X. No X_CONSUMER_KEY is set, so a simulator stands in for X: its accounts, ads and',
  "numbers are invented. Set X_CONSUMER_KEY and X_CONSUMER_SECRET (in .env) to your app's to speak to X itself.",
  '',
];

const whereIs = ({ dataDir, runsAs }: { readonly dataDir: string; readonly runsAs: string | undefined }): string =>
  runsAs === undefined ? dataDir : `${dataDir} (running as ${runsAs}, since Postgres refuses root)`;

const args = process.argv.slice(2);
// The unattended mode reads options of its own.
if (!args.includes('--once'))
  ownCommand(
    'npm start --',
    'Runs Postgres, Temporal, a worker, the console and, without an app at X, a simulated X, until Ctrl-C.',
  )
    .option('--once', 'import a simulated year unattended and compare it with the truth; more with --once --help')
    .parse();
try {
  if (args.includes('--once')) process.exitCode = await once(args);
  else await up();
} catch (error) {
  const told =
    error instanceof ConfigError ? explainConfigError(error) : error instanceof Error ? error.message : String(error);
  process.stderr.write(`\n${told}\n`);
  process.exitCode = error instanceof ConfigError ? configExitCode : 1;
}
