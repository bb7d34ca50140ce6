import { invalidParameter } from '../../errors.js';
import type { Json } from '../../json.js';
import type { Level } from '../../numbers/metrics.js';
import { series } from '../../numbers/series.js';
import { LIMITS } from '../../state/rate-limits.js';
import type { AccountCall } from './call.js';
import type { AdsRoutes } from './routes.js';
import { readWindow } from './window.js';

const MAX_IDS = 20;
const MAX_DAYS = 90;
/** Impressions per person. The value is arbitrary: only the shape of the answer is known (docs/x-ads-api.md §10.4). */
const FREQUENCY = 1.8;

const reach = ({ account, params, simulator }: AccountCall, level: Level, idsName: string): Json => {
  const ids = params.list(idsName, MAX_IDS) ?? [];
  if (ids.length === 0) throw invalidParameter(idsName, `A minimum of 1 items must be provided for ${idsName}`);
  const observed = simulator.clock.dataSeconds();
  const days = account.calendar.at(observed);
  const { start, end } = readWindow(params, days, { maxDays: MAX_DAYS, byDay: false });
  const data = ids
    .flatMap((id) => account.measured.get(level)?.get(id) ?? [])
    .map((entity) => {
      const window = { start, end, granularity: 'TOTAL' } as const;
      const impressions = series(entity, days, ['ENGAGEMENT'], 0, window, observed).values[0] ?? 0;
      const people = Math.ceil(impressions / FREQUENCY);
      return {
        id: entity.id,
        total_audience_reach: people,
        average_frequency: people === 0 ? 0 : Math.round((impressions / people) * 100) / 100,
      };
    });
  return { data_type: 'reach', data, request: { params: { account_id: account.id, ...params.echo } } };
};

/** Reach of campaigns and funding instruments (docs/x-ads-api.md §10.4). */
export const reachRoutes = (routes: AdsRoutes): void => {
  const route = { method: 'GET', kind: 'stats', limit: () => LIMITS.reads } as const;
  const path = '/stats/accounts/:account_id/reach';
  routes.addForAccount({ ...route, path: `${path}/campaigns` }, (call) => reach(call, 'CAMPAIGN', 'campaign_ids'));
  routes.addForAccount({ ...route, path: `${path}/funding_instruments` }, (call) =>
    reach(call, 'FUNDING_INSTRUMENT', 'funding_instrument_ids'),
  );
};
