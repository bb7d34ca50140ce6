import {
  isGrpcServiceError,
  ScheduleAlreadyRunning,
  type ScheduleClient,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
  type ScheduleSpec,
} from '@temporalio/client';
import type { Instant } from '../domain/calendar.js';
import { JITTER_MINUTES } from '../domain/daily-time.js';
import { dailySyncWorkflowId } from '../domain/ids.js';
import { temporalNow } from './clock.js';
import { dailySyncAttributes, dailySyncSummary } from './starts.js';

/** One account's daily schedule: at what local time, in which zone, and the reason if it is paused. */
export interface DailyScheduleSpec {
  readonly scheduleId: string;
  readonly accountId: string;
  readonly timezone: string;
  /** Local time, `HH:MM`. */
  readonly at: string;
  /** Why the time differs from the chosen one, shown in the Temporal UI. */
  readonly timeNote?: string;
  /** The schedule is paused, for this reason, shown in the Temporal UI. (Default: it runs) */
  readonly pausedBecause?: string;
  /** Shown in the Temporal UI when the schedule had to be created. The reason of a pause precedes it. (Default: none) */
  readonly noteIfCreated?: string;
  /** Shown in the Temporal UI when a paused schedule runs again. (Default: that a connection can import again) */
  readonly noteIfResumed?: string;
  /** Start a run at once when the schedule had to be created. (Default: false) */
  readonly startIfCreated?: boolean;
  /** Does a change from this local time `HH:MM`, now, leave out today's run? Then one starts at once. (Default: never) */
  readonly leavesOutToday?: (before: string, now: Instant) => boolean;
}

/** What `set` has changed. */
export interface DailyScheduleChange {
  readonly created: boolean;
  /** The schedule was paused and runs again. */
  readonly resumed: boolean;
  /** A run has been started, because the change makes missed days due at once. */
  readonly triggered: boolean;
}

export interface DailySchedules {
  /** Does the server know the time zone? It is asked by a schedule that starts nothing and is deleted at once. */
  knowsZone(timezone: string): Promise<boolean>;
  /** Creates or updates the schedule, and starts a run where the change makes one due. Safe to repeat. */
  set(spec: DailyScheduleSpec): Promise<DailyScheduleChange>;
  remove(scheduleId: string): Promise<void>;
  /** Starts a run now, or after the one that is running. */
  trigger(scheduleId: string): Promise<void>;
  /** The ids of its running workflows; none where there is no such schedule. */
  running(scheduleId: string): Promise<readonly string[]>;
}

/** The ids of a schedule's running workflows, and how many are about to begin; none where there is no such schedule. */
export const syncsOf = async (
  schedules: ScheduleClient,
  scheduleId: string,
): Promise<{ readonly running: readonly string[]; readonly waiting: number }> => {
  try {
    const { info, raw } = await schedules.getHandle(scheduleId).describe();
    return {
      running: info.runningActions.map(({ workflow }) => workflow.workflowId),
      waiting: Number(raw.info?.bufferSize ?? 0),
    };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return { running: [], waiting: 0 };
    throw error;
  }
};

/** Builds the schedule spec from time, zone and note. */
export type DailyScheduleTimes = (spec: Pick<DailyScheduleSpec, 'at' | 'timezone' | 'timeNote'>) => ScheduleSpec;

/** Spreads the syncs of many accounts in one zone. */
const JITTER = `${JITTER_MINUTES} minutes` as const;
/** A run that was missed for longer is not started late: the next one imports every due day anyway. */
const CATCH_UP = '23 hours';

/** Once a day, at the chosen time of the account's own zone. */
const everyDay: DailyScheduleTimes = ({ at, timezone, timeNote }) => {
  const [hour = 10, minute = 0] = at.split(':').map(Number);
  return {
    calendars: [
      { hour, minute, comment: [`daily at ${at}`, ...(timeNote === undefined ? [] : [timeNote])].join(': ') },
    ],
    timezone,
    jitter: JITTER,
  };
};

const pad = (n: number): string => String(n).padStart(2, '0');

/** The time of day in a schedule's description, in which Temporal has turned numbers into ranges. */
const timeOfDay = ({ calendars }: ScheduleDescription['spec']): string | undefined => {
  const [only, ...others] = calendars ?? [];
  const [hour, minute] = [only?.hour[0]?.start, only?.minute[0]?.start];
  return hour === undefined || minute === undefined || others.length > 0 ? undefined : `${pad(hour)}:${pad(minute)}`;
};

type State = ScheduleDescription['state'];

/** The schedule's state after an update: a note stays until there is another. */
const stateAfter = (before: State, { pausedBecause, noteIfResumed }: DailyScheduleSpec): State => {
  if (pausedBecause !== undefined) return { ...before, paused: true, note: pausedBecause };
  return before.paused ? { ...before, paused: false, note: noteIfResumed ?? 'a connection can import again' } : before;
};

/** gRPC's code. */
const INVALID_ARGUMENT = 3;

/** Temporal refuses the schedule itself, and would refuse it again. Of the code the SDK makes a TypeError, in some messages. */
export const isRefusal = (error: unknown): error is Error => {
  if (error instanceof TypeError) return true;
  if (!(error instanceof Error) || !isGrpcServiceError(error.cause)) return false;
  const code: number = error.cause.code;
  return code === INVALID_ARGUMENT;
};

/** The daily schedules of an installation as schedules of Temporal: its UI shows, pauses and triggers them. */
export const createDailySchedules = (
  schedules: ScheduleClient,
  taskQueue: string,
  workflowType: string,
  timesOf: DailyScheduleTimes = everyDay,
): DailySchedules => {
  const optionsOf = (spec: DailyScheduleSpec) => {
    const { scheduleId, accountId, pausedBecause, noteIfCreated } = spec;
    return {
      scheduleId,
      spec: timesOf(spec),
      policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: CATCH_UP },
      action: {
        type: 'startWorkflow',
        workflowType,
        workflowId: dailySyncWorkflowId(accountId),
        taskQueue,
        args: [{ accountId }],
        staticSummary: dailySyncSummary(accountId),
        typedSearchAttributes: dailySyncAttributes(accountId),
      },
      state: {
        paused: pausedBecause !== undefined,
        ...(pausedBecause === undefined && noteIfCreated === undefined ? {} : { note: pausedBecause ?? noteIfCreated }),
      },
    } satisfies ScheduleOptions;
  };

  const leavesOut = async (before: string | undefined, { at, leavesOutToday }: DailyScheduleSpec): Promise<boolean> => {
    if (leavesOutToday === undefined || before === undefined || before === at) return false;
    // Whether the old time has come is for Temporal's clock to say; where it does not, one sync too many costs little.
    const now = await temporalNow(schedules.connection, schedules.options.namespace);
    return now === undefined || leavesOutToday(before, now.toISOString());
  };

  const remove = async (scheduleId: string): Promise<void> => {
    try {
      await schedules.getHandle(scheduleId).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  };

  return {
    async knowsZone(timezone) {
      const scheduleId = `zone-check-${timezone}`;
      const spec = {
        scheduleId,
        accountId: 'none',
        timezone,
        at: '10:00',
        pausedBecause: 'asks whether the zone is known',
      };
      try {
        await schedules.create(optionsOf(spec));
      } catch (error) {
        // Other refusals, such as of a missing search attribute, say nothing of the zone.
        if (isRefusal(error) && `${error.message} ${String(error.cause)}`.includes(timezone)) return false;
        // Another worker asks at the same time, or could not delete it.
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      }
      await remove(scheduleId);
      return true;
    },
    async set(spec) {
      const options = optionsOf(spec);
      const { pausedBecause, startIfCreated = false } = spec;
      const triggerImmediately = startIfCreated && pausedBecause === undefined;
      try {
        await schedules.create({ ...options, state: { ...options.state, triggerImmediately } });
        // It answers once the server has begun it. Of many that are created and not begun, each is a workflow task before ours.
        await schedules.getHandle(spec.scheduleId).describe();
        return { created: true, resumed: false, triggered: triggerImmediately };
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      }
      const handle = schedules.getHandle(spec.scheduleId);
      const now = await handle.describe();
      const before = timeOfDay(now.spec);
      const resumed = now.state.paused && pausedBecause === undefined;
      const isLeftOut = pausedBecause === undefined && (await leavesOut(before, spec));
      // Before the change: whoever repeats this after it was cut off in between would see nothing left to change.
      if (resumed || isLeftOut) await this.trigger(spec.scheduleId);
      // One update with the pause in it: the server may apply a pause that follows an update first, and lose it.
      await handle.update((previous) => ({
        ...previous,
        spec: options.spec,
        policies: options.policies,
        action: options.action,
        state: stateAfter(previous.state, spec),
      }));
      return { created: false, resumed, triggered: resumed || isLeftOut };
    },
    remove,
    async trigger(scheduleId) {
      // A trigger ignores the schedule's overlap policy unless it names one.
      await schedules.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
    },
    running: async (scheduleId) => (await syncsOf(schedules, scheduleId)).running,
  };
};
