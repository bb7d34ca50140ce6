import type { DayRange, Instant } from '../../domain/calendar.js';
import { compareAccount } from '../../local/once/compare.js';
import type { TruthComparison } from '../../local/once/compare.js';
import type { BenchWorld } from '../world.js';
import type { Subject } from './world.js';
import type { Sync } from './syncs.js';

/*
 * Two independent checks of `as_of`: against a copy of all facts that was taken on the day, and against the simulator's
 * truth of that day.
 */

const TABLES = ['facts', 'mobile_facts'] as const;
const AS_OF = { facts: 'as_of', mobile_facts: 'mobile_as_of' } as const;

const copyOf = (table: string, day: number): string => `public.soak_${table}_${day}`;

/** Copies all facts as they are after the syncs of a day. */
export const keepCopy = async ({ db }: BenchWorld, day: number): Promise<void> => {
  for (const table of TABLES) await db.query(`create table ${copyOf(table, day)} as select * from importer.${table}`);
};

/** The number of rows in which `as_of` and the copy of that day differ, in either direction. */
export const differsFromCopy = async ({ db }: BenchWorld, day: number, at: Instant): Promise<number> => {
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
 * The last sync before a moment if it read everything that it was to read: then what was stored is the truth of its time.
 * After a sync that a dead token ended early, the store mixes the truth of two times, and only the copy can be compared.
 */
export const lastWhole = (syncs: readonly Sync[], at: Instant): Sync | undefined => {
  const last = syncs.findLast((sync) => sync.at <= at && sync.ended !== 'parked');
  return last?.ended === 'complete' ? last : undefined;
};

/** Compares `as_of` for an account with what X would have answered at the last sync before. */
export const compareMoment = (
  { db, simulatorUrl }: BenchWorld,
  { accountId }: Subject,
  range: DayRange,
  { at, sync }: { readonly at: Instant; readonly sync: Sync },
  comparison: TruthComparison,
): Promise<void> =>
  compareAccount(db, simulatorUrl, accountId, range, comparison, {
    moment: { stored: at, truth: sync.at },
    daysAtOnce: 400,
  });
