import { cancellationDetails } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { createAccountActivities } from './connection/accounts.js';
import { createAuthorizeActivities } from './connection/authorize.js';
import { createChoiceActivities } from './connection/choose.js';
import { createDeletionActivities } from './connection/delete-data.js';
import { createNotifyActivities } from './connection/notify.js';
import { createHistoryActivities } from './connection/histories.js';
import { createScheduleActivities } from './connection/schedules.js';
import type { Deps } from './deps.js';
import { toFailure } from './failures.js';
import { trackCreates, trackFirstNumbers } from './fair-share.js';
import { ageOfActivity, withHeartbeat } from './heartbeat.js';
import { createLandActivities } from './import/land-jobs.js';
import { createCreativesActivities } from './import/mirror-creatives.js';
import { createLeftJobActivities } from './import/left-jobs.js';
import { createPollActivities } from './import/poll-jobs.js';
import { createRunActivities } from './import/runs.js';
import { createSubmitActivities } from './import/submit-jobs.js';
import { createSurveyActivities } from './import/survey.js';

/*
 * Activities do the I/O: load, call, write. Each takes one object of ids, days and codes and returns counts; rows stay in
 * Postgres, and tokens are opened here only. Decisions are in `domain/`.
 */

/** The factories, for the test that their names do not overlap. */
export const factories = [
  createAuthorizeActivities,
  createAccountActivities,
  createChoiceActivities,
  createDeletionActivities,
  createRunActivities,
  createScheduleActivities,
  createHistoryActivities,
  createSurveyActivities,
  createCreativesActivities,
  createSubmitActivities,
  createPollActivities,
  createLandActivities,
  createLeftJobActivities,
  createNotifyActivities,
] as const;

type Work = (input: never) => Promise<unknown>;

/** Wraps every activity: it heartbeats, its errors become Temporal failures, and after a cancellation it ends as cancelled. */
const wrapped = <T extends Work>(work: T): T =>
  (async (input: never) => {
    try {
      return await withHeartbeat(() => work(input));
    } catch (error) {
      if (cancellationDetails()?.cancelRequested === true) throw new CancelledFailure('the workflow cancelled it');
      throw toFailure(error, { now: Date.now(), age: ageOfActivity(), jitter: Math.random() }) ?? error;
    }
  }) as T;

export const createActivities = (given: Deps) => {
  const deps = {
    ...given,
    firstNumbers: given.firstNumbers ?? trackFirstNumbers(),
    creates: given.creates ?? trackCreates(),
  };
  const activities = {
    ...createAuthorizeActivities(deps),
    ...createAccountActivities(deps),
    ...createChoiceActivities(deps),
    ...createDeletionActivities(deps),
    ...createRunActivities(deps),
    ...createScheduleActivities(deps),
    ...createHistoryActivities(deps),
    ...createSurveyActivities(deps),
    ...createCreativesActivities(deps),
    ...createSubmitActivities(deps),
    ...createPollActivities(deps),
    ...createLandActivities(deps),
    ...createLeftJobActivities(deps),
    ...createNotifyActivities(deps),
  };
  return Object.fromEntries(
    Object.entries(activities).map(([name, work]) => [name, wrapped(work as Work)]),
  ) as typeof activities;
};

export type Activities = ReturnType<typeof createActivities>;
