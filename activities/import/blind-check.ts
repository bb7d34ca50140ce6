import { log } from '@temporalio/activity';
import type { PoolClient } from 'pg';
import type { DayRange } from '../../domain/calendar.js';
import { blindCheckRange } from '../../domain/look-back.js';
import type { Plan } from '../../domain/plan.js';
import { blindCheckSince, isBlindCheck, saveBlindCheck } from '../../store/import/blind-checks.js';
import type { BlindCheck } from '../../store/import/blind-checks.js';
import type { Run } from '../../store/import/runs.js';

/**
 * The weekly check of X's change feed, inside the daily sync: it reads what the feed says has not changed. It goes with
 * the slices of the sync and in its activities, so that no other day costs anything for it.
 */

/** The days that this run reads blindly, when a week has passed. A run is a check once: a later plan adds nothing. */
export const blindlyRead = async (tx: PoolClient, run: Run, lookBack: number): Promise<DayRange | undefined> => {
  if (lookBack === 0 || (await isBlindCheck(tx, run.id))) return undefined;
  return blindCheckRange({ range: run.range, lookBack, since: await blindCheckSince(tx, run.accountId) });
};

/** Notes the check in the transaction that claims what it reads. */
export const noteBlindCheck = (tx: PoolClient, run: Run, range: DayRange, plan: Plan): Promise<void> =>
  saveBlindCheck(tx, { runId: run.id, accountId: run.accountId, range, days: plan.blind });

const tell = (check: BlindCheck): void => {
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

/** Tells what was judged, after the commit, so that it is true. */
export const tellOf = (checks: readonly BlindCheck[]): void => checks.forEach(tell);
