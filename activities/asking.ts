import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { activeDays, askWindows } from '../domain/ask.js';
import type { RunId } from '../domain/ids.js';
import { LEVELS } from '../domain/levels.js';
import { planRange } from '../domain/plan.js';
import { getAccount } from '../store/accounts.js';
import { activityOf, saveAsks } from '../store/asks.js';
import { claimSlices, ledgerOf, lockPlanning } from '../store/ledger.js';
import { getRun } from '../store/runs.js';
import { plannedSlices } from '../store/slices.js';
import type { Deps } from './deps.js';
import { finalFailure } from './failures.js';
import { whileBeating } from './heartbeat.js';
import { asUser, callerOf } from './user-api.js';

/** Calls at once: they answer in parallel, and forty would be as quick as ten. */
const AT_ONCE = 10;

const accountOf = async ({ db }: Deps, accountId: string) => {
  const account = await getAccount(db, accountId);
  if (!account)
    throw finalFailure('account_unknown', `The account ${accountId} is not known; list the accounts first.`);
  return account;
};

export const createAsking = (deps: Deps) => ({
  /**
   * Asks X what had activity in the run's range: every level, over the time in which its changes were recorded, all at
   * once; stores the answers. Safe to repeat: a window that is stored stays as it is.
   */
  askActivity({ runId }: { runId: RunId }): Promise<{ asks: number; records: number }> {
    return whileBeating(async (signal) => {
      const run = await getRun(deps.db, runId);
      const account = await accountOf(deps, run.accountId);
      const windows = askWindows(run.range, account.timezone, account.observedAt);
      const limit = pLimit(AT_ONCE);
      const asks = await asUser(deps, callerOf(run), (api) =>
        Promise.all(
          LEVELS.flatMap((level) =>
            windows.map((window) =>
              limit(async () => {
                const query = { entity: level, startTime: window.from, endTime: window.to };
                const { data, observedAt } = await api.activeEntities.get(run.accountId, query, { signal });
                return {
                  accountId: run.accountId,
                  runId,
                  level,
                  windowFrom: window.from,
                  windowTo: window.to,
                  range: run.range,
                  observedAt,
                  responseSha256: createHash('sha256').update(JSON.stringify(data)).digest('hex'),
                  records: data.flatMap((entity) =>
                    entity.placements.map((placement) => ({
                      entityId: entity.entity_id,
                      placement,
                      days: activeDays(entity.activity_start_time, entity.activity_end_time, account.timezone),
                      activityFrom: entity.activity_start_time,
                      activityTo: entity.activity_end_time,
                    })),
                  ),
                };
              }),
            ),
          ),
        ),
      );
      await saveAsks(deps.db, asks);
      return { asks: asks.length, records: asks.reduce((sum, ask) => sum + ask.records.length, 0) };
    });
  },

  /**
   * Decides what the run must still read and claims it, in one transaction per account. Safe to repeat, and repeated on
   * purpose: it answers what is left, and what another run holds.
   */
  async planSlices({ runId }: { runId: RunId }): Promise<{ planned: number; held: number }> {
    const run = await getRun(deps.db, runId);
    const account = await accountOf(deps, run.accountId);
    const activity = await activityOf(deps.db, runId);
    return deps.db.transaction(async (tx) => {
      await lockPlanning(tx, run.accountId);
      const { slices, held } = planRange({
        range: run.range,
        hasAppLineItems: account.hasAppLineItems,
        activity,
        ledger: await ledgerOf(tx, run.accountId, run.range, runId),
        refetch: run.refetch,
      });
      await claimSlices(tx, run, slices);
      const { planned } = await plannedSlices(tx, runId);
      return { planned, held };
    });
  },
});
