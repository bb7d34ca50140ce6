import type { ConnectionId } from '../../domain/ids.js';
import { minus } from '../../domain/money.js';
import { type Moved, type Movement, movements, settlingCurve } from '../../store/reports/restatements.js';
import type { Context } from '../context.js';
import type { RestatementsOptions } from '../options.js';
import type { AccountRestatements, Change, MovementSummary } from '../report-shapes.js';
import { reportAccounts } from './chosen-accounts.js';

const percentOf = (difference: number, was: number): number | null =>
  was === 0 ? null : Number(((100 * difference) / Math.abs(was)).toFixed(4));

const changeOf = ({ was, is }: Moved): Change => {
  const difference = minus(is, was);
  return { was, is, difference, percent: percentOf(Number(difference), Number(was)) };
};

const summaryOf = (row: Movement): MovementSummary => ({
  currency: row.currency,
  ...(row.day === null ? {} : { day: row.day }),
  ...(row.entityId === null ? {} : { entityId: row.entityId, sharedTweet: row.sharedTweet }),
  ...(row.entityName === null ? {} : { entityName: row.entityName }),
  entityDays: row.entityDays,
  restatements: row.restatements,
  ...(row.lastChangedAt === null ? {} : { lastChangedAt: row.lastChangedAt }),
  spendMicros: changeOf(row.spend),
  impressions: changeOf(row.impressions),
  clicks: changeOf(row.clicks),
  engagements: changeOf(row.engagements),
});

/** What X has changed since it was first stored, per account of the connection. */
export const readRestatements = async (
  context: Context,
  id: ConnectionId,
  { level = 'CAMPAIGN', by = 'day', ...chosen }: RestatementsOptions = {},
): Promise<readonly AccountRestatements[]> => {
  const answers: AccountRestatements[] = [];
  for (const { account, range } of await reportAccounts(context, id, chosen)) {
    const query = { accountId: account.id, level, range };
    const [rows, totals, settling] = await Promise.all([
      movements(context.db, context.viewer, { ...query, by }),
      movements(context.db, context.viewer, { ...query, by: 'total' }),
      settlingCurve(context.db, context.viewer, account.id),
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
