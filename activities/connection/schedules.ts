import { log } from '@temporalio/activity';
import { dayOf, isKnownZone } from '../../domain/calendar.js';
import type { Zone } from '../../domain/calendar.js';
import { alarmTime, missesToday } from '../../domain/daily-time.js';
import type { Problem } from '../../domain/connection.js';
import { dailySchedule, dailyTurn } from '../../domain/daily.js';
import type { DailySchedule } from '../../domain/daily.js';
import { dailyScheduleId } from '../../domain/ids.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { getAccount } from '../../store/account/accounts.js';
import { connectionsOfXUser, getConnection } from '../../store/connection/connections.js';
import { getCredentialInfo } from '../../store/connection/credentials.js';
import { accountsOfConnection, dailyGrants } from '../../store/connection/daily-grants.js';
import { runningDailyRuns } from '../../store/import/runs.js';
import type { Alarm } from '../../temporal/daily-schedules.js';
import type { Deps } from '../deps.js';

/** Who does a daily sync now; nobody, when every connection on the account is parked. */
export type Turn =
  | { readonly kind: 'go'; readonly connectionId: ConnectionId; readonly blocked: boolean }
  | { readonly kind: 'parked' };

export interface CredentialState {
  readonly valid: boolean;
  /** Why it is not. */
  readonly problem?: Problem;
  readonly siblings: readonly ConnectionId[];
}

/** The alarm of an account in a zone, at a time that every day of the zone has. */
const alarmOf = (
  accountId: AccountId,
  timezone: Zone,
  wanted: Exclude<DailySchedule, { readonly kind: 'none' }>,
): Alarm => {
  const now = new Date().toISOString();
  const time = isKnownZone(timezone) ? alarmTime(wanted.at, timezone, dayOf(now, timezone)) : { at: wanted.at };
  const alarm = { scheduleId: dailyScheduleId(accountId), accountId, timezone, ...time };
  return wanted.kind === 'paused' ? { ...alarm, pausedBecause: wanted.note } : alarm;
};

/**
 * Moves the alarm of an account that X shows in another zone. Called before the zone is stored, so that whoever repeats
 * this finds the same difference again. Safe to repeat.
 */
export const moveSchedule = async ({ db, schedules }: Deps, accountId: AccountId, zone: Zone): Promise<void> => {
  const wanted = dailySchedule(await dailyGrants(db, accountId));
  if (wanted.kind === 'none') return;
  await schedules.set(alarmOf(accountId, zone, wanted));
};

/** Shown in the Temporal UI: whoever deleted or paused the schedule there learns how it is done. */
const BY_HAND = {
  noteIfMade:
    'Restored by the daily self-check: the schedule had been deleted while a connection needs it. To stop the syncs, pause or disconnect the connection.',
  noteIfResumed:
    'Resumed by the daily self-check: the schedule had been paused here while a connection needs it. To stop the syncs, pause the connection.',
};

/**
 * Daily syncs of an account that go on in a connection's name, or in nobody's yet: one that has no run may have been
 * given its turn before the connection was paused.
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

export const createSchedules = (deps: Deps) => ({
  /**
   * Makes the daily schedules of a connection's accounts what they ought to be: there, paused with the reason, or gone.
   * A paused connection's syncs that go on are ended; where another connection can do one, the schedule runs it anew in
   * that one's name. Safe to repeat, and repeated every day: a schedule that was deleted or paused by hand comes back.
   */
  async syncSchedules({
    connectionId,
    selfCheck = false,
  }: {
    connectionId: ConnectionId;
    /** Nothing has changed, so a schedule that is not there or is paused was deleted or paused by hand. (Default: false) */
    selfCheck?: boolean;
  }): Promise<{ created: number }> {
    const { db, schedules, workflows } = deps;
    const isPaused = !selfCheck && (await getConnection(db, connectionId))?.phase === 'paused';
    let created = 0;
    for (const accountId of await accountsOfConnection(db, connectionId)) {
      const scheduleId = dailyScheduleId(accountId);
      const wanted = dailySchedule(await dailyGrants(db, accountId));
      const account = await getAccount(db, accountId);
      if (wanted.kind === 'none' || !account) {
        await schedules.remove(scheduleId);
        continue;
      }
      // In a zone that this platform does not know nothing can ring: then it stays in the last that it knew.
      const timezone = account.zones.at(-1)?.zone ?? account.timezone;
      const alarm = alarmOf(accountId, timezone, wanted);
      const done = await schedules.set(selfCheck ? { ...alarm, ...BY_HAND } : alarm);
      if (done.created) {
        created += 1;
        if (selfCheck) log.warn('A daily schedule was gone and is restored', { connectionId, accountId, scheduleId });
      }
      if (selfCheck && done.resumed)
        log.warn('A daily schedule was paused by hand and is resumed', { connectionId, accountId, scheduleId });
      // What was missed while it was paused or gone, or would be by a change of time, is due now, and not only tomorrow.
      const wasGone = done.created && selfCheck;
      const isMissed =
        done.before !== undefined && missesToday(done.before, alarm.at, timezone, new Date().toISOString());
      const ending = isPaused ? await syncsOf(deps, connectionId, accountId) : [];
      const isWanted = wasGone || isMissed || ending.length > 0;
      // Before anything is ended: repeated after it, nobody would know of the syncs that are due anew.
      if (done.resumed || (wanted.kind === 'running' && isWanted)) await schedules.trigger(scheduleId);
      await Promise.all(ending.map((workflowId) => workflows.cancel(workflowId)));
    }
    return { created };
  },

  /** Decides which connection does the account's sync. Reads only. */
  async dailyTurn({ accountId }: { accountId: AccountId }): Promise<Turn> {
    const turn = dailyTurn(await dailyGrants(deps.db, accountId));
    return turn
      ? { kind: 'go', connectionId: turn.connectionId, blocked: turn.status === 'blocked' }
      : { kind: 'parked' };
  },

  /**
   * Whether X accepts the connection's credential, as far as we know, and the other connections that live and die with
   * the same token pair. Reads only.
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
