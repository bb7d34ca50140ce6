import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createDeletionActivities } from '../../activities/connection/delete-data.js';
import type { Deps } from '../../activities/deps.js';
import { addDays, type Day } from '../../domain/calendar.js';
import { startPostgres } from '../../local/postgres.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { createConnection, markDisconnected } from '../../store/connection/connections.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import type { Db } from '../../store/pool.js';
import { DELETION_BAR_SECONDS } from '../figures.js';
import { type Column, type Machine, machine, met, postgresVersion, round } from '../report.js';
import { prepareDatabases } from '../result-files/databases.js';
import { startFileServer } from '../result-files/file-server.js';
import { addInstallation } from '../result-files/ready-jobs.js';
import { rangeOf, resultFiles } from '../result-files/result-file.js';
import { land } from './land.js';

export interface DeletionOptions {
  readonly accounts: number;
  readonly ads: number;
  readonly days: number;
}

export interface DeletionReport {
  readonly scenario: 'deletion';
  readonly machine: Machine;
  readonly accounts: number;
  readonly rows: number;
  readonly seconds: number;
  /** Files of another account that landed meanwhile, and the rows in them. */
  readonly landedFiles: number;
  readonly landedRows: number;
  readonly barMet: boolean;
  readonly correct: boolean;
}

export const deletionColumns: readonly Column<DeletionReport>[] = [
  ['accounts', ({ accounts }) => accounts],
  ['rows deleted', ({ rows }) => rows],
  ['seconds', ({ seconds }) => seconds],
  ['rows landed meanwhile', ({ landedRows }) => landedRows],
  ['within the bar', ({ barMet }) => met(barMet)],
];

const FIRST_DAY = '2025-11-01' as Day;
const DAYS_IN_SLICE = 90;

/** A connection of many accounts with a history behind them, as imports leave them; it has been disconnected since. */
const addHistory = async (db: Db, { accounts, ads, days }: DeletionOptions): Promise<string> => {
  const connectionId = randomUUID();
  await createConnection(db, { id: connectionId, displayName: 'Bench', createdBy: 'bench' });
  const last = addDays(FIRST_DAY, days - 1);
  await ensurePartitions(db, FIRST_DAY, last);
  const given = [connectionId, accounts, ads, FIRST_DAY, days];
  const ids = `(select 'gone' || n as account_id from generate_series(1, $2::int) n) a`;
  const slices = `generate_series(0, ($5::int - 1) / ${DAYS_IN_SLICE}) part, generate_series(0, ($3::int - 1) / 20) chunk`;
  for (const sql of [
    `insert into importer.accounts (id, name, timezone, approval_status, raw, observed_at)
     select account_id, account_id, 'UTC', 'ACCEPTED', '{}', now() from ${ids}`,
    `insert into importer.grants (connection_id, account_id, wait_days) select $1, account_id, 1 from ${ids}`,
    // One history, and a daily sync for each day.
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, workflow_id, state, ended_at)
     select gen_random_uuid(), $1, account_id, '7', case n when 0 then 'history' else 'daily' end, $4::date, $4::date + n,
       'bench', 'completed', now()
     from ${ids}, generate_series(0, $5::int) n`,
    `insert into importer.slices (account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day, state)
     select r.account_id, r.id, 'PROMOTED_TWEET', 'ALL_ON_TWITTER', 'standard',
       array(select 'ad' || i from generate_series(chunk * 20, least(chunk * 20 + 19, $3::int - 1)) i),
       $4::date + part * ${DAYS_IN_SLICE}, least($4::date + part * ${DAYS_IN_SLICE} + ${DAYS_IN_SLICE - 1}, $4::date + $5::int - 1), 'landed'
     from importer.import_runs r, ${slices} where r.connection_id = $1 and r.kind = 'history' and $2::int > 0`,
    `insert into importer.jobs (slice_id, run_id, account_id, x_user_id, x_job_id, state)
     select s.id, s.run_id, s.account_id, '7', s.id::text, 'landed' from importer.slices s
     join importer.import_runs r on r.id = s.run_id where r.connection_id = $1`,
    `insert into importer.receipts (account_id, run_id, workflow_id, slice_id, x_job_id, request, response_sha256, response_bytes,
       observed_at, rows_read, rows_new, rows_changed, rows_unchanged, rows_zeroed, rows_stale)
     select j.account_id, j.run_id, 'bench', j.slice_id, j.x_job_id, '{}', '', 0, now(), 0, 0, 0, 0, 0, 0 from importer.jobs j
     join importer.import_runs r on r.id = j.run_id where r.connection_id = $1`,
    `insert into importer.ledger (account_id, level, entity_id, placement, metric_set, days, state, run_id, slice_id, receipt_id)
     select s.account_id, s.level, e, s.placement, s.metric_set, daterange(s.first_day, s.last_day, '[]'), 'landed', s.run_id, s.id, p.id
     from importer.slices s join importer.receipts p on p.slice_id = s.id, unnest(s.entity_ids) e`,
    `insert into importer.facts (account_id, level, entity_id, placement, day, receipt_id, observed_at, impressions)
     select account_id, 'PROMOTED_TWEET', 'ad' || i, 'ALL_ON_TWITTER', $4::date + n, 1, now(), n + 1
     from ${ids}, generate_series(0, $3::int - 1) i, generate_series(0, $5::int - 1) n`,
  ])
    await db.query(
      // A statement takes the parameters that it names; the casts keep their types where one is named once.
      `with given as (select $1::uuid, $2::int, $3::int, $4::date, $5::int) ${sql}`,
      given,
    );
  await db.query('analyze');
  await markDisconnected(db, connectionId);
  return connectionId;
};

/** Deletes what a disconnected connection has imported, while files of another account land. */
export const deletionBeside = async (
  options: DeletionOptions,
  report: (text: string) => void = () => undefined,
): Promise<DeletionReport> => {
  report('Making the files …');
  const files = resultFiles({ files: 40, ids: 20, days: 90 }, 1);
  using folder = throwawayFolder();
  report('Starting Postgres …');
  const postgres = await startPostgres({ dataDir: join(folder.path, 'postgres') });
  try {
    await using server = await startFileServer();
    const databases = await prepareDatabases(postgres.url, rangeOf(files));
    return await databases.withFresh(async (db) => {
      report('Adding the history …');
      const gone = await addHistory(db, options);
      const other = await addInstallation(db);
      report('Deleting beside a landing …');
      const activities = createDeletionActivities({ db } as Deps);
      const started = performance.now();
      let landedFiles = 0;
      const over = new AbortController();
      const landings = (async () => {
        for (let round_ = 0; !over.signal.aborted; round_ += 1) {
          await land(db, server, files, other, new Date(Date.UTC(2026, 10, 1, 8, round_)).toISOString());
          landedFiles += files.length;
        }
      })();
      await activities.stopImports({ connectionId: gone });
      let left = 1;
      while (left > 0) {
        const done = await new MockActivityEnvironment().run<
          [{ connectionId: string }],
          { left: number },
          typeof activities.deleteData
        >((input) => activities.deleteData(input), { connectionId: gone });
        left = done.left;
      }
      const seconds = round((performance.now() - started) / 1000, 2);
      over.abort();
      await landings;
      const { rows } = await db.query<{ deleted: number; remaining: number }>(
        `select rows_deleted as deleted, (select count(*) from importer.facts where account_id like 'gone%') as remaining
         from importer.connections where id = $1`,
        [gone],
      );
      return {
        scenario: 'deletion',
        machine: machine({ postgres: await postgresVersion(db) }),
        accounts: options.accounts,
        rows: rows[0]?.deleted ?? 0,
        seconds,
        landedFiles,
        landedRows: landedFiles * (files[0]?.series.rowCount ?? 0),
        barMet: seconds <= DELETION_BAR_SECONDS,
        correct: rows[0]?.remaining === 0,
      };
    });
  } finally {
    await postgres.destroy();
  }
};
