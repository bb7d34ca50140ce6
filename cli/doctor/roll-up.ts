import { countRollUpDifferences, monthsToCompare, noteChangedFacts } from '../../store/facts/roll-up.js';
import type { Db } from '../../store/pool.js';
import { type DoctorCheck, ok, runCheck, warning } from './check.js';

/** Comparing all months of a large installation would take minutes: each time others are compared. */
const BUDGET_MS = 3_000;

/** Are the sums from which Ad Performance answers those of the facts? Where they are not, the facts answer from now on. */
export const checkRollUp = (db: Db): Promise<readonly DoctorCheck[]> =>
  runCheck('roll-up', async () => {
    const months = await monthsToCompare(db);
    const until = performance.now() + BUDGET_MS;
    let compared = 0;
    const differing: string[] = [];
    for (const { accountId, month } of months) {
      if (performance.now() > until) break;
      compared += 1;
      if ((await countRollUpDifferences(db, { accountId, month })) === 0) continue;
      differing.push(`${accountId} ${month.slice(0, 7)}`);
      await noteChangedFacts(db, accountId, { from: month, to: month });
    }
    const extent = compared === months.length ? '' : `, ${compared} of ${months.length} months compared`;
    return differing.length === 0
      ? ok('roll-up', `equals the facts${extent}`)
      : warning(
          'roll-up',
          `differed from the facts in ${differing.join(', ')}${extent}: from now on the facts answer, and the worker adds them up anew`,
        );
  });
