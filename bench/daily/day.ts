import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { IMPORTER_QUEUE, workflowTypes } from '../../domain/ids.js';
import { requestReport, resetRequests } from '../../local/once/simulated.js';
import type { RequestReport } from '../../local/once/simulated.js';
import { requestsByFamily } from '../../local/once/summary.js';
import { refusals, tooManyJobs } from '../figures.js';
import { round } from '../report.js';
import { dueMorning } from './world.js';
import type { DailyWorld } from './world.js';

/** One day's daily sync of all connections, with what X and Temporal saw of it. */
export interface ConnectionsDay {
  readonly seconds: number;
  readonly report: RequestReport;
  readonly requests: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly tooManyJobs: number;
  /** Of all workflows that ran on this day. */
  readonly events: number;
  readonly longestHistory: number;
}

/** How many workflows are started at once. A schedule's jitter would spread them over minutes. */
const STARTS_AT_ONCE = 50;
/** How many results are waited for at once: each is an open call to Temporal. */
const WAITS_AT_ONCE = 100;

/** Moves data time to the n-th day and runs the daily workflow of every account with its nominal time, as schedules do. */
export const runDay = async (world: DailyWorld, day: number): Promise<ConnectionsDay> => {
  const { simulatorUrl, temporal, accounts } = world;
  const nominal = dueMorning(day);
  await world.control('PUT', 'clock', { now: nominal });
  await resetRequests(simulatorUrl);
  const [starts, waits] = [pLimit(STARTS_AT_ONCE), pLimit(WAITS_AT_ONCE)];
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const outcomes = await Promise.all(
    accounts.map(async ({ id }) => {
      const handle = await starts(() =>
        temporal.workflow.start(workflowTypes.dailySync, {
          taskQueue: IMPORTER_QUEUE,
          workflowId: `bench/${id}/${day}`,
          args: [{ accountId: id, nominal }],
        }),
      );
      return waits(async () => ({ id, imported: (await handle.result()) as unknown }));
    }),
  );
  const seconds = round((performance.now() - started) / 1_000, 3);
  const blocked = outcomes.filter(({ imported }) => imported === null);
  if (blocked.length > 0)
    throw new Error(`${blocked.length} accounts could not be imported, the first is ${blocked[0]?.id}`);
  const report = await requestReport(simulatorUrl);
  return {
    seconds,
    report,
    requests: requestsByFamily(report),
    refusals: refusals(report),
    tooManyJobs: tooManyJobs(report),
    ...(await historiesSince(world, startedAt)),
  };
};

const TIMEOUT_MS = 60_000;

/** Reads the histories of all workflows that ran since then. Temporal's list of workflows lags behind a little. */
const historiesSince = async (
  { temporal, accounts }: DailyWorld,
  since: string,
): Promise<Pick<ConnectionsDay, 'events' | 'longestHistory'>> => {
  const giveUp = performance.now() + TIMEOUT_MS;
  for (;;) {
    let [events, longestHistory, ended, open] = [0, 0, 0, 0];
    for await (const { status, historyLength } of temporal.workflow.list({ query: `StartTime >= '${since}'` })) {
      if (status.name === 'RUNNING') open += 1;
      else ended += 1;
      events += historyLength ?? 0;
      longestHistory = Math.max(longestHistory, historyLength ?? 0);
    }
    if (open === 0 && ended >= accounts.length) return { events, longestHistory };
    if (performance.now() > giveUp)
      throw new Error(`Temporal lists ${ended} ended and ${open} open workflows of ${accounts.length} accounts`);
    await delay(500);
  }
};
