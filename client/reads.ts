import type { ConnectionId } from '../domain/ids.js';
import type { Consequences, CoverageGrid, FirstNumbers } from './console-shapes.js';
import type { Context } from './context.js';
import type { CoverageOptions, ReconciliationOptions, RestatementsOptions } from './options.js';
import { readConsequences } from './read/consequences.js';
import { readCoverage, readCoverageGrid } from './read/coverage.js';
import { readFirstNumbers } from './read/first-numbers.js';
import { readReconciliation } from './read/reconciliation.js';
import { readRestatements } from './read/restatements.js';
import type { AccountReconciliation, AccountRestatements } from './report-shapes.js';
import type { AccountCoverage } from './shapes.js';

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
   * The newest numbers of each account, which appear a few seconds after accounts were chosen.
   * @example const [{ day, spend }] = await importer.firstNumbers(connectionId);
   */
  firstNumbers(connectionId: ConnectionId): Promise<readonly FirstNumbers[]>;
  /**
   * What pausing, disconnecting or deleting would mean, in numbers.
   * @example const { rows } = await importer.consequences(connectionId);
   */
  consequences(connectionId: ConnectionId): Promise<Consequences>;
}

export const readsOf = (context: Context): Reads => ({
  coverage: (id, options) => readCoverage(context, id, options),
  restatements: (id, options) => readRestatements(context, id, options),
  reconciliation: (id, options) => readReconciliation(context, id, options),
  coverageGrid: (id, options) => readCoverageGrid(context, id, options),
  firstNumbers: (id) => readFirstNumbers(context, id),
  consequences: (id) => readConsequences(context, id),
});
