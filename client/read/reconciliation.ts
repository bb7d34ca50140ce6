import type { DayRange } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import {
  campaignTotals,
  type CampaignTotal,
  type Comparison,
  comparisons,
} from '../../store/reports/reconciliation.js';
import { type BlindCheck, lastBlindChecks } from '../../store/import/blind-checks.js';
import { chosenAccounts, type DaysAndAccount } from './chosen-accounts.js';
import type { Context } from '../context.js';

export interface ReconcileOptions extends DaysAndAccount {
  /** With what agrees. (Default: false) */
  readonly all?: boolean | undefined;
}

export interface AccountReconciliation {
  readonly accountId: AccountId;
  readonly accountName: string;
  readonly range: DayRange;
  /** What the campaigns say, which is what X bills; one row for each currency. Spend is in micros. */
  readonly totals: readonly CampaignTotal[];
  /** One row per parent, day and metric; those that agree only when all were asked for. */
  readonly comparisons: readonly Comparison[];
  /** How many have no reason that we know. */
  readonly unexplained: number;
  /** What X's change feed had missed, by the last weekly checks, newest first. */
  readonly blindChecks: readonly BlindCheck[];
}

/** About a quarter of a year. */
const CHECKS_SHOWN = 13;

/** Ads against line items against campaigns against funding instruments, per account of the connection. */
export const reconciliation = async (
  context: Context,
  id: ConnectionId,
  { all, ...chosen }: ReconcileOptions = {},
): Promise<readonly AccountReconciliation[]> => {
  const answers: AccountReconciliation[] = [];
  for (const { account, range } of await chosenAccounts(context, id, chosen)) {
    const query = { accountId: account.id, range };
    const [totals, compared, blindChecks] = await Promise.all([
      campaignTotals(context.db, query),
      comparisons(context.db, { ...query, all }),
      lastBlindChecks(context.db, account.id, CHECKS_SHOWN),
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
