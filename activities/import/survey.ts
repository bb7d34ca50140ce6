import { createHash } from 'node:crypto';
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
import { planRange } from '../../domain/plan.js';
import { cutAtSwitches } from '../../domain/zones.js';
import { getAccount } from '../../store/account/accounts.js';
import type { Account } from '../../store/account/accounts.js';
import { activityIn, activityOf, saveAsks, toldTimes } from '../../store/import/asks.js';
import type { Ask } from '../../store/import/asks.js';
import { judgeBlindChecks } from '../../store/import/blind-checks.js';
import { unknownCards, unknownTweets } from '../../store/account/creatives.js';
import { dailyGrants } from '../../store/connection/daily-grants.js';
import { claimSlices, ledgerOf, lockPlanning } from '../../store/import/ledger.js';
import type { Queryable } from '../../store/pool.js';
import { getRun, heededUntil, importedBefore, sliceCounts } from '../../store/import/runs.js';
import type { Run, SliceCounts } from '../../store/import/runs.js';
import type { UserApi } from '../../x-ads/client.js';
import { blindlyRead, noteBlindCheck, tellOf } from './blind-check.js';
import type { Deps } from '../deps.js';
import { mirrorEntities } from './mirror-creatives.js';
import { finalFailure } from '../failures.js';
import { whileBeating } from '../heartbeat.js';
import { fewOfEach } from '../fair-share.js';
import { asUser, callerOf } from '../x-user.js';
import { Waiting } from '../postponed.js';

/** Calls at once: they answer in parallel, and forty would be as quick as ten. */
const AT_ONCE = 10;
/** Accounts of one connection that are surveyed at once in a worker: thousands of ads take its thread for seconds. */
const ACCOUNTS_AT_ONCE = 2;

const accountOf = async (db: Queryable, accountId: AccountId): Promise<Account> => {
  const account = await getAccount(db, accountId);
  if (!account)
    throw finalFailure('account_unknown', `The account ${accountId} is not known; list the accounts first.`);
  return account;
};

/**
 * The time to ask about. A daily sync asks for what was recorded since the asks that are stored, because those and its
 * own together tell everything; any other run asks for its whole range.
 */
const windowsOf = async (deps: Deps, run: Run, { zones, observedAt: now }: Account) => {
  if (run.kind !== 'daily') {
    const windows = feedWindows(run.range, zones, now);
    return (): readonly FeedWindow[] => windows;
  }
  const told = await toldTimes(deps.db, run.accountId, OVERLAP_HOURS);
  return (level: Level) =>
    missingWindows(
      run.range.from,
      zones,
      now,
      told.filter((time) => time.level === level),
    );
};

/** Asks every level about its time, all at once. */
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

interface Question {
  readonly level: Level;
  readonly zones: readonly ZonePeriod[];
  readonly window: FeedWindow;
}

const askOnce = async (
  api: UserApi,
  run: Run,
  { level, zones, window }: Question,
  signal: AbortSignal,
): Promise<Ask> => {
  const query = { entity: level, startTime: window.from, endTime: window.to };
  const { data, observedAt } = await api.activeEntities.get(run.accountId, query, { signal });
  return {
    accountId: run.accountId,
    runId: run.id,
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
        days: activeDays(entity.activity_start_time, entity.activity_end_time, zones),
        activityFrom: entity.activity_start_time,
        activityTo: entity.activity_end_time,
      })),
    ),
  };
};

/** How the run's slices stand, how many entity-days another run holds, and how many tweets and cards are not known yet. */
export interface Planned extends SliceCounts {
  readonly held: number;
  readonly unnamed: number;
}

/** Decides what the run must still read and claims it. One planner of an account at a time. */
const plan = async (tx: PoolClient, run: Run): Promise<Planned> => {
  await lockPlanning(tx, run.accountId);
  const { hasAppLineItems, zones } = await accountOf(tx, run.accountId);
  const { id, accountId, range, refetch } = run;
  const daily = run.kind === 'daily';
  const lookBack = daily ? longestLookBack(await dailyGrants(tx, accountId)) : 0;
  const corrected = correctedFrom(range.to, lookBack, daily ? await heededUntil(tx, accountId) : undefined);
  const kept = daily ? await importedBefore(tx, accountId, range.from) : [];
  const whole = { from: kept[0]?.from ?? range.from, to: range.to };
  const blind = await blindlyRead(tx, run, lookBack);
  const decided = planRange({
    range,
    kept,
    parts: joinRanges([...kept, range]).flatMap((span) => cutAtSwitches(span, zones)),
    hasAppLineItems,
    activity: daily
      ? await activityIn(tx, accountId, whole, corrected ?? addDays(range.to, 1))
      : await activityOf(tx, id),
    // To a run that reads everything again it matters of each day whether another has read it since.
    ledger: await ledgerOf(tx, accountId, whole, id, refetch ? range.from : corrected),
    refetch,
    correctedFrom: corrected,
    blind,
  });
  await claimSlices(tx, run, decided.slices);
  if (blind) await noteBlindCheck(tx, run, blind, decided);
  const { length: unnamed } = [...(await unknownTweets(tx, run.accountId)), ...(await unknownCards(tx, run.accountId))];
  return { ...(await sliceCounts(tx, run.id)), held: decided.held, unnamed };
};

export const createAsking = (deps: Deps) => {
  const inTurn = fewOfEach(ACCOUNTS_AT_ONCE);

  const surveyed = async (run: Run, signal: AbortSignal): Promise<Planned> => {
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
    tellOf(judged);
    return planned;
  };

  return {
    /**
     * Asks X what had activity in the run's range, mirrors the entities, and plans: the answers and the slices that follow
     * from them are stored in one transaction. Safe to repeat: a window that is stored stays as it is, and what is planned
     * is not planned again.
     */
    survey({ runId }: { runId: RunId }): Promise<Planned> {
      return whileBeating(async (signal) => {
        const run = await getRun(deps.db, runId);
        if (run.kind === 'history') {
          deps.firstNumbers?.begin(run.connectionId, runId);
          if (deps.firstNumbers?.standsBack(run.connectionId) === true)
            throw new Waiting('Turn', "somebody else's first numbers come before further accounts", 1);
        }
        const planned = await inTurn(run.connectionId, () => surveyed(run, signal));
        // Nothing was active, or another run reads it all.
        if (planned.planned + planned.inFlight + planned.ready === 0) deps.firstNumbers?.over(runId);
        return planned;
      });
    },

    /** Plans again what is left, for instance what another run held before. Safe to repeat. */
    async planSlices({ runId }: { runId: RunId }): Promise<Planned> {
      const run = await getRun(deps.db, runId);
      return deps.db.transaction((tx) => plan(tx, run));
    },
  };
};
