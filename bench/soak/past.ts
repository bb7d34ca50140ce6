import type { DayRange, Instant } from '../../domain/calendar.js';
import { compareAccount } from '../../local/once/compare.js';
import type { Comparison } from '../../local/once/compare.js';
import type { World } from '../world.js';
import type { Subject } from './world.js';
import type { Sync } from './syncs.js';

/*
 * Two proofs that the past can be told, neither of which trusts the other: a copy of all facts, taken on the day, against
 * `as_of`; and the simulator's truth of that day against `as_of`.
 */

const TABLES = ['facts', 'mobile_facts'] as const;
const AS_OF = { facts: 'as_of', mobile_facts: 'mobile_as_of' } as const;

const copyOf = (table: string, day: number): string => `public.soak_${table}_${day}`;

/** Copies all facts as they are after the syncs of a day. */
export const keepCopy = async ({ db }: World, day: number): Promise<void> => {
  for (const table of TABLES) await db.query(`create table ${copyOf(table, day)} as select * from importer.${table}`);
};

/** Rows that `as_of` tells differently from the copy of that day, in either direction. */
export const differsFromCopy = async ({ db }: World, day: number, at: Instant): Promise<number> => {
  let differences = 0;
  for (const table of TABLES) {
    const { rows } = await db.query<{ differences: number }>(
      `with told as materialized (select * from importer.${AS_OF[table]}($1))
       select count(*) as differences from (
         (select * from told except all select * from ${copyOf(table, day)})
         union all
         (select * from ${copyOf(table, day)} except all select * from told)) d`,
      [at],
    );
    differences += rows[0]?.differences ?? 0;
  }
  return differences;
};

/**
 * The last sync before a moment, when all that it was for was read: then what was stored is the truth of its time. After
 * one that a dead token cut short the truth is that of two times, and only the copy can tell.
 */
export const lastWhole = (syncs: readonly Sync[], at: Instant): Sync | undefined => {
  const last = syncs.findLast((sync) => sync.at <= at && sync.ended !== 'parked');
  return last?.ended === 'complete' ? last : undefined;
};

/** Holds what `as_of` tells of an account against what X would have told at the last sync before. */
export const compareMoment = (
  { db, simulatorUrl }: World,
  { accountId }: Subject,
  range: DayRange,
  { at, sync }: { readonly at: Instant; readonly sync: Sync },
  comparison: Comparison,
): Promise<void> =>
  compareAccount(db, simulatorUrl, accountId, range, comparison, {
    moment: { stored: at, truth: sync.at },
    daysAtOnce: 400,
  });
