import type { DayRange } from '../../domain/calendar.js';
import type { Db } from '../../store/pool.js';
import { LowerBound } from './bounds.js';
import { compareAccount, newComparison } from './compare.js';
import type { TruthComparison } from './compare.js';
import { simulatedAccounts } from './simulated.js';

/**
 * Compares every simulated account over the range of its run. From the same truth it counts the fewest jobs that would have
 * been enough.
 * @throws when an account has no run
 */
export const compareAll = async (
  db: Db,
  simulatorUrl: string,
  runs: readonly { accountId: string; range: DayRange }[],
  report: (text: string) => void = () => undefined,
): Promise<{ comparison: TruthComparison; bound: LowerBound }> => {
  const comparison = newComparison();
  const bound = new LowerBound();
  for (const { id } of await simulatedAccounts(simulatorUrl)) {
    report(`Comparing ${id} with the truth …`);
    const range = runs.find(({ accountId }) => accountId === id)?.range;
    if (!range) throw new Error(`The account ${id} was not imported.`);
    await compareAccount(db, simulatorUrl, id, range, comparison, {
      onTruth: ({ level, placement, id: entity, day }, mobile, standard) => {
        const series = `${id} ${level} ${placement}`;
        if (standard) bound.add(series, entity, day);
        if (mobile) bound.add(`${series} mobile`, entity, day);
      },
    });
  }
  return { comparison, bound };
};
