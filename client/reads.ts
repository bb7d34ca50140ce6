import type { AccountId, ConnectionId, RunId } from '../domain/ids.js';
import type {
  Consequences,
  CoverageGrid,
  DataHealth,
  DayDetail,
  NewestNumbers,
  ConnectionWorkflow,
  FoundName,
  Freshness,
  LackingPart,
  Preflight,
  Timeline,
} from './console-shapes.js';
import type { Context } from './context.js';
import type {
  CoverageOptions,
  FreshnessOptions,
  PerformanceOptions,
  UtmOptions,
  PreflightOptions,
  ReconciliationOptions,
  RestatementsOptions,
  RunOptions,
  TimelineOptions,
  VisitOptions,
} from './options.js';
import { readDataHealth } from './read/data-health.js';
import { readDayDetail } from './read/day-detail.js';
import { readFreshness } from './read/freshness.js';
import type { Performance } from './performance-shapes.js';
import { performanceCsv } from './performance-csv.js';
import { readAllPerformance, readPerformance } from './read/performance.js';
import { visitPerformance } from './act/visit-performance.js';
import type { PerformanceVisit } from './performance-visit-shapes.js';
import { readPreflight } from './read/preflight.js';
import { readRun } from './read/run.js';
import { readUtm } from './read/utm.js';
import type { UtmWorklist } from './utm-shapes.js';
import { readOutlook } from './read/outlook.js';
import type { SettlingOutlook } from './outlook-shapes.js';
import { searchNames } from '../store/reports/search.js';
import { readWorkflows } from './read/workflows.js';
import { readTimeline } from './read/timeline.js';
import { readConsequences } from './read/consequences.js';
import { readCoverage, readCoverageGrid } from './read/coverage.js';
import { type FirstNumbersWait, readFirstNumbers } from './read/first-numbers.js';
import { readReconciliation } from './read/reconciliation.js';
import { readRestatements } from './read/restatements.js';
import type { AccountReconciliation, AccountRestatements } from './report-shapes.js';
import type { AccountCoverage, RunSummary } from './shapes.js';

/** What is read about a connection, beside its status. All of them throw `UnknownConnection` as the other methods do. */
export interface Reads {
  /**
   * Whether each day is complete, and if not, why: per account, level and placement.
   * @throws `InvalidRange`, `UnknownAccount`.
   * @example const [account] = await importer.coverage(connectionId, { from: '2026-01-01', to: '2026-01-31' });
   */
  coverage(connectionId: ConnectionId, options?: CoverageOptions): Promise<readonly AccountCoverage[]>;
  /**
   * What X has changed since it was first stored, per account. Money is in micros, as strings of digits.
   * @throws `InvalidRange`, `UnknownAccount`.
   * @example const [{ totals }] = await importer.restatements(connectionId, { level: 'LINE_ITEM', by: 'entity' });
   */
  restatements(connectionId: ConnectionId, options?: RestatementsOptions): Promise<readonly AccountRestatements[]>;
  /**
   * Where ads, line items, campaigns and funding instruments disagree, and why. Sums are strings of digits, money in micros.
   * @throws `InvalidRange`, `UnknownAccount`.
   * @example const [{ unexplained }] = await importer.reconciliation(connectionId);
   */
  reconciliation(
    connectionId: ConnectionId,
    options?: ReconciliationOptions,
  ): Promise<readonly AccountReconciliation[]>;
  /**
   * The coverage of a year at a glance: each day of each account by the worst of its levels and placements.
   * @throws `InvalidRange`, `UnknownAccount`.
   * @example const [account] = await importer.coverageGrid(connectionId);
   */
  coverageGrid(connectionId: ConnectionId, options?: CoverageOptions): Promise<readonly CoverageGrid[]>;
  /**
   * The newest numbers of each account, which appear a few seconds after accounts were chosen; with `wait`, once any account has
   * some, or as they are after so many milliseconds.
   * @example const [{ day, spend }] = await importer.firstNumbers(connectionId, { wait: 10_000 });
   */
  firstNumbers(connectionId: ConnectionId, options?: FirstNumbersWait): Promise<readonly NewestNumbers[]>;
  /**
   * What has happened to it, newest first: runs, waits of more than five minutes, restatements, changes, sign-ins, notifications.
   * @throws `InvalidChoice` for a `before` that is none.
   * @example const { entries, next } = await importer.timeline(connectionId, { kinds: ['restatement'] });
   */
  timeline(connectionId: ConnectionId, options?: TimelineOptions): Promise<Timeline>;
  /**
   * Where the numbers of one day of an account come from.
   * @throws `InvalidRange`, `UnknownAccount`.
   * @example const { slices } = await importer.dayDetail(connectionId, 'hkk5', '2026-11-28');
   */
  dayDetail(connectionId: ConnectionId, accountId: AccountId, day: string): Promise<DayDetail>;
  /**
   * What is known of accounts before they are chosen: role, approval, zone, and what the import will take.
   * @throws `UnknownAccount`.
   * @example const { lines } = await importer.preflight(connectionId, { accounts: ['hkk5'] });
   */
  preflight(connectionId: ConnectionId, options?: PreflightOptions): Promise<Preflight>;
  /**
   * How all accounts of all connections stand, and what X still allows.
   * @example const { connections } = await importer.dataHealth();
   */
  dataHealth(): Promise<DataHealth>;
  /**
   * Which parts of the installation are away, and since when. Nothing is imported until they are back.
   * @example const isWhole = (await importer.lackingParts()).length === 0;
   */
  lackingParts(): Promise<readonly LackingPart[]>;
  /**
   * Connections, ad accounts and campaigns by a part of their name, or by their id.
   * @example const [found] = await importer.search('spring');
   */
  search(text: string): Promise<readonly FoundName[]>;
  /**
   * The workflows in Temporal of a connection and of its newest runs.
   * @example const [{ workflowId, kept }] = await importer.workflows(connectionId);
   */
  workflows(connectionId: ConnectionId): Promise<readonly ConnectionWorkflow[]>;
  /**
   * Whether every day of an account up to a day is there.
   * @throws `InvalidRange`; `UnknownAccount` where no connection reads it.
   * @example const { fresh, missing } = await importer.freshness({ account: 'hkk5', through: '2026-11-28' });
   */
  freshness(options: FreshnessOptions): Promise<Freshness>;
  /**
   * One run; with `wait`, once it has ended.
   * @throws `UnknownRun`.
   * @example const { state } = await importer.run(runId, { wait: 60_000 });
   */
  run(runId: RunId, options?: RunOptions): Promise<RunSummary>;
  /**
   * What pausing, disconnecting or deleting would mean, in numbers.
   * @example const { rows } = await importer.consequences(connectionId);
   */
  consequences(connectionId: ConnectionId): Promise<Consequences>;
  /**
   * Ad Performance: the numbers of accounts over a range, grouped, filtered and compared. Per currency; ratios are ratios of sums.
   * @throws `InvalidQuestion`, `InvalidRange`, `UnknownAccount`; `fields` says which option is meant.
   * @example const { totals, rows } = await importer.performance({ last: '30d', groupBy: ['campaign'] });
   */
  performance(options?: PerformanceOptions): Promise<Performance>;
  /**
   * The same as CSV, with all rows whatever the limit: text that no spreadsheet takes for a formula, numbers as they are.
   * @throws as `performance`; `InvalidQuestion` for more than 200,000 rows.
   * @example const csv = await importer.performanceCsv({ last: 'last_month', groupBy: ['day', 'ad'] });
   */
  performanceCsv(options?: PerformanceOptions): Promise<string>;
  /**
   * How much the numbers of accounts usually still move at each age, from their own days of the last half year that are final, and
   * which wait is worth it. Nothing is said from fewer than thirty days.
   * @throws `UnknownAccount`.
   * @example const [{ forecasts, wait }] = await importer.outlook(['hkk5']);
   */
  outlook(accounts: readonly AccountId[]): Promise<readonly SettlingOutlook[]>;
  /**
   * The UTM parameters of the ads that spent money, as a worklist: how much spend carries none, which ads, and values that other tools
   * do not match. Worst first.
   * @throws as `performance`.
   * @example const { totals, ads } = await importer.utm({ last: '30d', foldCase: true });
   */
  utm(options?: UtmOptions): Promise<UtmWorklist>;
  /**
   * What X has restated in the answer to a question since the member who is looking had last looked at its accounts: a visit
   * lasts until thirty minutes of silence, and its changes are told as long, or until they are `seen`.
   * @throws as `performance`; `NotPermitted` for an operator, who is no person of a workspace.
   * @example const { rows } = await importer.visitPerformance({ last: '30d', groupBy: ['campaign'] });
   */
  visitPerformance(options?: VisitOptions): Promise<PerformanceVisit>;
}

export const readsOf = (context: Context): Reads => ({
  coverage: (id, options) => readCoverage(context, id, options),
  restatements: (id, options) => readRestatements(context, id, options),
  reconciliation: (id, options) => readReconciliation(context, id, options),
  coverageGrid: (id, options) => readCoverageGrid(context, id, options),
  firstNumbers: (id, options) => readFirstNumbers(context, id, options),
  timeline: (id, options) => readTimeline(context, id, options),
  dayDetail: (id, accountId, day) => readDayDetail(context, id, accountId, day),
  preflight: (id, options) => readPreflight(context, id, options),
  dataHealth: () => readDataHealth(context),
  lackingParts: () => context.partLooks.read(context),
  search: (text) => searchNames(context.db, context.viewer, text.replaceAll('\0', '')),
  workflows: (id) => readWorkflows(context, id),
  freshness: (options) => readFreshness(context, options),
  run: (id, options) => readRun(context, id, options),
  consequences: (id) => readConsequences(context, id),
  performance: (options) => readPerformance(context, options),
  utm: (options) => readUtm(context, options),
  outlook: (accounts) => readOutlook(context, accounts),
  performanceCsv: async (options) => performanceCsv(await readAllPerformance(context, options)),
  visitPerformance: (options) => visitPerformance(context, options),
});
