import type { Command } from 'commander';
import type { Day } from '../../domain/calendar.js';
import { type History, meant, type WaitDays } from '../../domain/connection.js';
import type { AccountId } from '../../domain/ids.js';
import { checkHistoryStartAnywhere } from '../../domain/range.js';
import {
  parseAccounts,
  parseDailyAt,
  parseHistory,
  parseLookBack,
  parsePrivacy,
  parseWait,
  pickAccounts,
} from '../parse-options.js';
import { type Cli, type CommandAction, examples, type RegisterCommand } from '../command.js';
import { InvalidChoice, InvalidRange, NeedsPerson } from '../../client/errors.js';
import { stillWorkedOn } from '../still-worked-on.js';
import { EXIT } from '../exit-codes.js';
import { walkThroughSignIn } from '../walk-through-sign-in.js';
import { shortId } from '../text/words.js';
import { type ChooseOptions, DEFAULT_DISPLAY_NAME } from '../../client/options.js';
import type { AccountSummary, ConnectionSummary } from '../../client/shapes.js';
import { watchBackfill } from '../watch.js';

interface Options {
  readonly name?: string;
  readonly pin?: boolean;
  readonly browser: boolean;
  readonly accounts?: string;
  readonly history?: string;
  readonly wait?: string;
  readonly lookBack?: string;
  readonly dailyAt?: string;
  readonly privacy?: string;
  readonly connection?: string;
  readonly watch?: boolean;
}

interface Wishes {
  readonly accounts?: 'all' | readonly AccountId[] | undefined;
  readonly history?: History | undefined;
  readonly wait?: WaitDays | undefined;
  readonly dailyAt?: string | undefined;
  readonly lookBack?: number | undefined;
}

/** A first day that no account can have is refused where it is typed; the accounts' own zones are known later. */
const possibleHistory = (history: History): History => {
  if (history.kind !== 'from') return history;
  const checked = checkHistoryStartAnywhere(history.day, new Date().toISOString().slice(0, 10) as Day);
  if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  return history;
};

/** Read before anybody has to sign in, so that mistakes in options cost no sign-in. */
const readWishes = ({ accounts, history, wait, dailyAt, lookBack }: Options): Wishes => ({
  accounts: accounts === undefined ? undefined : parseAccounts(accounts),
  history: history === undefined ? undefined : possibleHistory(parseHistory(history)),
  wait: wait === undefined ? undefined : parseWait(wait),
  dailyAt: dailyAt === undefined ? undefined : parseDailyAt(dailyAt),
  lookBack: lookBack === undefined ? undefined : parseLookBack(lookBack),
});

/** Prompts for what the options leave open; without a person the defaults are taken. */
const chooseWith = async (
  { io, out, prompter }: Cli,
  wishes: Wishes,
  listed: readonly AccountSummary[],
): Promise<ChooseOptions> => {
  if (!io.interactive || out.json) return wishes;
  const { accountsTable } = await import('../text/table.js');
  out.note(`\n${accountsTable(listed)}\n`);
  const accounts =
    wishes.accounts ??
    (await prompter.promptUntil(
      'Accounts (numbers or ids, separated by commas; all takes in future ones, too) [all]: ',
      (answer) => pickAccounts(answer, listed),
    ));
  const history =
    wishes.history ??
    (await prompter.promptUntil('History (none, 30, 90, 180, 365 days, or a first day) [365]: ', (answer) =>
      possibleHistory(parseHistory(answer.trim() === '' ? '365' : answer)),
    ));
  const wait =
    wishes.wait ??
    (await prompter.promptUntil('Days to let X settle a day before it is imported (1 or 3) [1]: ', (answer) =>
      parseWait(answer.trim() === '' ? '1' : answer),
    ));
  // The defaults of daily time and look-back suit nearly everybody, so nobody is prompted for them.
  return { accounts, history, wait, dailyAt: wishes.dailyAt, lookBack: wishes.lookBack };
};

/**
 * The connection that the person means, and the name of a new one. A second one of a name is most often the first one
 * meant: a person is asked, and a script is told.
 */
const whichConnection = async (
  cli: Cli,
  { connection, name = DEFAULT_DISPLAY_NAME }: Options,
): Promise<{ readonly existing?: ConnectionSummary; readonly name?: string }> => {
  const importer = await cli.importer();
  if (connection !== undefined) return { existing: await importer.find(connection) };
  const others = meant(await importer.connections()).filter(({ phase }) => phase !== 'authorizing');
  const named = (wanted: string): ConnectionSummary | undefined =>
    others.find(({ displayName }) => displayName === wanted.trim());
  const same = named(name);
  if (same === undefined) return { name };
  const user = same.screenName === undefined ? '' : ` as @${same.screenName}`;
  const there = `There is a connection ${same.displayName} already (${shortId(same.id)}${user}).`;
  if (!cli.io.interactive || cli.out.json) {
    cli.out.note(`! ${there} This is another one of the same name.`);
    return { name };
  }
  const answer = await cli.prompter.promptUntil(
    `${there} Name of a new one, or Enter to go on with this one: `,
    (typed) => {
      if (typed.trim() !== '' && named(typed) !== undefined)
        throw new InvalidChoice(`There is a connection ${typed.trim()}, too.`);
      return typed.trim();
    },
  );
  return answer === '' ? { existing: same } : { name: answer };
};

const connect: CommandAction<Options> = async (cli, options) => {
  const wishes = readWishes(options);
  const privacy = options.privacy === undefined ? undefined : parsePrivacy(options.privacy);
  const { callbackPort } = await cli.config();
  const importer = await cli.importer();
  const { existing, name } = await whichConnection(cli, options);

  const walk = { pin: options.pin === true, noBrowser: !options.browser, callbackPort };
  let connectionId: string;
  let listed: readonly AccountSummary[];
  // A connection that X has authorized already only lacks its choice.
  if (existing !== undefined && existing.phase !== 'authorizing' && existing.phase !== 'needs_reauthorization') {
    connectionId = existing.id;
    listed = await importer.accounts(connectionId);
  } else {
    const { signIn, accounts } = await walkThroughSignIn(cli, walk, (callbackUrl) =>
      existing === undefined
        ? importer.connect({ displayName: name, privacy, callbackUrl })
        : importer.signIn(existing.id, { callbackUrl }),
    );
    connectionId = signIn.connectionId;
    listed = accounts;
  }
  if (options.connection !== undefined && options.name !== undefined) await importer.rename(connectionId, options.name);
  if (existing !== undefined && privacy !== undefined) await importer.setPrivacy(connectionId, privacy);
  if (!listed.some(({ selectable }) => selectable)) {
    const reason = listed.find((account) => account.reason !== undefined)?.reason;
    throw new NeedsPerson(
      listed.length === 0
        ? 'X shows no ad account to this user.'
        : `None of the ${listed.length} ad accounts can be imported.`,
      {
        nextStep: {
          action: 'choose',
          connectionId,
          text: `${reason ?? 'Ask the Business Administrator for Campaign Analyst or more: X Ads → Business Settings → Collaborators → People.'} Then choose the accounts.`,
        },
      },
    );
  }

  const isChange = existing !== undefined && existing.phase !== 'authorizing' && existing.phase !== 'choosing';
  const saysWhich = options.connection === undefined ? ['name'] : ['connection'];
  // An option that changes a running connection changes nothing else, and nothing is prompted for.
  const isAnswered =
    isChange &&
    Object.entries(options).some(([option, value]) => !saysWhich.includes(option) && typeof value === 'string');
  const wanted = isAnswered ? wishes : await chooseWith(cli, wishes, listed);
  const { choice, inForce } = await importer.choose(connectionId, wanted);
  if (!inForce) throw stillWorkedOn('The choice is still being worked on', connectionId);
  if (options.watch === true) await watchBackfill(cli, connectionId);
  const connection = await importer.connection(connectionId);
  cli.out.result(
    { connection, choice, accounts: listed },
    `✓ ${connection.displayName} (${shortId(connectionId)}) is connected as @${connection.screenName ?? '?'}.\n` +
      (options.watch === true
        ? ''
        : `  Follow the import with: ${cli.xads(`status ${shortId(connectionId)} --watch`)}\n`),
  );
  return EXIT.ok;
};

export const registerConnect: RegisterCommand = (program: Command, run) => {
  program
    .command('connect')
    .description('Connect an X user: sign in at X, choose accounts, begin the import.')
    .option('--name <name>', 'what people call the connection (default: X Ads)')
    .option('--accounts <all|ids>', 'ad accounts, separated by commas, or all, also future ones (default: all)')
    .option('--history <none|30|90|180|365|day>', 'how far back to import (default: 365)')
    .option('--wait <1|3>', 'days to let X settle a day before it is imported (default: 1)')
    .option(
      '--look-back <0-30>',
      "days back for which X's corrections are read again; 0 reads each day once (default: 30)",
    )
    .option('--daily-at <HH:MM>', 'when the daily sync begins, in the time of each account (default: 10:00)')
    .option('--privacy <workspace|private>', 'who sees the connection (default: workspace)')
    .option('--pin', 'for machines without a browser: X shows a PIN to type here')
    .option('--no-browser', 'print the address of the sign-in page, and open nothing')
    .option('--connection <id>', 'go on with a connection that is not finished, or change what was chosen')
    .option('--watch', 'stay until the history is imported')
    .addHelpText(
      'after',
      examples(
        'xads connect',
        'xads connect --name "Acme" --accounts 18ce54d4x5t,18ce55gze09 --history 90 --watch',
        'xads connect --pin',
        'xads connect --connection 3f2a9c1d --accounts all',
        'xads connect --connection 3f2a9c1d --wait 3 --daily-at 07:30',
      ),
    )
    .action(run(connect));
};
