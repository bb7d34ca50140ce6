import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createLandActivities } from '../../activities/import/land-jobs.js';
import { defaultJobTimeouts } from '../../domain/job-outcome.js';
import { startPostgres } from '../../local/postgres.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import type { Db } from '../../store/pool.js';
import type { Deps } from '../../activities/deps.js';
import { LANDING_BAR } from '../figures.js';
import { bareCopy, serialise } from '../result-files/bare-copy.js';
import { type Databases, prepareDatabases } from '../result-files/databases.js';
import { type FileServer, startFileServer } from '../result-files/file-server.js';
import { addInstallation, addReadyJobs } from '../result-files/ready-jobs.js';
import { type BenchFile, type LandingSize, rangeOf, resultFiles } from '../result-files/result-file.js';
import { type Machine, machine, median, postgresVersion, round } from '../report.js';

export interface LandingOptions extends LandingSize {
  readonly repeat: number;
}

/** One way of storing the files, over all repetitions. */
export interface Way {
  readonly name: string;
  readonly seconds: readonly number[];
  readonly rowsPerSecond: number;
  /** Of the unzipped files. */
  readonly megabytesPerSecond: number;
  /** The ratio to the bare COPY of the same repetition: the median over the repetitions. */
  readonly ratio: number;
}

export interface LandingReport {
  readonly scenario: 'landing';
  readonly machine: Machine;
  readonly options: LandingOptions;
  readonly rows: number;
  readonly jsonMegabytes: number;
  readonly gzipMegabytes: number;
  readonly copyMegabytes: number;
  readonly ways: readonly Way[];
  readonly ratio: number;
  readonly bar: number;
  readonly barMet: boolean;
  /** Rows, receipts, ledger and versions were as they must be, in every repetition. */
  readonly correct: boolean;
}

const FIRST = '2026-11-01T08:00:00Z';
const SECOND = '2026-11-02T08:00:00Z';
const THIRD = '2026-11-03T08:00:00Z';

interface Timed {
  readonly copy: number;
  readonly landing: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly correct: boolean;
}

/** Writes a checkpoint before each measurement, so that none falls into it by chance. */
const timed = async (db: Db, task: () => Promise<unknown>): Promise<number> => {
  await db.query('checkpoint');
  const started = performance.now();
  await task();
  return (performance.now() - started) / 1000;
};

const sums = async (db: Db): Promise<Record<string, number>> => {
  const { rows } = await db.query<Record<string, number>>(
    `select count(*) as rows, sum(impressions)::bigint as impressions, sum(billed_charge_local_micro)::bigint as micros,
       sum(video_15s_views)::bigint as views, count(more) as more,
       (select count(*) from importer.receipts) as receipts,
       (select count(*) from importer.ledger where state = 'landed') as ledger,
       (select count(*) from importer.fact_versions) as versions from importer.facts`,
  );
  return rows[0] ?? {};
};

/** The dependencies that landing uses; it calls nothing else of X and nothing of Temporal. */
const depsOf = (db: Db, server: FileServer): Deps =>
  ({ db, x: { download: server.download } as Deps['x'], jobTimeouts: defaultJobTimeouts }) as Deps;

interface BenchWorld {
  readonly databases: Databases;
  readonly server: FileServer;
  readonly first: readonly BenchFile[];
  readonly second: readonly BenchFile[];
  readonly lines: readonly Buffer[];
}

/** Lands the files in a run of their own; seconds. */
export const land = async (
  db: Db,
  server: FileServer,
  files: readonly BenchFile[],
  connectionId: string,
  observedAt: string,
): Promise<number> => {
  server.serve(files.map(({ gzip }) => gzip));
  const runId = await addReadyJobs(db, { connectionId, files, urlOf: (index) => server.urlOf(index), observedAt });
  const activities = createLandActivities(depsOf(db, server));
  return timed(
    db,
    async () => await new MockActivityEnvironment().run((input) => activities.landJobs(input), { runId }),
  );
};

const once = async ({ databases, server, first, second, lines }: BenchWorld, copyFirst: boolean): Promise<Timed> => {
  const rows = first.reduce((sum, { series }) => sum + series.rowCount, 0);
  const ids = first.reduce((sum, { entityIds }) => sum + entityIds.length, 0);
  const copied = (): Promise<{ copy: number; was: Record<string, number> }> =>
    databases.withFresh(async (db) => ({ copy: await timed(db, () => bareCopy(db, lines)), was: await sums(db) }));
  const before = copyFirst ? await copied() : undefined;
  const landed = await databases.withFresh(async (db) => {
    const connectionId = await addInstallation(db);
    const landing = await land(db, server, first, connectionId, FIRST);
    const was = await sums(db);
    const changed = await land(db, server, second, connectionId, SECOND);
    const replaced = await sums(db);
    const unchanged = await land(db, server, second, connectionId, THIRD);
    return { landing, changed, unchanged, was, replaced, last: await sums(db) };
  });
  const { copy, was: yardstick } = before ?? (await copied());
  const { landing, changed, unchanged, was, replaced, last } = landed;
  const same = ['rows', 'impressions', 'micros', 'views', 'more'].every((name) => yardstick[name] === was[name]);
  const correct =
    same &&
    was['rows'] === rows &&
    was['receipts'] === first.length &&
    was['ledger'] === ids &&
    was['versions'] === 0 &&
    replaced['rows'] === rows &&
    replaced['versions'] === rows &&
    last['versions'] === rows &&
    last['receipts'] === 3 * first.length &&
    last['ledger'] === ids;
  return { copy, landing, changed, unchanged, correct };
};

/** From gzip files to committed rows, ledger and receipts, against one bare COPY transaction per file. */
export const landing = async (
  options: LandingOptions,
  report: (text: string) => void = () => undefined,
): Promise<LandingReport> => {
  report('Making the files …');
  const first = resultFiles(options, 1);
  const second = resultFiles(options, 2);
  const lines = serialise(first, FIRST);
  using folder = throwawayFolder();
  report('Starting Postgres …');
  const postgres = await startPostgres({ dataDir: join(folder.path, 'postgres') });
  try {
    await using server = await startFileServer();
    const databases = await prepareDatabases(postgres.url, rangeOf(first));
    const world = { databases, server, first, second, lines };
    const version = await databases.withFresh(postgresVersion);
    const times: Timed[] = [];
    // The first round warms up the code and the disk and is not counted. In later rounds each way goes first in turn.
    for (let round = 0; round <= options.repeat; round += 1) {
      report(round === 0 ? 'Warming up …' : `Round ${round} of ${options.repeat} …`);
      const result = await once(world, round % 2 === 0);
      if (round > 0) times.push(result);
    }
    return summarise(options, first, lines, times, machine({ postgres: version }));
  } finally {
    await postgres.destroy();
  }
};

const megabytes = (bytes: readonly number[]): number => bytes.reduce((sum, n) => sum + n, 0) / 1e6;

const summarise = (
  options: LandingOptions,
  files: readonly BenchFile[],
  lines: readonly Buffer[],
  times: readonly Timed[],
  on: Machine,
): LandingReport => {
  const rows = files.reduce((sum, { series }) => sum + series.rowCount, 0);
  const jsonMegabytes = megabytes(files.map(({ jsonBytes }) => jsonBytes));
  const way = (name: string, secondsOf: (round: Timed) => number): Way => {
    const typical = median(times.map(secondsOf));
    return {
      name,
      seconds: times.map((round_) => round(secondsOf(round_), 3)),
      rowsPerSecond: round(rows / typical),
      megabytesPerSecond: round(jsonMegabytes / typical, 1),
      ratio: round(median(times.map((pair) => pair.copy / secondsOf(pair))), 3),
    };
  };
  const ways = [
    way('bare COPY, rows ready-made', ({ copy }) => copy),
    way('landing, nothing stored yet', (pair) => pair.landing),
    way('landing again, every row changed', ({ changed }) => changed),
    way('landing again, no row changed', ({ unchanged }) => unchanged),
  ];
  const ratio = ways[1]?.ratio ?? Number.NaN;
  return {
    scenario: 'landing',
    machine: on,
    options,
    rows,
    jsonMegabytes: round(jsonMegabytes, 1),
    gzipMegabytes: round(megabytes(files.map(({ gzip }) => gzip.length)), 1),
    copyMegabytes: round(megabytes(lines.map((buffer) => buffer.length)), 1),
    ways,
    ratio,
    bar: LANDING_BAR,
    barMet: ratio >= LANDING_BAR,
    correct: times.every(({ correct }) => correct),
  };
};
