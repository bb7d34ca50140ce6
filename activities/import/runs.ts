import { log } from '@temporalio/activity';
import { lastDueDay } from '../../domain/due.js';
import { clip } from '../../domain/day-ranges.js';
import { earliestHistory } from '../../domain/daily.js';
import { addDays } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, ConnectionId, RunId } from '../../domain/ids.js';
import { zoneProblem } from '../../domain/account-problem.js';
import { saveAccounts, zonesOf } from '../../store/account/accounts.js';
import { getConnection } from '../../store/connection/connections.js';
import { dailyGrants } from '../../store/connection/daily-grants.js';
import { getGrant, holdGrant } from '../../store/connection/grants.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { freeHeldByEndedOf } from '../../store/import/held.js';
import {
  endRun,
  findRun,
  getRunning,
  openRun,
  otherRunningRuns,
  otherRunsOfWorkflow,
  runningRunsOf,
} from '../../store/import/runs.js';
import type { Run } from '../../store/import/runs.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import type { RunKind, RunState } from '../../domain/run.js';
import type { Deps } from '../deps.js';
import { finalFailure } from '../failures.js';
import { logFreed } from './freed.js';
import { accountRow } from './entity-rows.js';
import { moveSchedule } from '../connection/schedules.js';
import { asUser, callerOf } from '../x-user.js';
import { zoneUnknownTo } from '../zone-readers.js';

export interface OpenRange {
  readonly runId: RunId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly kind: RunKind;
  readonly workflowId: string;
  /** The days to import, clipped to the due ones. (Default: the history that the grant chose) */
  readonly range?: DayRange;
  readonly refetch?: boolean;
  /** The request of a manual backfill. */
  readonly requestId?: string;
  /** The time that a daily sync was due. It decides the last due day, however late the run starts. (Default: X's now) */
  readonly nominal?: Instant;
}

/** The days to import, or why none of them is due. */
export type OpenedRange =
  | { readonly kind: 'open'; readonly range: DayRange }
  | { readonly kind: 'nothing_due'; readonly reason: string };

const dueRange = (input: OpenRange, historyFrom: Day | null, created: Day, lastDue: Day): DayRange | undefined => {
  const wanted = input.range ?? (historyFrom === null ? undefined : { from: historyFrom, to: lastDue });
  // Days before the account's creation have no numbers; days after the last due one are not settled enough to store.
  return wanted && lastDue >= created ? clip(wanted, { from: created, to: lastDue }) : undefined;
};

const noGrant = (accountId: AccountId) =>
  finalFailure('no_grant', `The connection has no grant on the account ${accountId}; choose it first.`);

const runsToReap = async (
  { db }: Deps,
  scope: { readonly runId: RunId } | { readonly connectionId: ConnectionId },
): Promise<readonly Run[]> =>
  'runId' in scope
    ? otherRunningRuns(db, (await getRunning(db, scope.runId)).accountId, scope.runId)
    : runningRunsOf(db, scope.connectionId);

/**
 * Ends the running runs of earlier executions of the workflow. `reapRuns` takes them for alive, because the workflow id
 * of a history is open again; only one execution of an id is open at a time, so none of them can still work.
 */
const endEarlierRuns = async (
  { db, firstNumbers }: Deps,
  { runId, workflowId }: Pick<OpenRange, 'runId' | 'workflowId'>,
): Promise<void> => {
  for (const { id, accountId, connectionId } of await otherRunsOfWorkflow(db, { workflowId, id: runId })) {
    await endRun(db, id, 'abandoned', 'its workflow was ended and has been started again');
    firstNumbers?.over(id);
    log.warn('An import had ended without closing its run', { connectionId, accountId, runId: id, workflowId });
  }
};

/** Ends runs whose workflow is no longer open, and returns how many of the others there are. */
export const reapRuns = async (
  deps: Deps,
  scope: { readonly runId: RunId } | { readonly connectionId: ConnectionId },
): Promise<number> => {
  let alive = 0;
  if ('connectionId' in scope) logFreed(await freeHeldByEndedOf(deps.db, scope.connectionId));
  for (const { id, accountId, connectionId, workflowId } of await runsToReap(deps, scope)) {
    if (await deps.workflows.isOpen(workflowId)) {
      alive += 1;
      continue;
    }
    await endRun(deps.db, id, 'abandoned', 'its workflow is no longer open');
    log.warn('An import had ended without closing its run', { connectionId, accountId, runId: id, workflowId });
  }
  return alive;
};

export const createRunActivities = (deps: Deps) => ({
  /**
   * Opens a run: reads the account at X (its zone, its approval, X's now), decides which days are due, and creates the
   * partitions for them. Safe to repeat: a run that is open stays as it is.
   */
  async openRange(input: OpenRange): Promise<OpenedRange> {
    const existing = await findRun(deps.db, input.runId);
    if (existing) return { kind: 'open', range: existing.range };
    await endEarlierRuns(deps, input);
    const connection = await getConnection(deps.db, input.connectionId);
    const grant = await getGrant(deps.db, input.connectionId, input.accountId);
    if (!connection?.xUserId || !grant) throw noGrant(input.accountId);
    const { xUserId } = connection;
    const { data: account, observedAt } = await asUser(
      deps,
      callerOf({ xUserId, kind: input.kind, id: input.runId }),
      (api) => api.accounts.get(input.accountId),
    );
    const unknownTo = await zoneUnknownTo(deps, account.timezone);
    const zone = (await zonesOf(deps.db, input.accountId)).at(-1)?.zone;
    if (!unknownTo && zone !== account.timezone) await moveSchedule(deps, input.accountId, account.timezone);
    await saveAccounts(deps.db, [accountRow(account)], observedAt);
    if (unknownTo) {
      const { code, nextStep } = zoneProblem(account.timezone, unknownTo);
      throw finalFailure(code, nextStep);
    }
    const { nominal = observedAt } = input;
    const zones = await zonesOf(deps.db, input.accountId);
    const lastDue = lastDueDay(nominal < observedAt ? nominal : observedAt, zones, grant.waitDays);
    const created = account.created_at ? dayOf(account.created_at, zones) : addDays(lastDue, -3_650);
    const historyFrom =
      input.kind === 'daily' ? earliestHistory(await dailyGrants(deps.db, input.accountId)) : grant.historyFrom;
    const range = dueRange(input, historyFrom, created, lastDue);
    if (!range) {
      const early = input.range !== undefined && input.range.to < created;
      const reason = early ? `the account was created on ${created}` : `no day is due before ${addDays(lastDue, 1)}`;
      return { kind: 'nothing_due', reason };
    }
    await ensurePartitions(deps.db, range.from, range.to);
    await deps.db.transaction(async (tx) => {
      // The grant may have ended while X answered; then what is imported may be being deleted.
      if (!(await holdGrant(tx, input.connectionId, input.accountId))) throw noGrant(input.accountId);
      await openRun(tx, {
        id: input.runId,
        connectionId: input.connectionId,
        accountId: input.accountId,
        xUserId,
        kind: input.kind,
        range,
        refetch: input.refetch ?? false,
        workflowId: input.workflowId,
        requestId: input.requestId,
      });
    });
    return { kind: 'open', range };
  },

  /**
   * Ends a run, with its claims and slots. A run with slices left, or one that somebody else has ended, cannot be completed:
   * such a defect of ours must be visible, and not count as an import. Safe to repeat.
   */
  async closeRun({
    runId,
    state,
    reason,
  }: {
    runId: RunId;
    state: Exclude<RunState, 'running'>;
    reason?: string;
  }): Promise<void> {
    if (state === 'completed' && (await findRun(deps.db, runId))?.state !== 'completed') {
      await getRunning(deps.db, runId);
      const { planned, inFlight, ready } = await sliceCounts(deps.db, runId);
      const left = planned + inFlight + ready;
      if (left > 0) throw finalFailure('unfinished', `The run ${runId} ended before ${left} of its slices.`);
    }
    await endRun(deps.db, runId, state, reason);
    deps.firstNumbers?.over(runId);
  },

  /**
   * Ends runs whose workflow is no longer open, so that their claims hold up no other run: the other runs of a run's account,
   * or those of a connection and its accounts; there it also frees what ended runs still hold. Returns how many of them
   * are alive. Safe to repeat.
   */
  async reapRuns(scope: { runId: RunId } | { connectionId: ConnectionId }): Promise<{ alive: number }> {
    return { alive: await reapRuns(deps, scope) };
  },
});
