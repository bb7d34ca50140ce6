import { createAccounts } from './connection/accounts.js';
import { createAsking } from './import/survey.js';
import { createAuthorization } from './connection/authorize.js';
import { createChoosing } from './connection/choose.js';
import type { Deps } from './deps.js';
import { createEntities } from './import/mirror-creatives.js';
import { toFailure } from './failures.js';
import { ageOfActivity, whileBeating } from './heartbeat.js';
import { createLanding } from './import/land-jobs.js';
import { createNotifications } from './connection/notify.js';
import { createPolling } from './import/poll-jobs.js';
import { createRuns } from './import/runs.js';
import { createSchedules } from './connection/schedules.js';
import { createSubmitting } from './import/submit-jobs.js';
import { awaitFirstNumbers } from './fair-share.js';

/*
 * Activities do: load, call, write. Each takes one object of ids, days and words and returns counts; rows stay in
 * Postgres, and tokens are opened here and nowhere else. What to do with what they find is asked of `domain/`.
 */

/** The factories, for the test that their names do not overlap. */
export const factories = [
  createAuthorization,
  createAccounts,
  createChoosing,
  createRuns,
  createSchedules,
  createAsking,
  createEntities,
  createSubmitting,
  createPolling,
  createLanding,
  createNotifications,
] as const;

type Work = (input: never) => Promise<unknown>;

/** Errors become Temporal failures at this one edge, and everything beats: a killed worker is noticed whatever it did. */
const translated = <T extends Work>(work: T): T =>
  (async (input: never) => {
    try {
      return await whileBeating(() => work(input));
    } catch (error) {
      throw toFailure(error, { now: Date.now(), age: ageOfActivity(), jitter: Math.random() }) ?? error;
    }
  }) as T;

export const createActivities = (given: Deps) => {
  const deps = { ...given, firstNumbers: given.firstNumbers ?? awaitFirstNumbers() };
  const activities = {
    ...createAuthorization(deps),
    ...createAccounts(deps),
    ...createChoosing(deps),
    ...createRuns(deps),
    ...createSchedules(deps),
    ...createAsking(deps),
    ...createEntities(deps),
    ...createSubmitting(deps),
    ...createPolling(deps),
    ...createLanding(deps),
    ...createNotifications(deps),
  };
  return Object.fromEntries(
    Object.entries(activities).map(([name, work]) => [name, translated(work as Work)]),
  ) as typeof activities;
};

export type Activities = ReturnType<typeof createActivities>;
