import { randomUUID } from 'node:crypto';
import type { RunId } from '../../domain/ids.js';
import { defaultJobTimeouts } from '../../domain/job-outcome.js';
import type { PlannedSlice } from '../../domain/plan.js';
import { saveAccounts } from '../../store/account/accounts.js';
import { createConnection } from '../../store/connection/connections.js';
import { noteSeen, rememberJob, reserveJobs } from '../../store/import/jobs.js';
import { claimSlices } from '../../store/import/ledger.js';
import { toJson } from '../../store/json-text.js';
import type { Db } from '../../store/pool.js';
import { getRunning, openRun } from '../../store/import/runs.js';
import { type BenchFile, LEVEL, PLACEMENT, rangeOf } from './result-file.js';

/** A run with claimed slices and succeeded jobs, as landing finds it, written through the store. */

export const ACCOUNT = '18ce54bench';
const X_USER = '7';

/** The account and the connection that runs belong to. */
export const addInstallation = async (db: Db): Promise<string> => {
  const connectionId = randomUUID();
  await createConnection(db, { id: connectionId, displayName: 'Bench', createdBy: 'bench' });
  const account = {
    id: ACCOUNT,
    name: 'Bench',
    businessName: null,
    timezone: 'UTC',
    timezoneSwitchAt: null,
    approvalStatus: 'ACCEPTED',
    deleted: false,
    createdAt: '2020-01-01T00:00:00Z',
    raw: { id: ACCOUNT },
  };
  await saveAccounts(db, [account], '2026-11-01T00:00:00Z');
  return connectionId;
};

export interface ReadyJobs {
  readonly connectionId: string;
  readonly files: readonly BenchFile[];
  readonly urlOf: (index: number) => string;
  /** When X computed them all. */
  readonly observedAt: string;
}

export const addReadyJobs = async (db: Db, ready: ReadyJobs): Promise<RunId> => {
  const { connectionId, files, urlOf, observedAt } = ready;
  const id = randomUUID();
  await openRun(db, {
    id,
    connectionId,
    accountId: ACCOUNT,
    xUserId: X_USER,
    kind: 'history',
    range: rangeOf(files),
    refetch: false,
    workflowId: `import/${id}`,
  });
  const run = await getRunning(db, id);
  const slices = files.map(({ entityIds, range }): PlannedSlice => ({
    level: LEVEL,
    placement: PLACEMENT,
    metricSet: 'standard',
    entityIds,
    range,
    claims: entityIds.map((entityId) => ({ entityId, days: range })),
  }));
  await db.transaction((tx) => claimSlices(tx, run, toJson(slices)));
  const indexOf = new Map(files.map(({ entityIds, range }, index) => [`${entityIds[0]} ${range.from}`, index]));
  for (;;) {
    const { jobs, left } = await reserveJobs(db, run, {
      count: 100,
      share: 1,
      saidSlots: defaultJobTimeouts.saidSlots,
    });
    for (const job of jobs) {
      const index = indexOf.get(`${job.slice.entityIds[0]} ${job.slice.range.from}`) ?? -1;
      const seen = {
        xJobId: `${observedAt.replaceAll(/\D/g, '')}${index}`,
        createdAt: observedAt,
        updatedAt: observedAt,
        expiresAt: null,
        url: urlOf(index),
        finished: true,
      };
      await rememberJob(db, job.id, seen);
      await noteSeen(db, ACCOUNT, [seen]);
    }
    if (left === 0) return id;
  }
};
