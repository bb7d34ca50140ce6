import {
  ScheduleAlreadyRunning,
  type ScheduleClient,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
  type ScheduleSpec,
} from '@temporalio/client';
import { dailySyncWorkflowId } from '../domain/ids.js';
import { adAccountIdAttribute, importKindAttribute } from './search-attributes.js';

/** One account's daily alarm: when, in which zone, and why not if it is paused. */
export interface Alarm {
  readonly scheduleId: string;
  readonly accountId: string;
  readonly timezone: string;
  /** Local time, `HH:MM`. */
  readonly at: string;
  /** Why it is another time than was chosen, shown in the Temporal UI. */
  readonly timeNote?: string;
  /** Present when the schedule must not run now: the reason, shown in the Temporal UI. */
  readonly pausedBecause?: string;
  /** Shown in the Temporal UI when the schedule has to be made. A reason to be paused goes first. (Default: none) */
  readonly noteIfMade?: string;
  /** Shown in the Temporal UI when it was paused and runs again. (Default: that a connection can import again) */
  readonly noteIfResumed?: string;
}

export interface AlarmSet {
  /** It runs again after a pause: then missed days are due at once. */
  readonly resumed: boolean;
  readonly created: boolean;
  /** The local time, `HH:MM`, at which it rang until now; undefined when it was made, or changed by hand. */
  readonly before?: string;
}

export interface DailySchedules {
  /** Makes the schedule what it ought to be, and tells what it was. */
  set(alarm: Alarm): Promise<AlarmSet>;
  remove(scheduleId: string): Promise<void>;
  /** Runs it now, after a run that goes on. */
  trigger(scheduleId: string): Promise<void>;
  /** The workflows of it that go on; none, where there is no such schedule. */
  running(scheduleId: string): Promise<readonly string[]>;
}

/** Decides when an alarm rings; whatever it says, the ringing is only an alarm. */
export type AlarmSpec = (alarm: Pick<Alarm, 'at' | 'timezone' | 'timeNote'>) => ScheduleSpec;

/** Spreads the syncs of many accounts in one zone. */
const JITTER = '10 minutes';
/** A run that was missed for longer is not made up: the next one imports every due day anyway. */
const CATCH_UP = '23 hours';

/** Once a day, at the chosen time of the account's own zone. */
const everyDay: AlarmSpec = ({ at, timezone, timeNote }) => {
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

/** The time of day that a schedule's description tells: Temporal turns numbers into ranges. */
const timeOfDay = ({ calendars }: ScheduleDescription['spec']): { before: string } | undefined => {
  const [only, ...others] = calendars ?? [];
  const [hour, minute] = [only?.hour[0]?.start, only?.minute[0]?.start];
  return hour === undefined || minute === undefined || others.length > 0
    ? undefined
    : { before: `${pad(hour)}:${pad(minute)}` };
};

type State = ScheduleDescription['state'];

/** What it ought to be: a note stays until there is another. */
const stateAfter = (before: State, { pausedBecause, noteIfResumed }: Alarm): State => {
  if (pausedBecause !== undefined) return { ...before, paused: true, note: pausedBecause };
  return before.paused ? { ...before, paused: false, note: noteIfResumed ?? 'a connection can import again' } : before;
};

/** The daily schedules of an installation, over Temporal's own: visible, pausable and triggerable in its UI. */
export const createDailySchedules = (
  schedules: ScheduleClient,
  taskQueue: string,
  workflowType: string,
  specOf: AlarmSpec = everyDay,
): DailySchedules => {
  const optionsOf = (alarm: Alarm) => {
    const { scheduleId, accountId, pausedBecause, noteIfMade } = alarm;
    return {
      scheduleId,
      spec: specOf(alarm),
      policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: CATCH_UP },
      action: {
        type: 'startWorkflow',
        workflowType,
        workflowId: dailySyncWorkflowId(accountId),
        taskQueue,
        args: [{ accountId }],
        staticSummary: `daily sync of ${accountId}`,
        typedSearchAttributes: [
          { key: adAccountIdAttribute, value: accountId },
          { key: importKindAttribute, value: 'daily' },
        ],
      },
      state: {
        paused: pausedBecause !== undefined,
        ...(pausedBecause === undefined && noteIfMade === undefined ? {} : { note: pausedBecause ?? noteIfMade }),
      },
    } satisfies ScheduleOptions;
  };

  return {
    async set(alarm) {
      const options = optionsOf(alarm);
      try {
        await schedules.create(options);
        return { resumed: false, created: true };
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      }
      // One update, the pause in it: the server may take in a pause that follows an update before it, and lose it.
      let wasPaused = false;
      let before: ReturnType<typeof timeOfDay>;
      await schedules.getHandle(alarm.scheduleId).update((previous) => {
        wasPaused = previous.state.paused;
        before = timeOfDay(previous.spec);
        return {
          ...previous,
          spec: options.spec,
          policies: options.policies,
          action: options.action,
          state: stateAfter(previous.state, alarm),
        };
      });
      return { resumed: wasPaused && alarm.pausedBecause === undefined, created: false, ...before };
    },
    async remove(scheduleId) {
      try {
        await schedules.getHandle(scheduleId).delete();
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      }
    },
    async trigger(scheduleId) {
      // Triggering allows overlaps unless told otherwise.
      await schedules.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
    },
    async running(scheduleId) {
      try {
        const { info } = await schedules.getHandle(scheduleId).describe();
        return info.runningActions.map(({ workflow }) => workflow.workflowId);
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return [];
        throw error;
      }
    },
  };
};
