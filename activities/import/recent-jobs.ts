import type { AccountId } from '../../domain/ids.js';
import { knownJobIds } from '../../store/import/jobs.js';
import type { Queryable } from '../../store/pool.js';
import type { UserApi } from '../../x-ads/client.js';
import type { StatsJob } from '../../x-ads/resources/stats-job.js';

/**
 * The account's jobs at X since a moment of X's clock, in milliseconds since 1970, of which no id is stored: those of lost
 * creates are among them, and those of other tools.
 */
export const unknownJobsSince = async (
  db: Queryable,
  api: UserApi,
  accountId: AccountId,
  since: number,
): Promise<readonly StatsJob[]> => {
  const found: StatsJob[] = [];
  for await (const page of api.statsJobs.listRecent(accountId)) {
    const recent = page.items.filter((job) => Date.parse(job.created_at) >= since);
    found.push(...recent);
    if (recent.length < page.items.length) break;
  }
  const known = await knownJobIds(
    db,
    accountId,
    found.map((job) => job.id_str),
  );
  return found.filter((job) => !known.has(job.id_str));
};
