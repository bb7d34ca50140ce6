import type { Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import type { CallOptions, Observed } from '../call.js';
import { activeEntitiesSchema, type ActiveEntity } from '../schema/active-entity.js';
import { timeParameter } from '../time.js';
import { idsParameter, type Send } from './requests.js';

export interface ActiveEntitiesQuery {
  readonly entity: Level;
  /** Whole hours, at most 90 days apart: the time in which changes were *recorded*. */
  readonly startTime: Instant;
  readonly endTime: Instant;
  /** At most one of the three, at most 200 ids. */
  readonly fundingInstrumentIds?: readonly string[] | undefined;
  readonly campaignIds?: readonly string[] | undefined;
  readonly lineItemIds?: readonly string[] | undefined;
}

export interface ActiveEntitiesApi {
  /** What X recorded as changed in a window (x-ads-api.md §10.1). Not paged. */
  get(
    accountId: AccountId,
    query: ActiveEntitiesQuery,
    options?: CallOptions,
  ): Promise<Observed<readonly ActiveEntity[]>>;
}

export const createActiveEntities = (send: Send): ActiveEntitiesApi => ({
  async get(accountId, query, options = {}) {
    const { data, observedAt } = await send(
      {
        method: 'GET',
        path: `/stats/accounts/${accountId}/active_entities`,
        accountId,
        query: [
          ['entity', query.entity],
          ['start_time', timeParameter(query.startTime)],
          ['end_time', timeParameter(query.endTime)],
          ...idsParameter('funding_instrument_ids', query.fundingInstrumentIds),
          ...idsParameter('campaign_ids', query.campaignIds),
          ...idsParameter('line_item_ids', query.lineItemIds),
        ],
      },
      activeEntitiesSchema,
      options,
    );
    return { data: data.data, observedAt, params: data.request?.params ?? {} };
  },
});
