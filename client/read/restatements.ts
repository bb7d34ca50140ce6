import type { ExactSum } from '../../domain/money.js';
import type { Day, DayRange } from '../../domain/calendar.js';
import type { AccountId, ConnectionId, EntityId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import {
  type Moved,
  type Movement,
  movements,
  type SettledAfter,
  settlingCurve,
} from '../../store/reports/restatements.js';
import { chosenAccounts, type DaysAndAccount } from './chosen-accounts.js';
import type { Context } from '../context.js';

export interface RestatementsOptions extends DaysAndAccount {
  /** (Default: `CAMPAIGN`, which is what X bills) */
  readonly level?: Level | undefined;
  /** (Default: `day`) */
  readonly by?: 'day' | 'entity' | undefined;
}

/** A number first stored, and as it is now. */
export interface Change<N = number> extends Moved<N> {
  readonly difference: N;
  /** Of what it was; null where it was nothing. */
  readonly percent: number | null;
}

/** What X has changed since it was first stored, in one currency. */
export interface MovementSummary {
  /** Null where the campaign is not known yet. */
  readonly currency: string | null;
  readonly day?: Day;
  readonly entityId?: EntityId;
  readonly entityName?: string;
  /** Only by entity: its numbers are those of all ads of its tweet, so they must not be added up. */
  readonly sharedTweet?: boolean;
  /** Entity-days that X changed, in any metric, and how often in all. */
  readonly entityDays: number;
  readonly restatements: number;
  /** X's clock. */
  readonly lastChangedAt?: string;
  readonly spendMicros: Change<ExactSum>;
  readonly impressions: Change;
  readonly clicks: Change;
  readonly engagements: Change;
}

export interface AccountRestatements {
  readonly accountId: AccountId;
  readonly accountName: string;
  readonly range: DayRange;
  readonly level: Level;
  readonly by: 'day' | 'entity';
  /** Only what moved. */
  readonly rows: readonly MovementSummary[];
  /** Over all days of the range, one row for each currency. */
  readonly totals: readonly MovementSummary[];
  /** How settled a day is, by the account's own history. */
  readonly settling: readonly SettledAfter[];
}

const share = (difference: number, was: number): number | null =>
  was === 0 ? null : Number(((100 * difference) / Math.abs(was)).toFixed(4));

const changeOf = ({ was, is }: Moved): Change => ({
  was,
  is,
  difference: is - was,
  percent: share(is - was, was),
});

const changeOfSums = ({ was, is }: Moved<ExactSum>): Change<ExactSum> => {
  const difference = BigInt(is) - BigInt(was);
  return { was, is, difference: String(difference), percent: share(Number(difference), Number(was)) };
};

const summaryOf = (row: Movement): MovementSummary => ({
  currency: row.currency,
  ...(row.day === null ? {} : { day: row.day }),
  ...(row.entityId === null ? {} : { entityId: row.entityId, sharedTweet: row.sharedTweet }),
  ...(row.entityName === null ? {} : { entityName: row.entityName }),
  entityDays: row.entityDays,
  restatements: row.restatements,
  ...(row.lastChangedAt === null ? {} : { lastChangedAt: row.lastChangedAt }),
  spendMicros: changeOfSums(row.spend),
  impressions: changeOf(row.impressions),
  clicks: changeOf(row.clicks),
  engagements: changeOf(row.engagements),
});

/** What X has changed since it was first stored, per account of the connection. */
export const restatements = async (
  context: Context,
  id: ConnectionId,
  { level = 'CAMPAIGN', by = 'day', ...chosen }: RestatementsOptions = {},
): Promise<readonly AccountRestatements[]> => {
  const answers: AccountRestatements[] = [];
  for (const { account, range } of await chosenAccounts(context, id, chosen)) {
    const query = { accountId: account.id, level, range };
    const [rows, totals, settling] = await Promise.all([
      movements(context.db, { ...query, by }),
      movements(context.db, { ...query, by: 'total' }),
      settlingCurve(context.db, account.id),
    ]);
    answers.push({
      accountId: account.id,
      accountName: account.name,
      range,
      level,
      by,
      rows: rows.map(summaryOf),
      totals: totals.map(summaryOf),
      settling,
    });
  }
  return answers;
};
