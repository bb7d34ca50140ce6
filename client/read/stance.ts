import { type AccountProgress, accountProgress } from '../../domain/account-progress.js';
import { type Day, type Instant } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import { estimateSeconds } from '../../domain/estimate.js';
import type { ConnectionId } from '../../domain/ids.js';
import { type AccountFacts, accountStatus, type StatusMark, statusOf } from '../../domain/status.js';
import type { ConnectionRow } from '../../store/connection/connections.js';
import { grantDays, type GrantDays } from '../../store/reports/account-days.js';
import type { Context } from '../context.js';
import type { AccountDaysSummary, ConnectionDays, ProblemSummary } from '../shapes.js';
import { problemSummary } from './problem.js';
import { latestClock } from './today.js';

/** How a connection stands: its status, and its days. */
export interface Stance {
  readonly mark: StatusMark;
  readonly days: ConnectionDays;
  /** How each of the accounts stands: the list of connections does not need it. */
  readonly accounts: () => readonly AccountDaysSummary[];
  /** When the sync of the oldest open day was due, over the accounts that nothing keeps from being read. */
  readonly openSince?: Instant | undefined;
}

/** A list must answer at once: what is not counted by then is shown as it was counted before. */
const LIST_MS = 120;
/** Whoever looks at one connection waits for its days. */
const ONE_MS = 2_000;

/** An account that a connection reads, with its days. */
export interface Counted {
  /** The first day that the connection wants. */
  readonly from: Day;
  readonly grant: GrantDays;
  readonly progress: AccountProgress;
  readonly facts: AccountFacts;
  readonly seconds: number | undefined;
}

const countedOf = (grant: GrantDays, now: Date): Counted => {
  const clock = latestClock(grant, now);
  const from = grant.historyFrom ?? dayOf(grant.createdAt, grant.zones.length === 0 ? 'UTC' : grant.zones);
  const progress = accountProgress(
    {
      status: grant.status,
      wait: grant.wait,
      dailyAt: grant.dailyAt,
      from,
      grantedAt: grant.createdAt,
      accountCreatedAt: grant.accountCreatedAt,
      zones: grant.zones,
      done: [...grant.complete, ...grant.unavailable],
    },
    clock,
  );
  const problem = problemSummary(grant.problem, { id: grant.connectionId, otherwise: 'see_x' });
  return {
    from,
    grant,
    progress,
    facts: {
      status: grant.status,
      problem,
      due: progress.due,
      complete: progress.complete,
      usableFrom: progress.usableFrom,
      lastImported: progress.lastImported,
      landed: grant.landed,
      open: progress.open,
      waits: grant.waitsUntil === null ? undefined : { until: grant.waitsUntil },
    },
    seconds:
      grant.jobsLeft === 0
        ? undefined
        : estimateSeconds(grant.jobsLeft, grant.jobSeconds ?? undefined, grant.underWay ?? undefined),
  };
};

const least = <T extends string>(all: readonly T[]): T | undefined => all.toSorted()[0];

const connectionDays = (all: readonly Counted[]): ConnectionDays => {
  const usable = all.flatMap(({ progress }) => progress.usableFrom ?? []);
  const usableFrom = usable.length < all.length ? undefined : usable.toSorted().at(-1);
  const from = least(all.flatMap(({ progress }) => progress.from ?? []));
  const lastImported = least(all.flatMap(({ progress }) => progress.lastImported ?? []));
  return {
    due: all.reduce((sum, { progress }) => sum + progress.due, 0),
    complete: all.reduce((sum, { progress }) => sum + progress.complete, 0),
    ...(from === undefined ? {} : { from }),
    ...(usableFrom === undefined ? {} : { usableFrom }),
    ...(lastImported === undefined ? {} : { lastImported }),
  };
};

const accountSummary = ({ grant, progress, facts, seconds }: Counted, now: Date): AccountDaysSummary => {
  const { open, ...days } = progress;
  return {
    accountId: grant.accountId,
    accountName: grant.accountName,
    timezone: grant.zones.at(-1)?.zone ?? 'UTC',
    status: accountStatus(facts, now.toISOString()),
    ...days,
    ...(open === undefined ? {} : { openDay: open.day }),
    ...(seconds === undefined ? {} : { estimateSeconds: seconds }),
  };
};

const stanceOf = (
  row: ConnectionRow,
  problem: ProblemSummary | undefined,
  all: readonly Counted[],
  now: Date,
): Stance => {
  // Accounts are imported beside each other.
  const seconds = all.flatMap((each) => each.seconds ?? []);
  const mark = statusOf({
    id: row.id,
    phase: row.phase,
    problem,
    credentialProblem: problemSummary(row.credentialProblem, { id: row.id, otherwise: 'reconnect' }),
    screenName: row.screenName ?? undefined,
    note: row.pauseNote ?? undefined,
    dataDeleted: row.deletion !== null,
    unfinishedThrough: row.unfinishedUntil === null ? undefined : dayOf(row.unfinishedUntil, 'UTC'),
    accounts: all.map(({ facts }) => facts),
    ...(seconds.length === 0 ? {} : { estimateSeconds: Math.max(...seconds) }),
    now: now.toISOString(),
  });
  const openSince = least(
    all.flatMap(({ facts }) => (facts.status === 'blocked' || facts.open === undefined ? [] : facts.open.since)),
  );
  return { mark, days: connectionDays(all), accounts: () => all.map((each) => accountSummary(each, now)), openSince };
};

/** Accounts of which X has never been asked anything have no complete day, and need no counting. */
const withFreshDays = async (
  { db, dayCounts }: Pick<Context, 'db' | 'dayCounts'>,
  grants: readonly GrantDays[],
  withinMs: number,
): Promise<readonly GrantDays[]> => {
  const stale = new Set(grants.filter((grant) => grant.asked && grant.stale).map(({ accountId }) => accountId));
  if (stale.size === 0) return grants;
  const counted = await dayCounts.read(db, [...stale], withinMs);
  return grants.map((grant) => ({ ...grant, ...counted.get(grant.accountId) }));
};

/** The accounts that the connections read, with their days as they are now. */
export const readGrants = async (context: Context, rows: readonly ConnectionRow[]): Promise<readonly Counted[]> => {
  const ids = rows.map(({ id }) => id);
  const read = await grantDays(context.db, context.viewer, ids);
  const grants = await withFreshDays(context, read, rows.length === 1 ? ONE_MS : LIST_MS);
  const now = context.now();
  return grants.map((grant) => countedOf(grant, now));
};

/** How each of the connections stands. `problemOf` is what the summary says stands in the way. */
export const readStances = async (
  context: Context,
  rows: readonly ConnectionRow[],
  problemOf: (row: ConnectionRow) => ProblemSummary | undefined,
): Promise<ReadonlyMap<ConnectionId, Stance>> => {
  const now = context.now();
  const byConnection = new Map<ConnectionId, Counted[]>(rows.map(({ id }) => [id, []]));
  for (const each of await readGrants(context, rows)) byConnection.get(each.grant.connectionId)?.push(each);
  return new Map(rows.map((row) => [row.id, stanceOf(row, problemOf(row), byConnection.get(row.id) ?? [], now)]));
};
