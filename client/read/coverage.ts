import { addDays, type Day, type DayRange, dayOf } from '../../domain/calendar.js';
import type { DayStatus } from '../../domain/coverage.js';
import { dueDays } from '../../domain/due.js';
import type { ConnectionId } from '../../domain/ids.js';
import { checkRange } from '../../domain/range.js';
import { type Account, getVisibleAccount } from '../../store/account/accounts.js';
import type { Grant } from '../../store/connection/grants.js';
import { coverageDays } from '../../store/reports/coverage.js';
import type { Context } from '../context.js';
import { InvalidRange } from '../errors.js';
import type { CoverageOptions } from '../options.js';
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

const coverageOf = async (
  context: Context,
  grant: Grant,
  account: Account,
  options: CoverageOptions,
): Promise<AccountCoverage> => {
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
  const days = await coverageDays(context.db, context.viewer, {
    accountId: grant.accountId,
    ...checked.range,
    due: { lastDay: due.to, wait: grant.waitDays },
    created: createdAt === null ? undefined : dayOf(createdAt, zones),
  });
  return {
    accountId: grant.accountId,
    accountName: grant.accountName,
    range: checked.range,
    days,
    complete: days.every(({ status }) => LACKING_NOTHING.has(status)),
  };
};

/** What is complete, day by day, and if not why: per account of the connection. */
export const readCoverage = async (
  context: Context,
  id: ConnectionId,
  options: CoverageOptions = {},
): Promise<readonly AccountCoverage[]> => {
  const answers: AccountCoverage[] = [];
  for (const grant of await chosenGrants(context, id, options.accountId)) {
    const account = await getVisibleAccount(context.db, context.viewer, grant.accountId);
    if (account !== undefined) answers.push(await coverageOf(context, grant, account, options));
  }
  return answers;
};
