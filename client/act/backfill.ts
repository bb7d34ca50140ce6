import { randomUUID } from 'node:crypto';
import { hullOf } from '../../domain/day-ranges.js';
import { dayOf } from '../../domain/local-days.js';
import type { DayRange } from '../../domain/calendar.js';
import type { WaitDays } from '../../domain/connection.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { checkRange, clampToCreation, clampToDue } from '../../domain/range.js';
import { type Account, getVisibleAccount } from '../../store/account/accounts.js';
import { listVisibleGrants } from '../../store/connection/grants.js';
import { runsOfRequest } from '../../store/import/runs.js';
import { backfillUpdate } from '../../workflows/messages.js';
import type { BackfillStarted, DaysImported } from '../answers.js';
import type { Context } from '../context.js';
import { requireConnection } from '../context.js';
import { InvalidRange, NotPermitted, UnknownAccount } from '../errors.js';
import { overlapNotes } from './overlaps.js';
import type { BackfillOptions } from '../options.js';
import { latestToday, todayOf } from '../read/today.js';
import { sendUpdate } from '../temporal.js';

/** An account that a range is imported for, with the connection's wait. */
interface BackfillAccount {
  readonly account: Account;
  readonly wait: WaitDays;
}

const accountsToFill = async (
  context: Context,
  id: ConnectionId,
  wanted: readonly AccountId[] | undefined,
): Promise<readonly BackfillAccount[]> => {
  const grants = await listVisibleGrants(context.db, context.viewer, id);
  const ids = wanted ?? grants.map(({ accountId }) => accountId);
  const foreign = ids.filter((accountId) => !grants.some((grant) => grant.accountId === accountId));
  if (foreign.length > 0) {
    throw new UnknownAccount(`The connection does not read the account ${foreign.join(', ')}.`, {
      nextStep: { action: 'choose', connectionId: id, text: 'Choose it first, or name an account that is chosen.' },
    });
  }
  if (ids.length === 0) {
    throw new NotPermitted('No accounts are chosen yet.', {
      nextStep: { action: 'choose', connectionId: id, text: 'Choose them.' },
    });
  }
  const found = await Promise.all(
    grants
      .filter(({ accountId }) => ids.includes(accountId))
      .map(async ({ accountId, waitDays }) => ({
        account: await getVisibleAccount(context.db, context.viewer, accountId),
        wait: waitDays,
      })),
  );
  return found.flatMap(({ account, wait }) => (account === undefined ? [] : { account, wait }));
};

/** The days of a range that an account has and that are due, with the sentences on those that are not. */
const clampFor = (
  { account, wait }: BackfillAccount,
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
  backfilled: readonly BackfillAccount[],
  asked: DayRange,
  now: Date,
): { readonly range: DayRange; readonly accounts: readonly AccountId[]; readonly notes: readonly string[] } => {
  const clamped = backfilled.map((each) => ({ ...each, ...clampFor(each, asked, now) }));
  const notes = clamped.flatMap(({ account: { id, name }, reasons }) =>
    reasons.map((reason) => `${name} (${id}): ${reason}`),
  );
  const range = hullOf(clamped.flatMap((each) => each.range ?? []));
  if (range === undefined) throw new InvalidRange(notes.join(' '));
  return { range, accounts: clamped.flatMap((each) => (each.range ? each.account.id : [])), notes };
};

/** Starts a manual backfill of a range, as far as the range is due. */
export const startBackfill = async (
  context: Context,
  id: ConnectionId,
  options: BackfillOptions,
): Promise<BackfillStarted> => {
  await requireConnection(context, id);
  const early = checkRange(options, latestToday([], context.now()));
  // What is malformed, reversed or too long is refused before anything is looked up; the future depends on the accounts.
  if (early.kind === 'invalid' && early.why !== 'future') throw new InvalidRange(early.reason);
  const wanted = await accountsToFill(context, id, options.accounts);
  const accounts = wanted.map(({ account }) => account);
  const checked = checkRange(options, latestToday(accounts, context.now()));
  if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  const { notes: cut, ...clamped } = clampAll(wanted, checked.range, context.now());
  const backfilled = accounts.filter((account) => clamped.accounts.includes(account.id));
  const notes = [...cut, ...(await overlapNotes(context, backfilled, clamped.range))];
  const requestId = options.requestId ?? randomUUID();
  const { workflowIds } = await sendUpdate(context, id, {
    definition: backfillUpdate,
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
export const readDaysImported = async (
  { db, viewer }: Pick<Context, 'db' | 'viewer'>,
  id: ConnectionId,
  { requestId, range: asked, accounts }: Pick<BackfillStarted, 'requestId' | 'range' | 'accounts'>,
): Promise<DaysImported> => {
  const runs = await runsOfRequest(db, viewer, id, requestId);
  const range = hullOf(runs.map((run) => run.range));
  const without = accounts.filter((accountId) => !runs.some((run) => run.accountId === accountId));
  const notes = without.map(
    (accountId) => `${accountId}: by X's clock none of the days is due yet, so nothing was imported.`,
  );
  if (range !== undefined && range.to < asked.to)
    notes.push(`By X's clock the days after ${range.to} are not due yet; they were not imported.`);
  return { ...(range === undefined ? {} : { range }), notes };
};
