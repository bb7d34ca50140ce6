import type { ConnectionId } from '../../domain/ids.js';
import { lastBlindChecks } from '../../store/import/blind-checks.js';
import { campaignTotals, comparisons } from '../../store/reports/reconciliation.js';
import type { Context } from '../context.js';
import type { ReconciliationOptions } from '../options.js';
import type { AccountReconciliation } from '../report-shapes.js';
import { reportAccounts } from './chosen-accounts.js';

/** About a quarter of a year. */
const CHECKS_SHOWN = 13;

/** Ads against line items against campaigns against funding instruments, per account of the connection. */
export const readReconciliation = async (
  context: Context,
  id: ConnectionId,
  { all, ...chosen }: ReconciliationOptions = {},
): Promise<readonly AccountReconciliation[]> => {
  const answers: AccountReconciliation[] = [];
  for (const { account, range } of await reportAccounts(context, id, chosen)) {
    const query = { accountId: account.id, range };
    const [totals, compared, blindChecks] = await Promise.all([
      campaignTotals(context.db, context.viewer, query),
      comparisons(context.db, context.viewer, { ...query, all }),
      lastBlindChecks(context.db, context.viewer, account.id, CHECKS_SHOWN),
    ]);
    answers.push({
      accountId: account.id,
      accountName: account.name,
      range,
      totals,
      comparisons: compared,
      unexplained: compared.filter(({ reason }) => reason === 'unexplained').length,
      blindChecks,
    });
  }
  return answers;
};
