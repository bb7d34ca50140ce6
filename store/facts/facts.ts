import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { PoolClient } from 'pg';
import type { Day, Instant } from '../../domain/calendar.js';
import type { AccountId, JobId, RunId } from '../../domain/ids.js';
import type { Level, MetricSet, Placement } from '../../domain/levels.js';
import type { FactSeries } from '../../domain/metrics.js';
import { CopyBuffer } from './copy-buffer.js';
import { factLines } from './fact-lines.js';
import { factStatements } from './fact-statements.js';
import { noteChangedFacts } from './roll-up.js';
import { lockNumber, LOCKS } from '../locks.js';

/** Where stored numbers come from: one per X job. */
export interface ReceiptSource {
  readonly runId: RunId;
  readonly workflowId: string;
  /** Null for a job whose slice has another one since. */
  readonly sliceId: number | null;
  readonly xJobId: JobId;
  /** The parameters of the job, as sent to X. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly responseSha256: string;
  readonly responseBytes: number;
  /** X's clock: the job's `updated_at` at SUCCESS. */
  readonly observedAt: Instant;
}

export interface Landing {
  readonly accountId: AccountId;
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** With every answered entity, also those without a number: their stored rows become zeros. */
  readonly series: FactSeries;
  /** What the file has and the series has not, for the receipt. (Default: nothing) */
  readonly note?: string;
  readonly source: ReceiptSource;
}

export interface LandCounts {
  /** rowsRead = rowsNew + rowsChanged + rowsUnchanged + rowsStale */
  readonly rowsRead: number;
  readonly rowsNew: number;
  readonly rowsChanged: number;
  readonly rowsUnchanged: number;
  /** Stored rows that X now leaves out. */
  readonly rowsZeroed: number;
  /** Not applied, because a number that X computed later is stored already. */
  readonly rowsStale: number;
}

export type LandResult =
  | {
      readonly kind: 'landed';
      readonly receiptId: number;
      readonly path: 'copy' | 'staging';
      readonly counts: LandCounts;
      /** Set when something was left out, or was older than what is stored; also on the receipt. */
      readonly note: string | null;
    }
  | { readonly kind: 'already_landed'; readonly receiptId: number };

/**
 * Locks the entities, so that landings on them run one after the other, and writes the receipt as if every row were
 * new, which is true on the quick path. Undefined when the job has landed before.
 */
const insertReceipt = async (client: PoolClient, landing: Landing): Promise<number | undefined> => {
  const { accountId, level, placement, metricSet, source, series } = landing;
  const { rows } = await client.query<{ id: number }>(
    `with lock as materialized (
       select pg_advisory_xact_lock(number) from (
         select distinct ${lockNumber('name')} as number from unnest($12::text[]) as name order by 1) as numbers
     )
     insert into importer.receipts (account_id, run_id, workflow_id, slice_id, x_job_id, request, response_sha256,
       response_bytes, observed_at, rows_read, rows_new, rows_changed, rows_unchanged, rows_zeroed, rows_stale, note)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, 0, $13 from (select count(*) from lock) as locked
     on conflict (account_id, x_job_id) do nothing
     returning id`,
    [
      accountId,
      source.runId,
      source.workflowId,
      source.sliceId,
      source.xJobId,
      JSON.stringify(source.request),
      source.responseSha256,
      source.responseBytes,
      source.observedAt,
      series.rowCount,
      series.rowCount,
      series.entities.map(({ entityId }) => LOCKS.landing(accountId, level, placement, metricSet, entityId)),
      landing.note ?? null,
    ],
  );
  return rows[0]?.id;
};

/** Buffers that are not in use. Allocating a megabyte for each file would cost more than filling it. */
const spare: CopyBuffer[] = [];
const SPARE_AT_MOST = 16;
const FIRST_CAPACITY = 1024 * 1024;

const copyRows = async (client: PoolClient, sql: string, landing: Landing, receiptId: number): Promise<void> => {
  if (landing.series.rowCount === 0) return;
  const out = spare.pop() ?? new CopyBuffer(FIRST_CAPACITY);
  const lines = factLines(landing.series, { ...landing, receiptId, observedAt: landing.source.observedAt }, out);
  // A file is at most 20 entities times 90 days, so one buffer is the cheapest stream.
  await pipeline([lines], client.query(copyFrom(sql)));
  // Not after an error: the buffer may still be read then.
  if (spare.length < SPARE_AT_MOST) spare.push(out);
};

interface Applied extends Omit<LandCounts, 'rowsRead'> {
  readonly withheldZeros: number;
  readonly newerThan: Instant | null;
}

const noteOf = ({ rowsStale, withheldZeros, newerThan }: Applied, observedAt: Instant): string | null => {
  if (rowsStale + withheldZeros === 0 && newerThan === null) return null;
  return `Computed by X at ${observedAt}, before numbers that had landed already${newerThan === null ? '' : ` (computed at ${newerThan})`}: ${rowsStale + withheldZeros} entity-days were not applied.`;
};

type Landed = Extract<LandResult, { kind: 'landed' }>;

const landByCopy = async (client: PoolClient, landing: Landing, receiptId: number): Promise<Landed> => {
  await copyRows(client, factStatements(landing.metricSet).copy, landing, receiptId);
  const rowsRead = landing.series.rowCount;
  const counts = { rowsRead, rowsNew: rowsRead, rowsChanged: 0, rowsUnchanged: 0, rowsZeroed: 0, rowsStale: 0 };
  return { kind: 'landed', receiptId, path: 'copy', counts, note: landing.note ?? null };
};

/** Lands through a temporary table of the session, for slices of which something is stored. */
const landThroughStaging = async (
  client: PoolClient,
  landing: Landing,
  params: unknown[],
  receiptId: number,
): Promise<Landed> => {
  const sql = factStatements(landing.metricSet);
  await client.query(sql.createStaging);
  await copyRows(client, sql.copyStaging, landing, receiptId);
  // New partitions have no statistics yet: the planner expects three rows instead of a year's, and its nested loops are
  // ten times slower.
  await client.query('set local enable_nestloop = off');
  const { rows } = await client.query<Applied & Record<string, unknown>>(sql.apply, [...params, receiptId]);
  await client.query('set local enable_nestloop to default');
  const applied = rows[0];
  if (applied === undefined) throw new Error('landing answered without counts');
  const note = [landing.note, noteOf(applied, landing.source.observedAt)].filter(Boolean).join(' ') || null;
  const { rowsNew, rowsChanged, rowsUnchanged, rowsZeroed, rowsStale } = applied;
  await client.query(
    `update importer.receipts set rows_new = $2, rows_changed = $3, rows_unchanged = $4, rows_zeroed = $5,
       rows_stale = $6, note = $7 where id = $1`,
    [receiptId, rowsNew, rowsChanged, rowsUnchanged, rowsZeroed, rowsStale, note],
  );
  const rowsRead = landing.series.rowCount;
  const counts = { rowsRead, rowsNew, rowsChanged, rowsUnchanged, rowsZeroed, rowsStale };
  return { kind: 'landed', receiptId, path: 'staging', counts, note };
};

/**
 * Lands one stats file inside the caller's transaction, before the caller updates ledger, slice and job. Safe to
 * repeat: by the receipt, which is unique per X job. X's clock decides: numbers that X computed before those that are
 * stored are not applied. An unchanged number is not rewritten; of a changed one the old version is kept.
 */
export const landFacts = async (client: PoolClient, landing: Landing): Promise<LandResult> => {
  const { accountId, level, placement, metricSet, firstDay, lastDay, series, source } = landing;
  const receiptId = await insertReceipt(client, landing);
  if (receiptId === undefined) {
    const { rows } = await client.query<{ id: number }>(
      'select id from importer.receipts where account_id = $1 and x_job_id = $2',
      [accountId, source.xJobId],
    );
    const earlier = rows[0];
    if (earlier === undefined) throw new Error(`no receipt of the job ${source.xJobId}, though one was in the way`);
    return { kind: 'already_landed', receiptId: earlier.id };
  }
  const sql = factStatements(metricSet);
  const ids = series.entities.map(({ entityId }) => entityId);
  const params = [accountId, level, placement, ids, firstDay, lastDay, source.observedAt];
  const { rows } = await client.query<{ stored: boolean; newer: boolean }>(sql.probe, params);
  const landed =
    rows[0]?.stored || rows[0]?.newer
      ? await landThroughStaging(client, landing, params, receiptId)
      : await landByCopy(client, landing, receiptId);
  const { rowsNew, rowsChanged, rowsZeroed } = landed.counts;
  // Mobile conversions are not rolled up.
  if (metricSet === 'standard' && rowsNew + rowsChanged + rowsZeroed > 0)
    await noteChangedFacts(client, accountId, { from: firstDay, to: lastDay });
  return landed;
};
