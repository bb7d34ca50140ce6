import { existsSync, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from './options.js';
import { createSimulator } from './server.js';
import { type AccountChange, parseAccountChange } from './world/account-change.js';
import { PROFILES, type Profile } from './world/options.js';
import type { TimezoneSwitch } from './zone-switch.js';

/**
 * The command line of the simulator. It prints one line of JSON with its address to stdout, everything else to stderr.
 */
const number =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (value: string): number => {
    const parsed = Number(value);
    if (!(parsed >= min && parsed <= max)) throw new InvalidArgumentError(`a number from ${min} to ${max} is expected`);
    return parsed;
  };

const matching =
  (pattern: RegExp, what: string) =>
  (value: string): string => {
    if (!pattern.test(value) || Number.isNaN(Date.parse(value))) throw new InvalidArgumentError(`${what} is expected`);
    return value;
  };
const day = matching(/^\d{4}-\d{2}-\d{2}$/, 'a day such as 2026-01-31');
const moment = matching(/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/, 'a time such as 2026-01-31T08:00:00Z');

const zoneSwitch = (value: string, before: readonly TimezoneSwitch[] | undefined): readonly TimezoneSwitch[] => {
  const [, account = '', on = '', zone = ''] = /^(\d+):(\d{4}-\d{2}-\d{2}):(\S+)$/.exec(value) ?? [];
  if (zone === '')
    throw new InvalidArgumentError('ACCOUNT_INDEX:DAY:ZONE is expected, such as 0:2026-03-10:Asia/Tokyo');
  return [...(before ?? []), { account: Number(account), day: day(on), zone }];
};

const change = (value: string, before: readonly AccountChange[] | undefined): readonly AccountChange[] => {
  const parsed = parseAccountChange(value);
  if (parsed === undefined) {
    throw new InvalidArgumentError('a change such as "2 approval=REJECTED from 2026-01-31T00:00:00Z" is expected');
  }
  return [...(before ?? []), parsed];
};

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

interface CommandLine {
  readonly host?: string;
  readonly url?: string;
  readonly port: number;
  readonly seed: number;
  readonly accounts: number;
  readonly ads: number;
  readonly profile: Profile;
  readonly days: number;
  readonly since?: string;
  readonly timezoneSwitch?: readonly TimezoneSwitch[];
  readonly jobSeconds: number;
  readonly callback?: readonly string[];
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly now?: string;
  readonly publisherNetwork: boolean;
  readonly mediaGroup: boolean;
  readonly strictAccountsLimit: boolean;
  readonly accountNotFoundCode: 'ACCOUNT_NOT_FOUND' | 'NOT_FOUND';
  readonly reusedTweets: boolean;
  readonly overspendCredits: boolean;
  readonly endedShare: number;
  readonly randomJobFailures: number;
  readonly random503: number;
  readonly feedMisses: number;
  readonly fileDelaySeconds: number;
  readonly accountChange?: readonly AccountChange[];
}

/** It lies beside the sources, and above what is built of them. */
const packageFile = ['../package.json', '../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((path) => existsSync(path));
const { version } = JSON.parse(packageFile === undefined ? '{}' : readFileSync(packageFile, 'utf8')) as {
  readonly version?: string;
};

const command = new Command('simulator')
  .version(version ?? 'unknown', '--version', 'print the version')
  .allowExcessArguments(false)
  .description('A simulated X Ads API on 127.0.0.1. Nothing of it reaches the real X.')
  .option('--host <ip>', 'address to listen on (default: 127.0.0.1)')
  .option('--url <url>', 'where clients reach it, when that is another address')
  .option('--port <n>', 'port to listen on; 0 takes a free one', number(0, 65_535), DEFAULTS.port)
  .option('--seed <n>', 'the same seed gives the same world', number(0), DEFAULTS.seed)
  .option('--accounts <n>', 'ads accounts', number(0, 5_000), DEFAULTS.accounts)
  .option('--ads <n>', 'promoted tweets per account', number(1, 25_000), DEFAULTS.ads)
  .addOption(new Option('--profile <name>', 'what the accounts are like').choices(PROFILES).default(DEFAULTS.profile))
  .option('--days <n>', 'days of history before data time begins', number(1, 5_000), DEFAULTS.days)
  .option('--since <day>', 'first day of history, for the same world on a later day (default: --days before now)', day)
  .option('--timezone-switch <switch>', 'INDEX:DAY:ZONE: from that day on, the account has another zone', zoneSwitch)
  .option('--job-seconds <n>', 'seconds a job is in processing', number(0), DEFAULTS.jobSeconds)
  .option('--callback <url>', 'a registered callback address; repeatable, at most 10', collect)
  .option('--consumer-key <key>', 'the simulated app', DEFAULTS.consumerKey)
  .option('--consumer-secret <secret>', 'its secret', DEFAULTS.consumerSecret)
  .option('--now <time>', 'where data time begins, ISO 8601 (default: now)', moment)
  .option('--publisher-network', 'accept placement PUBLISHER_NETWORK, with nulls', DEFAULTS.publisherNetwork)
  .option('--media-group', 'accept the dead metric group MEDIA, with nulls', DEFAULTS.mediaGroup)
  .option('--strict-accounts-limit', 'GET accounts 5 times in 15 minutes', DEFAULTS.strictAccountsLimit)
  .addOption(
    new Option('--account-not-found-code <code>', 'error code of an unknown account')
      .choices(['ACCOUNT_NOT_FOUND', 'NOT_FOUND'])
      .default(DEFAULTS.unknownAccountCode),
  )
  .option('--no-reused-tweets', 'ads sharing a tweet have numbers of their own')
  .option('--no-overspend-credits', 'no credits on campaigns')
  .option(
    '--ended-share <share>',
    'of the ads, ended 4 to 6 days before data time begins',
    number(0, 1),
    DEFAULTS.endedShare,
  )
  .option(
    '--corrections <share>',
    'of the entity-days, corrected later than a day after their end',
    number(0, 1),
    DEFAULTS.corrections,
  )
  .option('--random-job-failures <rate>', 'share of jobs that fail', number(0, 1), DEFAULTS.randomJobFailures)
  .option('--random-503 <rate>', 'share of calls answered 503', number(0, 1), DEFAULTS.random503)
  .option(
    '--feed-misses <rate>',
    'share of corrected entity-days that the feed never names',
    number(0, 1),
    DEFAULTS.feedMisses,
  )
  .option('--file-delay-seconds <n>', 'seconds after SUCCESS before the file is there', number(0), 0)
  .option(
    '--account-change <change>',
    'what becomes of an account by data time; repeatable, see DIFFERENCES.md',
    change,
  );

const given = command.parse().opts<CommandLine>();
const { callback, accountNotFoundCode, timezoneSwitch, accountChange, ...options } = given;
const refuseTakenPort = (error: unknown): never => {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
  process.stderr.write(`Port ${options.port} is taken by another program: end it, or give another with --port.\n`);
  process.exit(1);
};
const running = await createSimulator({
  ...options,
  timezoneSwitches: timezoneSwitch,
  unknownAccountCode: accountNotFoundCode,
  accountChanges: accountChange ?? DEFAULTS.accountChanges,
  callbacks: callback ?? DEFAULTS.callbacks,
}).catch(refuseTakenPort);

process.stderr.write(`Simulated X Ads API at ${running.url} – nothing here reaches the real X.\n`);
process.stdout.write(
  `${JSON.stringify({
    listening: running.url,
    consumer_key: running.consumerKey,
    consumer_secret: running.consumerSecret,
    callbacks: running.simulator.options.callbacks,
    accounts: running.simulator.world.accounts.map(({ id }) => id),
    now: running.simulator.clock.describe()['now'],
  })}\n`,
);

const stop = (): void => {
  void running.close().then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
