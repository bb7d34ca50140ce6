import { OPERATOR } from '../../domain/viewer.js';
import { leftOutOf, type LeftOutList } from '../../store/account/left-out.js';
import { listConnections } from '../../store/connection/connections.js';
import type { Db } from '../../store/pool.js';
import { type DoctorCheck, ok, runCheck, step, warning } from './check.js';

const ITEMS_SHOWN = 5;

const whatOf = ({ accountId, list, count, items }: LeftOutList): string => {
  const named = items.slice(0, ITEMS_SHOWN).map(({ id, reason }) => `${id} (${reason})`);
  const more = count > named.length ? `, and ${count - named.length} more` : '';
  return `${accountId === null ? '' : `${accountId}: `}${list.replaceAll('_', ' ')} ${named.join(', ')}${more}`;
};

/** What X's lists held that could not be read: everything else is imported. */
export const checkLeftOut = (db: Db): Promise<readonly DoctorCheck[]> =>
  runCheck('left out', async () => {
    const connections = await listConnections(db, OPERATOR);
    const lists = (await Promise.all(connections.map(({ id }) => leftOutOf(db, OPERATOR, id)))).flat();
    // Several connections may read one account.
    const found = [...new Set(lists.map(whatOf))];
    const cure = step('see_x', 'Look at them in X Ads; what X then gives whole is imported by itself.');
    return found.length === 0
      ? ok('left out', 'nothing of what X lists')
      : found.map((what) => warning('left out', `could not be read: ${what}`, cure));
  });
