import { dueDays } from '../../domain/due.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { DayStatus } from '../../domain/coverage.js';
import { addDays, dayOf } from '../../domain/calendar.js';
import type { Problem } from '../../domain/connection.js';
import { checkRange } from '../../domain/range.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { getAccount, listAccounts, type Account, type ListedAccount } from '../../store/account/accounts.js';
import { listConnections, type ConnectionRow } from '../../store/connection/connections.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { listGrants, type Grant } from '../../store/connection/grants.js';
import { runsOf, type RunProgress, workflowsWithRun } from '../../store/import/runs.js';
import { waitsOf } from '../../store/import/holds.js';
import type { Context } from '../context.js';
import { requireConnection } from '../context.js';
import { InvalidRange } from '../errors/invalid-range.js';
import { UnknownAccount } from '../errors/unknown-account.js';
import { overallProgress } from './progress.js';
import type {
  AccountCoverage,
  AccountSummary,
  ConnectionStatus,
  ConnectionSummary,
  CoverageDay,
  GrantSummary,
  RunSummary,
  Hold,
  HoldSummary,
} from '../shapes.js';
import { importsInTemporal, type SeenImport } from './holds.js';

/** How many ended runs a status shows, so that it stays readable after a year of daily syncs. */
const ENDED_RUNS = 10;
/** The days that a coverage shows at most when none are given. */
const COVERAGE_DAYS = 365;
const LACKING_NOTHING: ReadonlySet<DayStatus> = new Set(['complete', 'verified_empty', 'not_due', 'before_creation']);

const problemPart = (problem: Problem | null): { readonly problem?: Problem } => (problem === null ? {} : { problem });

/** A paused connection stays so whatever becomes of its credential; but resuming it would not be enough. */
const problemOf = ({ phase, problem, credentialProblem }: ConnectionRow): Problem | null =>
  problem ?? (phase === 'paused' ? credentialProblem : null);

export const summary = (row: ConnectionRow): ConnectionSummary => ({
  id: row.id,
  displayName: row.displayName,
  phase: row.phase,
  privacy: row.privacy,
  createdBy: row.createdBy,
  createdAt: row.createdAt,
  ...(row.xUserId === null ? {} : { xUserId: row.xUserId }),
  ...(row.screenName === null ? {} : { screenName: row.screenName }),
  ...problemPart(problemOf(row)),
  ...(row.pauseNote === null ? {} : { note: row.pauseNote }),
  grants: row.grants,
});

const grantSummary = (grant: Grant): GrantSummary => ({
  accountId: grant.accountId,
  accountName: grant.accountName,
  status: grant.status,
  wait: grant.waitDays,
  lookBack: grant.lookBackDays,
  dailyAt: grant.dailyAt,
  ...(grant.historyFrom === null ? {} : { historyFrom: grant.historyFrom }),
  ...problemPart(grant.problem),
});

const runSummary = (run: RunProgress): RunSummary => ({
  runId: run.runId,
  accountId: run.accountId,
  kind: run.kind,
  range: { from: run.firstDay, to: run.lastDay },
  state: run.state,
  workflowId: run.workflowId,
  ...(run.requestId === null ? {} : { requestId: run.requestId }),
  startedAt: run.startedAt,
  ...(run.endedAt === null ? {} : { endedAt: run.endedAt }),
  ...(run.reason === null ? {} : { reason: run.reason }),
  planned: run.planned,
  inFlight: run.inFlight,
  ready: run.ready,
  landed: run.landed,
  failed: run.failed,
});

const accountSummary = (account: ListedAccount, grants: readonly Grant[]): AccountSummary => {
  const grant = grants.find(({ accountId }) => accountId === account.id);
  return {
    id: account.id,
    name: account.name,
    timezone: account.timezone,
    currencies: account.currencies,
    approvalStatus: account.approvalStatus,
    permissions: account.permissions,
    selectable: account.selectable,
    ...(account.selectable ? {} : { reason: `${account.reason} ${account.cure}` }),
    ...(grant === undefined ? {} : { status: grant.status }),
  };
};

export const connections = async (
  { db }: Context,
  options: { readonly withDisconnected?: boolean } = {},
): Promise<readonly ConnectionSummary[]> => (await listConnections(db, options)).map(summary);

export const accounts = async (context: Context, id: ConnectionId): Promise<readonly AccountSummary[]> => {
  await requireConnection(context, id);
  const [listed, grants] = await Promise.all([listAccounts(context.db, id), listGrants(context.db, id)]);
  return listed.map((account) => accountSummary(account, grants));
};

/** Postgres knows the waits at our gates as they are, Temporal all others; the one that ends last, or at no known time, decides. */
const laterWait = (ours: Hold | undefined, temporals: Hold | undefined): Hold | undefined => {
  if (ours === undefined || temporals === undefined) return ours ?? temporals;
  return temporals.until === undefined || temporals.until > (ours.until ?? '') ? temporals : ours;
};

/** What was waited for is over: the next attempt is under way. */
const withoutPast = ({ wait, ...seen }: SeenImport, now: Instant): SeenImport =>
  wait === undefined || (wait.until !== undefined && wait.until <= now) ? seen : { ...seen, wait };

/** What Temporal knows of imports. */
export type Look = typeof importsInTemporal;

export const status = async (
  context: Context,
  id: ConnectionId,
  look: Look = importsInTemporal,
): Promise<ConnectionStatus> => {
  const row = await requireConnection(context, id);
  const [grantRows, runRows] = await Promise.all([listGrants(context.db, id), runsOf(context.db, id)]);
  const all = runRows.map(runSummary);
  const running = all.filter((run) => run.state === 'running');
  const ended = all.filter((run) => run.state !== 'running').slice(0, ENDED_RUNS);
  const grants = grantRows.map(grantSummary);
  // An import that waits before it knows its days has no row yet, so Temporal is asked wherever one may go on.
  const atWork = running.length > 0 || row.phase === 'active';
  const asked = atWork
    ? await look(
        context,
        id,
        grants.map(({ accountId }) => accountId),
        running.map(({ workflowId }) => workflowId),
      )
    : [];
  const now = context.now().toISOString();
  const seen = new Map((asked ?? []).map((each) => [each.workflowId, withoutPast(each, now)]));
  const atGates = await waitsOf(
    context.db,
    running.map(({ runId }) => runId),
  );
  const waits: HoldSummary[] = [];
  const goingOn = running.map((run): RunSummary => {
    const { phase, wait: temporals, atX } = seen.get(run.workflowId) ?? {};
    const gate = atGates.find(({ runId }) => runId === run.runId);
    const inTheWay = laterWait(gate && { reason: gate.reason, until: gate.until }, temporals);
    if (inTheWay !== undefined)
      waits.push({ runId: run.runId, accountId: run.accountId, workflowId: run.workflowId, ...inTheWay });
    const wait = inTheWay ?? atX;
    return { ...run, ...(phase === undefined ? {} : { phase }), ...(wait === undefined ? {} : { wait }) };
  });
  return {
    ...summary(row),
    accounts: grants,
    runs: [...goingOn, ...ended],
    waits: [...waits, ...(await notBegun(context, [...seen.values()]))],
    ...(asked === undefined ? { temporalAnswers: false } : {}),
    progress: overallProgress(grants, running),
  };
};

/** Waits of imports that have no run yet, of anyone: another connection's run on the same account is not told of here. */
const notBegun = async ({ db }: Context, seen: readonly SeenImport[]): Promise<readonly HoldSummary[]> => {
  const begun = await workflowsWithRun(
    db,
    seen.map(({ workflowId }) => workflowId),
  );
  return seen.flatMap(({ workflowId, accountId, wait }) =>
    wait === undefined || begun.has(workflowId)
      ? []
      : { workflowId, ...(accountId === undefined ? {} : { accountId }), ...wait },
  );
};

/** X's clock counts as well as ours: its last word may be ahead, and what X has begun is not in the future. */
const nowOf = ({ observedAt }: Pick<Account, 'observedAt'>, now: Date): Instant =>
  Date.parse(observedAt) > now.getTime() ? observedAt : now.toISOString();

/** Today for an account, by its own zone. */
export const todayOf = (account: Pick<Account, 'zones' | 'observedAt'>, now: Date): Day =>
  dayOf(nowOf(account, now), account.zones);

/** The latest local day among the accounts whose days can be cut; with none, the latest on earth. */
export const latestToday = (accounts: readonly Pick<Account, 'zones' | 'observedAt'>[], now: Date): Day => {
  const days = accounts
    .filter(({ zones }) => zones.length > 0)
    .map((account) => todayOf(account, now))
    .toSorted();
  return days.at(-1) ?? dayOf(now.toISOString(), 'Pacific/Kiritimati');
};

const later = <T extends string>(a: T, b: T): T => (a > b ? a : b);
const earlier = <T extends string>(a: T, b: T): T => (a < b ? a : b);

/** The days that a grant asks for and that are due, a year at most; where none is due yet, the first that will be. */
const usualRange = (due: DayRange, today: Day): DayRange => {
  const from = later(addDays(today, -COVERAGE_DAYS), earlier(due.from, today));
  return { from, to: later(from, due.to) };
};

export interface CoverageOptions {
  readonly accountId?: AccountId | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What is complete, day by day, and if not why: per account of the connection. */
export const coverage = async (
  context: Context,
  id: ConnectionId,
  options: CoverageOptions = {},
): Promise<readonly AccountCoverage[]> => {
  await requireConnection(context, id);
  const grants = await listGrants(context.db, id);
  const wanted = grants.filter(({ accountId }) => options.accountId === undefined || accountId === options.accountId);
  if (wanted.length === 0 && options.accountId !== undefined) {
    throw new UnknownAccount(`The connection does not read the account ${options.accountId}.`, {
      nextStep: 'List its accounts with `xads accounts`.',
    });
  }
  const answers: AccountCoverage[] = [];
  for (const grant of wanted) {
    const account = await getAccount(context.db, grant.accountId);
    if (account === undefined) continue;
    const { zones, createdAt } = account;
    const today = todayOf(account, context.now());
    const from = grant.historyFrom ?? dayOf(grant.createdAt, zones);
    const due = dueDays({ from, createdAt, zones, wait: grant.waitDays }, nowOf(account, context.now()));
    const usual = usualRange(due, today);
    // A day that is given alone is no reversed range, wherever the usual days lie.
    const range = checkRange(
      {
        from: options.from ?? earlier<string>(usual.from, options.to ?? usual.from),
        to: options.to ?? later<string>(usual.to, options.from ?? usual.to),
      },
      today,
    );
    if (range.kind === 'invalid') throw new InvalidRange(range.reason);
    const rows = await coverageDays(context.db, {
      accountId: grant.accountId,
      ...range.range,
      due: { lastDay: due.to, wait: grant.waitDays },
      created: createdAt === null ? undefined : dayOf(createdAt, zones),
    });
    const days = rows.map(({ reason, ...day }): CoverageDay => ({ ...day, ...(reason === null ? {} : { reason }) }));
    answers.push({
      accountId: grant.accountId,
      accountName: grant.accountName,
      range: range.range,
      days,
      complete: days.every(({ status }) => LACKING_NOTHING.has(status)),
    });
  }
  return answers;
};
