import { log } from '@temporalio/activity';
import type { PoolClient } from 'pg';
import type { DayRange } from '../../domain/calendar.js';
import { blindCheckRange } from '../../domain/look-back.js';
import { blindCheckSince, isBlindCheck, saveBlindCheck } from '../../store/import/blind-checks.js';
import type { BlindCheck } from '../../store/import/blind-checks.js';
import type { Run } from '../../store/import/runs.js';
import type { PlanAnswer } from './planner.js';

/*
 * The weekly check of X's change feed inside a daily sync: it reads days that the feed says have not changed. It uses the
 * slices and activities of the sync, so that the other days of the week cost nothing.
 */

/** The days that this run reads blindly, if a week has passed since the last check. A run plans its check only once. */
export const blindlyRead = async (tx: PoolClient, run: Run, lookBack: number): Promise<DayRange | undefined> => {
  if (lookBack === 0 || (await isBlindCheck(tx, run.id))) return undefined;
  return blindCheckRange({ range: run.range, lookBack, since: await blindCheckSince(tx, run.accountId) });
};

/** Stores the check in the transaction that claims its days. */
export const noteBlindCheck = (tx: PoolClient, run: Run, range: DayRange, plan: PlanAnswer): Promise<void> =>
  saveBlindCheck(tx, { runId: run.id, accountId: run.accountId, range, days: plan.blind });

const logCheck = (check: BlindCheck): void => {
  const { accountId, runId, entityDays, missedEntityDays, missedValues, missedMicros } = check;
  const found = { accountId, checkRunId: runId, entityDays, missedEntityDays, missedValues, missedMicros };
  if (missedEntityDays === 0) log.info(`The blind check found nothing that X's change feed had missed.`, found);
  else {
    log.warn(
      `X's change feed had missed ${missedEntityDays} of ${entityDays} entity-days that the blind check read again; their numbers are right now. See importer.blind_checks.`,
      found,
    );
  }
};

/** Logs the results of judged checks. Call it after the commit. */
export const logChecks = (checks: readonly BlindCheck[]): void => checks.forEach(logCheck);
