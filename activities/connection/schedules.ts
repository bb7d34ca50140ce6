import { log } from '@temporalio/activity';
import { z } from 'zod';
import { dayOf, isKnownZone } from '../../domain/local-days.js';
import type { Instant, Zone } from '../../domain/calendar.js';
import { missesToday, scheduleTime } from '../../domain/daily-time.js';
import type { Problem } from '../../domain/connection.js';
import { dailyReader, dailySchedule } from '../../domain/daily.js';
import type { DailySchedule } from '../../domain/daily.js';
import { dailyScheduleId } from '../../domain/ids.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { getAccount } from '../../store/account/accounts.js';
import { connectionsOfXUser, getConnection } from '../../store/connection/connections.js';
import { getCredentialInfo } from '../../store/connection/credentials.js';
import { accountsOfConnection, dailyGrants } from '../../store/connection/daily-grants.js';
import { runningDailyRuns } from '../../store/import/runs.js';
import { type DailyScheduleSpec, isRefusal } from '../../temporal/daily-schedules.js';
import { eachAtOnce } from '../at-once.js';
import type { Deps } from '../deps.js';
import { earlierProgress, keepProgress } from '../heartbeat.js';

/** The connection that reads a daily sync; none while no connection on the account can import. */
export type DailyReader =
  | { readonly kind: 'found'; readonly connectionId: ConnectionId; readonly blocked: boolean }
  | { readonly kind: 'none' };

export interface CredentialState {
  readonly valid: boolean;
  /** Why it is not valid. */
  readonly problem?: Problem;
  /** The other connections on the same X user. */
  readonly siblings: readonly ConnectionId[];
}

/** The schedule of an account in a zone, at a local time that exists on every day. */
const specOf = (
  accountId: AccountId,
  timezone: Zone,
  wanted: Exclude<DailySchedule, { readonly kind: 'none' }>,
): DailyScheduleSpec => {
  const now = new Date().toISOString();
  const time = isKnownZone(timezone) ? scheduleTime(wanted.at, timezone, dayOf(now, timezone)) : { at: wanted.at };
  const spec = { scheduleId: dailyScheduleId(accountId), accountId, timezone, ...time };
  return wanted.kind === 'paused' ? { ...spec, pausedBecause: wanted.note } : spec;
};

/**
 * Moves the schedule of an account to the zone that X shows. Called before the zone is stored, so that a repeated attempt
 * sees the same difference. Safe to repeat.
 */
export const moveSchedule = async ({ db, schedules }: Deps, accountId: AccountId, zone: Zone): Promise<void> => {
  const wanted = dailySchedule(await dailyGrants(db, accountId));
  if (wanted.kind === 'none') return;
  await schedules.set(specOf(accountId, zone, wanted));
};

/** For a schedule that somebody has deleted or paused in the Temporal UI, where they see the notes. */
const RESTORED = {
  startIfCreated: true,
  noteIfCreated:
    'Restored by the daily self-check: the schedule had been deleted while a connection needs it. To stop the syncs, pause or disconnect the connection.',
  noteIfResumed:
    'Resumed by the daily self-check: the schedule had been paused here while a connection needs it. To stop the syncs, pause the connection.',
};

/**
 * The workflow ids of an account's running daily syncs, without those whose run belongs to another connection. A sync
 * without a run may have chosen this connection before it was paused.
 */
const syncsOf = async (
  { db, schedules }: Deps,
  connectionId: ConnectionId,
  accountId: AccountId,
): Promise<readonly string[]> => {
  const running = await runningDailyRuns(db, accountId);
  const others = running.filter((run) => run.connectionId !== connectionId).map(({ workflowId }) => workflowId);
  const all = new Set([
    ...(await schedules.running(dailyScheduleId(accountId))),
    ...running.map(({ workflowId }) => workflowId),
  ]);
  return [...all].filter((workflowId) => !others.includes(workflowId));
};

/** Brings the schedule of one account up to date; returns whether it was created. */
const syncSchedule = async (
  deps: Deps,
  {
    connectionId,
    accountId,
    selfCheck,
    isPaused,
  }: {
    readonly connectionId: ConnectionId;
    readonly accountId: AccountId;
    readonly selfCheck: boolean;
    readonly isPaused: boolean;
  },
): Promise<boolean> => {
  const { db, schedules, workflows } = deps;
  const scheduleId = dailyScheduleId(accountId);
  const wanted = dailySchedule(await dailyGrants(db, accountId));
  const account = await getAccount(db, accountId);
  if (wanted.kind === 'none' || !account) {
    await schedules.remove(scheduleId);
    return false;
  }
  // Temporal cannot schedule in a zone unknown to this platform: then the last known zone stays.
  const timezone = account.zones.at(-1)?.zone ?? account.timezone;
  const spec = specOf(accountId, timezone, wanted);
  // A sync that was missed while the schedule was paused or deleted, or that a change of time skips, is due now.
  const leavesOutToday = (before: string, now: Instant): boolean => missesToday(before, spec.at, timezone, now);
  const done = await schedules
    .set({ ...spec, leavesOutToday, ...(selfCheck ? RESTORED : {}) })
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      log.error('Temporal refuses a daily schedule', { connectionId, accountId, scheduleId, timezone, error });
      return { created: false, resumed: false, triggered: false };
    });
  if (selfCheck && done.created)
    log.warn('A daily schedule was gone and is restored', { connectionId, accountId, scheduleId });
  if (selfCheck && done.resumed)
    log.warn('A daily schedule was paused by hand and is resumed', { connectionId, accountId, scheduleId });
  const ending = isPaused ? await syncsOf(deps, connectionId, accountId) : [];
  // Triggered before the syncs are cancelled: an attempt that is repeated after that would not find them any more.
  if (wanted.kind === 'running' && ending.length > 0 && !done.triggered) await schedules.trigger(scheduleId);
  await Promise.all(ending.map((workflowId) => workflows.cancel(workflowId)));
  return done.created;
};

/** Schedules at once: each is a workflow of Temporal's own, which takes its turn from ours. */
const SCHEDULES_AT_ONCE = 4;
/** No further schedule is begun after so long, so that a connection of a thousand accounts can do something else in between. */
const PORTION_MS = 2_000;

const after = (ms: number): (() => boolean) => {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
};

const accountIds = z.array(z.string());

export const createScheduleActivities = (deps: Deps) => ({
  /**
   * Brings the daily schedules of a connection's accounts up to date: created, paused with the reason, or deleted. Running
   * syncs of a paused connection are cancelled; where another connection can read the account, the schedule starts a new
   * sync. Safe to repeat, and repeated every day: a schedule that was deleted or paused by hand is restored. What befalls one
   * account costs no other: a schedule that Temporal refuses is logged and left as it is. A later attempt goes on after the
   * accounts that those before did. Many schedules are done in portions, in the order of the accounts' ids: `next` is the
   * account with which the next portion begins.
   */
  async syncSchedules({
    connectionId,
    selfCheck = false,
    accounts = [],
    from = '',
    portionMs = PORTION_MS,
  }: {
    connectionId: ConnectionId;
    /** The first account of this portion. (Default: the first of all) */
    from?: AccountId;
    /** (Default: 2 seconds) */
    portionMs?: number;
    /** Accounts beside those that Postgres knows of the connection. (Default: none) */
    accounts?: readonly AccountId[];
    /** Nothing has changed, so a missing or paused schedule was deleted or paused by hand. (Default: false) */
    selfCheck?: boolean;
  }): Promise<{ created: number; next?: AccountId }> {
    const isOver = after(portionMs);
    const isPaused = !selfCheck && (await getConnection(deps.db, connectionId))?.phase === 'paused';
    let created = 0;
    const synced = earlierProgress(accountIds) ?? [];
    keepProgress(synced);
    const all = new Set([...(await accountsOfConnection(deps.db, connectionId)), ...accounts]);
    const left = [...all].filter((id) => id >= from && !synced.includes(id)).toSorted();
    let next: AccountId | undefined;
    await eachAtOnce(left, { atOnce: SCHEDULES_AT_ONCE }, async (accountId) => {
      // Time only goes on, so all after the first that is left are left, too; the first of all is always done.
      if (accountId !== left[0] && isOver()) next ??= accountId;
      if (next !== undefined) return;
      if (await syncSchedule(deps, { connectionId, accountId, selfCheck, isPaused })) created += 1;
      synced.push(accountId);
    });
    return { created, ...(next === undefined ? {} : { next }) };
  },

  /** Decides which connection reads the account's daily sync. Reads only. */
  async dailyReader({ accountId }: { accountId: AccountId }): Promise<DailyReader> {
    const reader = dailyReader(await dailyGrants(deps.db, accountId));
    return reader
      ? { kind: 'found', connectionId: reader.connectionId, blocked: reader.status === 'blocked' }
      : { kind: 'none' };
  },

  /**
   * Whether the connection's credential is valid, as far as we know, and the other connections with the same credential.
   * Reads only.
   */
  async credentialOf({ connectionId }: { connectionId: ConnectionId }): Promise<CredentialState> {
    const { db } = deps;
    const connection = await getConnection(db, connectionId);
    if (!connection?.xUserId) return { valid: false, siblings: [] };
    const { xUserId } = connection;
    const credential = await getCredentialInfo(db, xUserId);
    return {
      valid: credential?.status === 'valid',
      ...(credential?.problem ? { problem: credential.problem } : {}),
      siblings: (await connectionsOfXUser(db, xUserId)).filter((id) => id !== connectionId),
    };
  },
});
