import { createHash } from 'node:crypto';
import { cancellationSignal } from '@temporalio/activity';
import pLimit from 'p-limit';
import type { PoolClient } from 'pg';
import { joinRanges } from '../../domain/day-ranges.js';
import { activeDays, feedWindows, missingWindows, OVERLAP_HOURS } from '../../domain/feed-windows.js';
import type { FeedWindow } from '../../domain/feed-windows.js';
import { addDays } from '../../domain/calendar.js';
import type { ZonePeriod } from '../../domain/calendar.js';
import type { AccountId, RunId } from '../../domain/ids.js';
import { LEVELS } from '../../domain/levels.js';
import type { Level } from '../../domain/levels.js';
import { correctedFrom, longestLookBack } from '../../domain/look-back.js';
import { nextLook } from '../../domain/poll-interval.js';
import { READ_BY_ANOTHER } from '../../domain/progress.js';
import { cutAtSwitches } from '../../domain/zones.js';
import { getAccount } from '../../store/account/accounts.js';
import type { Account } from '../../store/account/accounts.js';
import { activityIn, activityOfRun, saveAsks, toldTimes } from '../../store/import/asks.js';
import type { Ask } from '../../store/import/asks.js';
import { judgeBlindChecks } from '../../store/import/blind-checks.js';
import { unknownCards, unknownTweets } from '../../store/account/creatives.js';
import { dailyGrants } from '../../store/connection/daily-grants.js';
import { claimSlices, ledgerOf, lockPlanning } from '../../store/import/ledger.js';
import type { Queryable } from '../../store/pool.js';
import { freeHeldByEnded } from '../../store/import/held.js';
import { getRunning, feedFollowedUntil, holdRunning, importedBefore } from '../../store/import/runs.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import type { SliceCounts } from '../../domain/run.js';
import type { Run } from '../../store/import/runs.js';
import type { UserApi } from '../../x-ads/client.js';
import { blindlyRead, logChecks, noteBlindCheck } from './blind-check.js';
import type { Deps } from '../deps.js';
import { logFreed } from './freed.js';
import { mirrorEntities } from './mirror-creatives.js';
import { planApart } from './planner.js';
import { finalFailure } from '../failures.js';
import { limitPerConnection } from '../fair-share.js';
import { ageOfActivity } from '../heartbeat.js';
import { reapRuns } from './runs.js';
import { asUser, callerOf } from '../x-user.js';
import { Postponed } from '../postponed.js';

/** Concurrent calls; forty would be no faster than ten. */
const AT_ONCE = 10;
/** Accounts of one connection that one worker surveys at once: thousands of ads occupy its thread for seconds. */
const ACCOUNTS_AT_ONCE = 2;

const accountOf = async (db: Queryable, accountId: AccountId): Promise<Account> => {
  const account = await getAccount(db, accountId);
  if (!account)
    throw finalFailure('account_unknown', `The account ${accountId} is not known; list the accounts first.`);
  return account;
};

/**
 * The feed windows to ask about, by level. A daily sync asks for the time that stored answers do not cover; any other run
 * asks for its whole range.
 */
const windowsOf = async (deps: Deps, run: Run, { zones, observedAt: now }: Account) => {
  if (run.kind !== 'daily') {
    const windows = feedWindows(run.range, zones, now);
    return (): readonly FeedWindow[] => windows;
  }
  const covered = await toldTimes(deps.db, run.accountId, OVERLAP_HOURS);
  return (level: Level) =>
    missingWindows(
      run.range.from,
      zones,
      now,
      covered.filter((time) => time.level === level),
    );
};

/** Asks X about the windows of all levels. */
const askX = async (deps: Deps, run: Run, account: Account, signal: AbortSignal): Promise<Ask[]> => {
  const windows = await windowsOf(deps, run, account);
  const { zones } = account;
  const limit = pLimit(AT_ONCE);
  return asUser(deps, callerOf(run), (api) =>
    Promise.all(
      LEVELS.flatMap((level) =>
        windows(level).map((window) => limit(() => askOnce(api, run, { level, zones, window }, signal))),
      ),
    ),
  );
};

interface FeedQuery {
  readonly level: Level;
  readonly zones: readonly ZonePeriod[];
  readonly window: FeedWindow;
}

const askOnce = async (
  api: UserApi,
  run: Run,
  { level, zones, window }: FeedQuery,
  signal: AbortSignal,
): Promise<Ask> => {
  const query = { entity: level, startTime: window.from, endTime: window.to };
  const { data, leftOut, observedAt } = await api.activeEntities.get(run.accountId, query, { signal });
  return {
    accountId: run.accountId,
    runId: run.id,
    level,
    windowFrom: window.from,
    windowTo: window.to,
    range: run.range,
    observedAt,
    ...(leftOut.length === 0 ? {} : { unread: leftOut.map(({ id, reason }) => `${id} (${reason})`).join(', ') }),
    responseSha256: createHash('sha256').update(JSON.stringify(data)).digest('hex'),
    records: data.flatMap((entity) =>
      entity.placements.map((placement) => ({
        entityId: entity.entity_id,
        placement,
        days: activeDays(entity.activity_start_time, entity.activity_end_time, zones),
        activityFrom: entity.activity_start_time,
        activityTo: entity.activity_end_time,
      })),
    ),
  };
};

/** The run's slices by state, the entity-days that another run holds, and the tweets and cards that are not stored yet. */
export interface Planned extends SliceCounts {
  readonly held: number;
  readonly unnamed: number;
}

/**
 * Decides what the run must still read and claims it, if it is running. Runs of an account plan one at a time; claims of
 * ended runs count as free.
 */
const plan = async (tx: PoolClient, run: Run): Promise<Planned> => {
  await lockPlanning(tx, run.accountId);
  await holdRunning(tx, run.id);
  logFreed(await freeHeldByEnded(tx, run.accountId));
  const { hasAppLineItems, zones } = await accountOf(tx, run.accountId);
  const { id, accountId, range, refetch } = run;
  const daily = run.kind === 'daily';
  const lookBack = daily ? longestLookBack(await dailyGrants(tx, accountId)) : 0;
  const corrected = correctedFrom(range.to, lookBack, daily ? await feedFollowedUntil(tx, accountId) : undefined);
  const kept = daily ? await importedBefore(tx, accountId, range.from) : [];
  const all = { from: kept[0]?.from ?? range.from, to: range.to };
  const blind = await blindlyRead(tx, run, lookBack);
  const decided = await planApart({
    range,
    kept,
    parts: joinRanges([...kept, range]).flatMap((span) => cutAtSwitches(span, zones)),
    hasAppLineItems,
    activity: daily
      ? await activityIn(tx, accountId, all, corrected ?? addDays(range.to, 1))
      : await activityOfRun(tx, id),
    // A run that reads everything again skips the days that another run has read since it began.
    ledger: await ledgerOf(tx, accountId, all, id, refetch ? range.from : corrected),
    refetch,
    correctedFrom: corrected,
    blind,
  });
  await claimSlices(tx, run, decided.slices);
  if (blind) await noteBlindCheck(tx, run, blind, decided);
  const { length: unnamed } = [...(await unknownTweets(tx, run.accountId)), ...(await unknownCards(tx, run.accountId))];
  return { ...(await sliceCounts(tx, run.id)), held: decided.held, unnamed };
};

export const createSurveyActivities = (deps: Deps) => {
  const surveyed = new Set<string>();
  // A connection's first account is surveyed by itself: its numbers are there sooner, and the others' hardly later.
  const fairly = limitPerConnection((connectionId) => (surveyed.has(connectionId) ? ACCOUNTS_AT_ONCE : 1));

  const surveyRun = async (run: Run): Promise<Planned> => {
    const signal = cancellationSignal();
    const account = await accountOf(deps.db, run.accountId);
    const [asks] = await Promise.all([askX(deps, run, account, signal), mirrorEntities(deps, run, signal)]);
    const { planned, judged } = await deps.db.transaction(async (tx) => {
      await saveAsks(tx, asks);
      const observedAt = asks.map((ask) => ask.observedAt).toSorted()[0];
      return {
        judged:
          observedAt === undefined || run.kind !== 'daily' ? [] : await judgeBlindChecks(tx, run.accountId, observedAt),
        planned: await plan(tx, run),
      };
    });
    logChecks(judged);
    return planned;
  };

  const planLeft = async (runId: RunId): Promise<Planned> => {
    const run = await getRunning(deps.db, runId);
    return deps.db.transaction((tx) => plan(tx, run));
  };

  return {
    /**
     * Asks X what was active in the run's range, mirrors the entities, and plans. The answers and the slices that follow from
     * them are stored in one transaction. Safe to repeat: a stored window stays as it is, and planned days are not planned
     * again.
     */
    async survey({ runId }: { runId: RunId }): Promise<Planned> {
      const run = await getRunning(deps.db, runId);
      if (run.kind === 'history') deps.firstNumbers?.begin(run.connectionId, runId);
      const standBack = (): void => {
        if (run.kind === 'history' && deps.firstNumbers?.mustYield(run.connectionId) === true)
          throw new Postponed('FairShare', "somebody else's first numbers come before further accounts", 1);
        if (run.kind === 'history' && deps.firstNumbers?.isSending(run.connectionId) === true)
          throw new Postponed('FairShare', "the first account's numbers come before further accounts", 1);
      };
      standBack();
      const survey = async (): Promise<Planned> => {
        // Somebody may have come while this one waited.
        standBack();
        const planned = await surveyRun(run).finally(() => surveyed.add(run.connectionId));
        if (run.kind === 'history' && planned.planned > 0) deps.firstNumbers?.planned(run.connectionId);
        return planned;
      };
      const planned = await fairly(run.connectionId, survey, cancellationSignal());
      // Nothing was active, or another run reads all of it.
      if (planned.planned + planned.inFlight + planned.ready === 0) deps.firstNumbers?.over(runId);
      return planned;
    },

    /** Plans what is left to read. Safe to repeat. */
    async planSlices({ runId }: { runId: RunId }): Promise<Planned> {
      return planLeft(runId);
    },

    /**
     * Plans what is left to read, as soon as other runs do not hold all of it. Until then it is postponed, which uses neither
     * history nor a worker's slot; other runs whose workflow is gone are ended. Safe to repeat.
     */
    async awaitOtherRuns({ runId }: { runId: RunId }): Promise<Planned> {
      await reapRuns(deps, { runId });
      const planned = await planLeft(runId);
      const { planned: free, inFlight, ready, held } = planned;
      if (held > 0 && free + inFlight + ready === 0)
        throw new Postponed('AnotherRun', READ_BY_ANOTHER, nextLook(ageOfActivity() / 1_000));
      return planned;
    },
  };
};
