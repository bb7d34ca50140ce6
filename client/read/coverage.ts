import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import type { DayStatus } from '../../domain/coverage.js';
import { dueDays } from '../../domain/due.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { checkRange } from '../../domain/range.js';
import { type Account, getVisibleAccount } from '../../store/account/accounts.js';
import type { Grant } from '../../store/connection/grants.js';
import { coverageDays, type CoverageQuery, foldedDays } from '../../store/reports/coverage.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Db } from '../../store/pool.js';
import type { Context } from '../context.js';
import { InvalidRange } from '../errors.js';
import type { CoverageOptions } from '../options.js';
import type { CoverageGrid } from '../console-shapes.js';
import type { AccountCoverage } from '../shapes.js';
import { chosenGrants } from './chosen-accounts.js';
import { latestClock, todayOf } from './today.js';

/** The days that a coverage shows at most when none are given. */
const COVERAGE_DAYS = 365;
const LACKING_NOTHING: ReadonlySet<DayStatus> = new Set(['complete', 'verified_empty', 'not_due', 'before_creation']);

const later = <T extends string>(a: T, b: T): T => (a > b ? a : b);
const earlier = <T extends string>(a: T, b: T): T => (a < b ? a : b);

/** The days that a grant asks for and that are due, a year at most; where none is due yet, the first that will be. */
const usualRange = (due: DayRange, today: Day): DayRange => {
  const from = later(addDays(today, -COVERAGE_DAYS), earlier(due.from, today));
  return { from, to: later(from, due.to) };
};

interface RangedQuery {
  readonly range: DayRange;
  readonly query: CoverageQuery;
}

/** The days that are asked for, and which of them are due. */
const queryOf = (context: Context, grant: Grant, account: Account, options: CoverageOptions): RangedQuery => {
  const { zones, createdAt } = account;
  const today = todayOf(account, context.now());
  const from = grant.historyFrom ?? dayOf(grant.createdAt, zones);
  const due = dueDays({ from, createdAt, zones, wait: grant.waitDays }, latestClock(account, context.now()));
  const usual = usualRange(due, today);
  // A day that is given alone is no reversed range, wherever the usual days lie.
  const checked = checkRange(
    {
      from: options.from ?? earlier<string>(usual.from, options.to ?? usual.from),
      to: options.to ?? later<string>(usual.to, options.from ?? usual.to),
    },
    today,
  );
  if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  return {
    range: checked.range,
    query: {
      accountId: grant.accountId,
      ...checked.range,
      due: { lastDay: due.to, wait: grant.waitDays },
      created: createdAt === null ? undefined : dayOf(createdAt, zones),
    },
  };
};

const readEach = async <D extends { readonly status: DayStatus }>(
  context: Context,
  id: ConnectionId,
  options: CoverageOptions,
  read: (db: Db, viewer: Viewer, query: CoverageQuery) => Promise<readonly D[]>,
) => {
  const answers: {
    readonly accountId: AccountId;
    readonly accountName: string;
    readonly range: DayRange;
    readonly days: readonly D[];
    readonly complete: boolean;
  }[] = [];
  for (const grant of await chosenGrants(context, id, options.accountId)) {
    const account = await getVisibleAccount(context.db, context.viewer, grant.accountId);
    if (account === undefined) continue;
    const { range, query } = queryOf(context, grant, account, options);
    const days = await read(context.db, context.viewer, query);
    const complete = days.every(({ status }) => LACKING_NOTHING.has(status));
    answers.push({ accountId: grant.accountId, accountName: grant.accountName, range, days, complete });
  }
  return answers;
};

/** What is complete, day by day, and if not why: per account of the connection. */
export const readCoverage = (
  context: Context,
  id: ConnectionId,
  options: CoverageOptions = {},
): Promise<readonly AccountCoverage[]> => readEach(context, id, options, coverageDays);

/** The same, each day by the worst of its levels and placements. */
export const readCoverageGrid = (
  context: Context,
  id: ConnectionId,
  options: CoverageOptions = {},
): Promise<readonly CoverageGrid[]> => readEach(context, id, options, foldedDays);
