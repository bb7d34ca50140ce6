import type { DayRange } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { compareAccount, type TruthComparison, newComparison } from '../../local/once/compare.js';
import { simulatedAccounts } from '../../local/once/simulated.js';
import type { Db } from '../../store/pool.js';

/** Every simulated account that has a range, held against the simulator's truth over that range. */
export const compareWithTruth = async (
  db: Db,
  simulatorUrl: string,
  rangeOf: (accountId: AccountId) => DayRange | undefined,
): Promise<TruthComparison> => {
  const comparison = newComparison();
  for (const { id } of await simulatedAccounts(simulatorUrl)) {
    const range = rangeOf(id);
    if (range !== undefined) await compareAccount(db, simulatorUrl, id, range, comparison);
  }
  return comparison;
};
