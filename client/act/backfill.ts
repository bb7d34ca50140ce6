import { randomUUID } from 'node:crypto';
import { hullOf } from '../../domain/day-ranges.js';
import { dayOf } from '../../domain/calendar.js';
import type { DayRange } from '../../domain/calendar.js';
import type { WaitDays } from '../../domain/connection.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { checkRange, clampToCreation, clampToDue } from '../../domain/range.js';
import { type Account, getAccount } from '../../store/account/accounts.js';
import { listGrants } from '../../store/connection/grants.js';
import { runsOfRequest } from '../../store/import/runs.js';
import * as messages from '../../workflows/messages.js';
import type { Context } from '../context.js';
import { requireConnection } from '../context.js';
import { InvalidRange } from '../errors/invalid-range.js';
import { NotPermitted } from '../errors/not-permitted.js';
import { UnknownAccount } from '../errors/unknown-account.js';
import { overlaps } from './cancel-backfills.js';
import { latestToday, todayOf } from '../read/connections.js';
import type { BackfillOptions, BackfillStarted, DaysImported } from '../shapes.js';
import { sendUpdate } from '../temporal.js';

/** An account that a range is imported for, and the days that its connection lets X settle a day. */
interface Filled {
  readonly account: Account;
  readonly wait: WaitDays;
}

const accountsToFill = async (
  context: Context,
  id: ConnectionId,
  wanted: readonly AccountId[] | undefined,
): Promise<readonly Filled[]> => {
  const grants = await listGrants(context.db, id);
  const ids = wanted ?? grants.map(({ accountId }) => accountId);
  const foreign = ids.filter((accountId) => !grants.some((grant) => grant.accountId === accountId));
  if (foreign.length > 0) {
    throw new UnknownAccount(`The connection does not read the account ${foreign.join(', ')}.`, {
      nextStep:
        'Choose it first: `xads connect --connection ID --accounts …`; or list what is read with `xads accounts`.',
    });
  }
  if (ids.length === 0) {
    throw new NotPermitted('No accounts are chosen yet.', { nextStep: 'Choose them: `xads connect --connection ID`.' });
  }
  const found = await Promise.all(
    grants
      .filter(({ accountId }) => ids.includes(accountId))
      .map(async ({ accountId, waitDays }) => ({ account: await getAccount(context.db, accountId), wait: waitDays })),
  );
  return found.flatMap(({ account, wait }) => (account === undefined ? [] : { account, wait }));
};

/** The days of a range that an account has and that are due, with the sentences on those that are not. */
const clampFor = (
  { account, wait }: Filled,
  asked: DayRange,
  now: Date,
): { readonly range: DayRange | undefined; readonly reasons: readonly string[] } => {
  const created = account.createdAt === null ? undefined : dayOf(account.createdAt, account.zones);
  const had = clampToCreation(asked, created);
  if (had.kind === 'nothing') return { range: undefined, reasons: [had.reason] };
  const due = clampToDue(had.range, todayOf(account, now), wait);
  return {
    range: due.kind === 'nothing' ? undefined : due.range,
    reasons: [had, due].flatMap((clamped) => (clamped.kind === 'whole' ? [] : clamped.reason)),
  };
};

/** The days that any of the accounts can have, with a sentence for each that has fewer. */
const clampAll = (
  filled: readonly Filled[],
  asked: DayRange,
  now: Date,
): { readonly range: DayRange; readonly accounts: readonly AccountId[]; readonly notes: readonly string[] } => {
  const clamped = filled.map((each) => ({ ...each, ...clampFor(each, asked, now) }));
  const notes = clamped.flatMap(({ account: { id, name }, reasons }) =>
    reasons.map((reason) => `${name} (${id}): ${reason}`),
  );
  const range = hullOf(clamped.flatMap((each) => each.range ?? []));
  if (range === undefined) throw new InvalidRange(notes.join(' '));
  return { range, accounts: clamped.flatMap((each) => (each.range ? each.account.id : [])), notes };
};

export const backfill = async (
  context: Context,
  id: ConnectionId,
  options: BackfillOptions,
): Promise<BackfillStarted> => {
  await requireConnection(context, id);
  const early = checkRange(options, latestToday([], context.now()));
  // What is malformed or reversed is told before anything is looked up.
  if (early.kind === 'invalid' && early.why !== 'future') throw new InvalidRange(early.reason);
  const wanted = await accountsToFill(context, id, options.accounts);
  const accounts = wanted.map(({ account }) => account);
  const checked = checkRange(options, latestToday(accounts, context.now()));
  if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  const { notes: cut, ...clamped } = clampAll(wanted, checked.range, context.now());
  const filled = accounts.filter((account) => clamped.accounts.includes(account.id));
  const notes = [...cut, ...(await overlaps(context, filled, clamped.range))];
  const requestId = options.requestId ?? randomUUID();
  const { workflowIds } = await sendUpdate(context, id, {
    definition: messages.backfillUpdate,
    args: [{ requestId, ...clamped, ...(options.refetch === undefined ? {} : { refetch: options.refetch }) }],
    updateId: requestId,
    what: 'import the range',
  });
  return { requestId, ...clamped, workflowIds, notes };
};

/**
 * What a manual backfill has imported, or imports: which days are due is decided by X's clock when it begins, and that may be
 * behind ours.
 */
export const daysImported = async (
  { db }: Pick<Context, 'db'>,
  id: ConnectionId,
  { requestId, range: asked, accounts }: Pick<BackfillStarted, 'requestId' | 'range' | 'accounts'>,
): Promise<DaysImported> => {
  const runs = await runsOfRequest(db, id, requestId);
  const range = hullOf(runs.map((run) => run.range));
  const without = accounts.filter((accountId) => !runs.some((run) => run.accountId === accountId));
  const notes = without.map(
    (accountId) => `${accountId}: by X's clock none of the days is due yet, so nothing was imported.`,
  );
  if (range !== undefined && range.to < asked.to)
    notes.push(`By X's clock the days after ${range.to} are not due yet; they were not imported.`);
  return { ...(range === undefined ? {} : { range }), notes };
};
