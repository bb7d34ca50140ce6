import type { Day } from '../domain/calendar.js';
import type { AccountId, EntityId } from '../domain/ids.js';
import type { Level, MetricSet, Placement } from '../domain/levels.js';
import type { Queryable } from './pool.js';

/*
 * All advisory locks of the importer, in the order in which one transaction may take several of them; whoever takes two
 * in another order risks a deadlock. Row locks are taken after them. All but `migrate` end with their transaction.
 */
export const LOCKS = {
  /** One migrator of the database at a time. Ends with its connection. */
  migrate: 'importer/migrate',
  /** One user of a link at a time: who is the first person is decided under it. */
  firstPerson: 'app/first-person',
  /** One maker of partitions at a time: two that make the same month would fail. */
  partitions: 'importer/partitions',
  /**
   * Exclusive while an unused token pair is revoked and erased, shared while X is asked for one: X gives one user the same
   * pair again, and it must not be revoked under the hands of the connection that has just been given it.
   */
  credentials: 'importer/credentials',
  /** One planner of an account at a time: which entity-days are free is decided and claimed under it. */
  planning: (accountId: AccountId): string => `importer/planning/${accountId}`,
  /** One reservation of an account's job slots at a time. */
  slots: (accountId: AccountId): string => `importer/slots/${accountId}`,
  /**
   * One landing on an entity at a time. A landing takes those of all its entities at once, in the order of their
   * hashes.
   */
  landing: (accountId: AccountId, level: Level, placement: Placement, set: MetricSet, entityId: EntityId): string =>
    `importer/landing/${accountId}/${level}/${placement}/${set}/${entityId}`,
  /** One at a time rolls a month of an account up. */
  rollUp: (accountId: AccountId, month: Day): string => `importer/roll-up/${accountId}/${month}`,
  /** One gatherer of notifications into a message at a time. */
  notifications: 'importer/notifications',
  /** One judge of a workspace's alarms at a time. */
  alarms: (workspaceId: string): string => `app/alarms/${workspaceId}`,
  /** One sender of a message through a channel at a time. */
  delivery: (messageId: string, channel: string): string => `importer/delivery/${messageId}/${channel}`,
} as const;

/** The number of the lock whose name is this parameter or column of a statement. */
export const lockNumber = (name: string): string => `hashtextextended(${name}, 0)`;

/** Waits for the lock and holds it until the transaction ends. */
export const lockUntilCommit = async (tx: Queryable, name: string): Promise<void> => {
  await tx.query(`select pg_advisory_xact_lock(${lockNumber('$1')})`, [name]);
};

/** Waits until nobody holds the lock exclusively, and shares it until the transaction ends. */
export const shareUntilCommit = async (tx: Queryable, name: string): Promise<void> => {
  await tx.query(`select pg_advisory_xact_lock_shared(${lockNumber('$1')})`, [name]);
};

/** Takes the lock until the transaction ends; false when another holds it. */
export const tryLockUntilCommit = async (tx: Queryable, name: string): Promise<boolean> => {
  const { rows } = await tx.query<{ taken: boolean }>(
    `select pg_try_advisory_xact_lock(${lockNumber('$1')}) as taken`,
    [name],
  );
  return rows[0]?.taken === true;
};
