import { ApiError } from '../../errors.js';
import { instant } from '../../json.js';
import { statsAnswer } from '../../numbers/answer.js';
import { feedRecordOf } from '../../numbers/feed.js';
import type { Measured } from '../../numbers/measured.js';
import { LIMITS } from '../../state/rate-limits.js';
import { isMessy } from '../../world/options.js';
import type { AccountCall } from './call.js';
import type { AdsRoutes } from './routes.js';
import { readStatsQuery } from './stats-query.js';
import { readWindow } from './window.js';

const FEED_DAYS = 90;
const FEED_LEVELS = ['CAMPAIGN', 'FUNDING_INSTRUMENT', 'LINE_ITEM', 'PROMOTED_ACCOUNT', 'PROMOTED_TWEET'] as const;
const FEED_FILTERS = {
  funding_instrument_ids: 'fundingInstrumentId',
  campaign_ids: 'campaignId',
  line_item_ids: 'lineItemId',
} as const satisfies Record<string, keyof Measured>;

/** The filter of the change feed: at most one of three (docs/x-ads-api.md §10.1). */
const feedFilter = ({ params }: AccountCall): ((entity: Measured) => boolean) => {
  const sent = Object.entries(FEED_FILTERS).flatMap(([name, field]) => {
    const ids = params.list(name, 200);
    return ids === undefined ? [] : [{ name, field, ids: new Set(ids) }];
  });
  if (sent.length > 1) {
    const message = `${sent.map(({ name }) => name).join(' and ')} are mutually exclusive`;
    throw new ApiError({ status: 400, errors: [{ code: 'EXCLUSIVE_PARAMETERS', message }] });
  }
  const [only] = sent;
  return only === undefined ? () => true : (entity) => only.ids.has(entity[only.field]);
};

/** The sync endpoint (docs/x-ads-api.md §8) and the change feed, `active_entities` (docs/x-ads-api.md §10.1). */
export const statsRoutes = (routes: AdsRoutes): void => {
  routes.addForAccount(
    { method: 'GET', path: '/stats/accounts/:account_id', kind: 'stats', limit: () => LIMITS.syncAnalytics },
    (call) => {
      const observed = call.simulator.clock.dataSeconds();
      const query = readStatsQuery(call, 'sync');
      return { written: statsAnswer(call.account, query, observed) };
    },
  );
  routes.addForAccount(
    { method: 'GET', path: '/stats/accounts/:account_id/active_entities', kind: 'stats', limit: () => LIMITS.reads },
    (call) => {
      const { account, params } = call;
      params.echo['account_id'] = account.id;
      const level = params.required('entity', FEED_LEVELS);
      const observed = call.simulator.clock.dataSeconds();
      const days = account.calendar.at(observed);
      const { start, end } = readWindow(params, days, { maxDays: FEED_DAYS, byDay: false });
      const filter = feedFilter(call);
      const misses = call.simulator.options.feedMisses;
      const entities = [...(account.measured.get(level)?.values() ?? [])].filter(filter);
      const data = entities
        .flatMap((entity) => feedRecordOf(entity, days, { from: start, to: end, observed, misses }) ?? [])
        .map((activity) => ({
          entity_id: activity.entityId,
          activity_start_time: instant(activity.start * 1000),
          activity_end_time: instant(activity.end * 1000),
          placements: activity.placements,
        }));
      const shape = isMessy(call.simulator.options.profile) ? { data_type: 'active_entities' } : {};
      return { request: { params: { ...params.echo } }, data, ...shape };
    },
  );
};
