import { lastDueDay } from '../../domain/due.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import type { TruthComparison } from '../../local/once/compare.js';
import type { CalendarOfTrouble } from './calendar-of-trouble.js';
import { dueTimeOf, syncTimeOf } from './due-times.js';
import { compareMoment, differsFromCopy, lastWhole } from './past.js';
import type { BenchWorld } from '../world.js';
import type { Subject } from './world.js';
import type { Sync, Syncs } from './syncs.js';

export interface Verdict {
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
  /** Cells, and rows of the copies, that `as_of` tells differently from what was observed then. */
  readonly asOfWrong: number;
  /** Due days of an account × level × placement that coverage does not call complete. */
  readonly notGreen: number;
  readonly cellsCompared: number;
  readonly asOfMoments: readonly Instant[];
  readonly asOfCellsCompared: number;
  readonly examples: readonly string[];
}

const historyOf = async ({ db }: BenchWorld, { accountId }: Subject): Promise<Day> => {
  const { rows } = await db.query<{ first: Day | null }>(
    'select min(history_from) as first from importer.grants where account_id = $1',
    [accountId],
  );
  const first = rows[0]?.first;
  if (!first) throw new Error(`the account ${accountId} has no history`);
  return first;
};

/** Every day that was due at a sync's nominal time, in the zone that the account had then. */
const dueAt = async (world: BenchWorld, subject: Subject, { nominal, zone }: Due): Promise<DayRange> => ({
  from: await historyOf(world, subject),
  to: lastDueDay(nominal, zone, subject.wait),
});
type Due = Pick<Sync, 'nominal' | 'zone'>;

const notGreen = async ({ db }: BenchWorld, { accountId }: Subject, { from, to }: DayRange): Promise<number> => {
  const { rows } = await db.query<{ open: number }>(
    `select count(*) as open from importer.coverage_of($1, $2, $3) where status not in ('complete', 'verified_empty')`,
    [accountId, from, to],
  );
  return rows[0]?.open ?? 0;
};

const cells = ({ cellsCompared }: TruthComparison): number =>
  Object.values(cellsCompared).reduce((sum, count) => sum + count, 0);

/** Compares every due day with the truth of now, and ten past moments with what was observed then. */
export const judge = async (
  world: BenchWorld,
  subjects: readonly Subject[],
  syncs: Syncs,
  { looks }: Pick<CalendarOfTrouble, 'looks'>,
  { days, seed }: { readonly days: number; readonly seed: number },
): Promise<Verdict> => {
  const present = newComparison();
  const past = newComparison();
  let open = 0;
  for (const subject of subjects) {
    const zone = subject.zoneAt(syncTimeOf(days, seed));
    const range = await dueAt(world, subject, { nominal: dueTimeOf(days, zone), zone });
    await compareAccount(world.db, world.simulatorUrl, subject.accountId, range, present, { daysAtOnce: 400 });
    open += await notGreen(world, subject, range);
  }
  const moments: Instant[] = [];
  let differentRows = 0;
  for (const { day, seconds } of looks) {
    const at = new Date(Date.parse(syncTimeOf(day, seed)) + seconds * 1_000).toISOString();
    moments.push(at);
    differentRows += await differsFromCopy(world, day, at);
    for (const subject of subjects) {
      const sync = lastWhole(syncs.get(subject.accountId) ?? [], at);
      if (sync) await compareMoment(world, subject, await dueAt(world, subject, sync), { at, sync }, past);
    }
  }
  return {
    missing: present.missing,
    doubled: present.doubled,
    wrong: present.wrong,
    asOfWrong: past.missing + past.wrong + differentRows,
    notGreen: open,
    cellsCompared: cells(present),
    asOfMoments: moments,
    asOfCellsCompared: cells(past),
    examples: [...present.examples, ...past.examples.map((text) => `at a past moment: ${text}`)],
  };
};
