import type { Instant } from '../../domain/calendar.js';
import { IMPORTER_QUEUE, workflowTypes } from '../../domain/ids.js';
import type { AccountId } from '../../domain/ids.js';
import type { CalendarOfTrouble } from './calendar-of-trouble.js';
import { dueTimeOf, syncTimeOf } from './due-times.js';
import { keepCopy } from './past.js';
import type { Sync, Syncs } from './syncs.js';
import { renewSignIn, waitForPhase } from './world.js';
import type { BenchWorld } from '../world.js';
import type { Subject } from './world.js';

export interface SyncedDays {
  readonly syncs: Syncs;
  readonly daysAsleep: number;
  readonly tokenDeaths: number;
  /** Of each day, in order; a day asleep takes none. */
  readonly secondsOfDay: readonly number[];
}

/** Three jobs in a hundred fail, on every day others. */
const failingJobs = (seed: number, day: number) => ({ kind: 'job_failed', rate: 0.03, seed: seed * 1_000 + day });

/** Runs the daily syncs day by day: all accounts at once, with the nominal times of their schedules. */
export const syncDays = async (
  world: BenchWorld,
  subjects: readonly Subject[],
  trouble: CalendarOfTrouble,
  { days, seed }: { readonly days: number; readonly seed: number },
  report: (text: string) => void,
): Promise<SyncedDays> => {
  const syncs = new Map<AccountId, Sync[]>(subjects.map(({ accountId }) => [accountId, []]));
  const secondsOfDay: number[] = [];
  let daysAsleep = 0;
  let tokenDeaths = 0;

  const syncOne = async ({ accountId, zoneAt }: Subject, day: number, at: Instant, dies: boolean): Promise<void> => {
    const zone = zoneAt(at);
    const nominal = dueTimeOf(day, zone);
    const imported: unknown = await world.temporal.workflow.execute(workflowTypes.dailySync, {
      taskQueue: IMPORTER_QUEUE,
      workflowId: `soak/${accountId}/${day}`,
      args: [{ accountId, nominal }],
    });
    syncs.get(accountId)?.push({ at, nominal, zone, ended: imported !== null ? 'complete' : dies ? 'cut' : 'parked' });
  };

  for (let day = 1; day <= days; day += 1) {
    const at = syncTimeOf(day, seed);
    report(`Syncing: day ${day} of ${days}, ${at.slice(0, 10)}`);
    await world.control('PUT', 'clock', { now: at });
    const started = performance.now();
    if (day >= trouble.asleep.from && day <= trouble.asleep.to) {
      daysAsleep += 1;
    } else {
      const dying = trouble.deaths.filter((death) => death.day === day);
      const faults = dying.map(({ subject, path }) => {
        const match = { screen_name: subjects[subject]?.screenName, path };
        return { kind: 'token_revoked', times: 1, match };
      });
      await world.control('PUT', 'faults', [failingJobs(seed, day), ...faults]);
      const healed = trouble.deaths.flatMap((death) => (death.healed === day ? [subjects[death.subject]] : []));
      for (const subject of healed) if (subject) await renewSignIn(world, subject);
      await Promise.all(
        subjects.map((subject, index) =>
          syncOne(
            subject,
            day,
            at,
            dying.some((death) => death.subject === index),
          ),
        ),
      );
      for (const { subject } of dying) {
        const connectionId = subjects[subject]?.connectionId;
        if (connectionId !== undefined) await waitForPhase(world, connectionId, 'needs_reauthorization');
        tokenDeaths += 1;
      }
    }
    secondsOfDay.push((performance.now() - started) / 1_000);
    if (trouble.looks.some((look) => look.day === day)) await keepCopy(world, day);
  }
  return { syncs, daysAsleep, tokenDeaths, secondsOfDay };
};
