import { addDays, type Day, type DayRange, parseDay } from '../../domain/calendar.js';
import { clip, countDays, subtractRanges } from '../../domain/day-ranges.js';
import type { AccountId } from '../../domain/ids.js';
import { listConnections } from '../../store/connection/connections.js';
import type { Freshness } from '../console-shapes.js';
import type { Context } from '../context.js';
import { InvalidRange, UnknownAccount } from '../errors.js';
import { readGrants } from './stance.js';

/** More than a person, or a program, reads. */
const MOST_MISSING = 400;

const daysIn = (ranges: readonly DayRange[]): readonly Day[] =>
  ranges.flatMap((range) => Array.from({ length: countDays(range) }, (_, i) => addDays(range.from, i)));

/** Whether every day of an account up to `through` is there, and if not, which are missing. */
export const readFreshness = async (
  context: Context,
  { account, through }: { readonly account: AccountId; readonly through: string },
): Promise<Freshness> => {
  const last = parseDay(through);
  if (last === undefined) throw new InvalidRange(`"${through}" is not a day; write it as YYYY-MM-DD.`);
  const rows = await listConnections(context.db, context.viewer);
  const grants = (await readGrants(context, rows)).filter(({ grant }) => grant.accountId === account);
  const [first] = grants.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  if (first === undefined) {
    throw new UnknownAccount(`No connection that you see reads the account ${account}.`, {
      nextStep: { action: 'list_connections', text: 'List the connections.' },
    });
  }
  const { grant, from, progress } = first;
  const wanted = { from, to: last };
  const done = [...grant.complete, ...grant.unavailable].flatMap((range) => clip(range, wanted) ?? []);
  const missing = last < from ? [] : subtractRanges([wanted], done);
  const days = daysIn(missing);
  return {
    accountId: account,
    accountName: grant.accountName,
    through: last,
    fresh: days.length === 0,
    missing: days.slice(-MOST_MISSING),
    missingDays: days.length,
    ...(progress.lastImported === undefined ? {} : { lastImported: progress.lastImported }),
  };
};
