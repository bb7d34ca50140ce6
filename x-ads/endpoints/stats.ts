import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Observed } from '../call.js';
import { readStats, type Stats } from '../schema/stats.js';
import type { Send } from './requests.js';
import { type StatsQuery, statsParameters } from './stats-query.js';

export interface StatsApi {
  /** Synchronous stats, at most 7 days (and 250 calls in 15 minutes): for checks by hand, not for imports. */
  get(accountId: AccountId, query: StatsQuery, options?: CallOptions): Promise<Observed<Stats>>;
}

export const createStats = (send: Send): StatsApi => ({
  async get(accountId, query, options = {}) {
    const path = `/stats/accounts/${accountId}`;
    const { data, observedAt } = await send(
      { method: 'GET', path, accountId, query: statsParameters(query) },
      z.unknown(),
      options,
    );
    const stats = readStats(data, `GET /12${path}`);
    return { data: stats, observedAt, params: stats.params };
  },
});
