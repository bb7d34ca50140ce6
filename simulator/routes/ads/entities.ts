import { LIMITS, type Limit } from '../../state/rate-limits.js';
import type { WorldAccount } from '../../world/account.js';
import type { Listed } from '../../world/rows.js';
import type { AccountCall } from './call.js';
import { listPage, single, type ListRules } from './lists.js';
import type { AdsRoutes } from './routes.js';

interface Collection {
  readonly path: string;
  /** As in the code `CAMPAIGN_NOT_FOUND` and in the path's `campaign_id`. */
  readonly name: string;
  readonly limit: Limit;
  readonly rows: (account: WorldAccount) => readonly Listed[];
  readonly rules: Omit<ListRules, 'profile' | 'type'>;
}

const TIMES = ['created_at', 'updated_at', 'deleted'];

/** The collections with their filters and sort fields (docs/x-ads-api.md §4.3, §4.4, §6). */
const COLLECTIONS: readonly Collection[] = [
  {
    path: 'funding_instruments',
    name: 'FUNDING_INSTRUMENT',
    limit: LIMITS.reads,
    rows: (account) => account.fundings,
    rules: {
      filters: { funding_instrument_ids: 'id' },
      sortable: [...TIMES, 'funded_amount_local_micro', 'start_time', 'end_time'],
    },
  },
  {
    path: 'campaigns',
    name: 'CAMPAIGN',
    limit: LIMITS.core,
    rows: (account) => account.campaigns,
    rules: {
      filters: { campaign_ids: 'id', funding_instrument_ids: 'funding_instrument_id' },
      search: 'contains',
      drafts: true,
      sortable: [
        ...TIMES,
        'name',
        'start_time',
        'end_time',
        'daily_budget_amount_local_micro',
        'total_budget_amount_local_micro',
        'standard_delivery',
      ],
    },
  },
  {
    path: 'line_items',
    name: 'LINE_ITEM',
    limit: LIMITS.core,
    rows: (account) => account.lineItems,
    rules: {
      filters: {
        line_item_ids: 'id',
        campaign_ids: 'campaign_id',
        funding_instrument_ids: 'funding_instrument_id',
      },
      search: 'contains',
      drafts: true,
      sortable: [...TIMES, 'bid_amount_local_micro'],
    },
  },
  {
    path: 'promoted_tweets',
    name: 'PROMOTED_TWEET',
    limit: LIMITS.core,
    rows: (account) => account.promotedTweets,
    rules: {
      filters: { promoted_tweet_ids: 'id', line_item_ids: 'line_item_id' },
      sortable: [...TIMES, 'paused'],
    },
  },
  {
    path: 'promoted_accounts',
    name: 'PROMOTED_ACCOUNT',
    limit: LIMITS.reads,
    rows: (account) => account.promotedAccounts,
    rules: {
      filters: { promoted_account_ids: 'id', line_item_ids: 'line_item_id' },
      sortable: [...TIMES, 'paused'],
    },
  },
  {
    path: 'media_creatives',
    name: 'MEDIA_CREATIVE',
    limit: LIMITS.reads,
    rows: (account) => account.mediaCreatives,
    rules: { filters: { media_creative_ids: 'id', line_item_ids: 'line_item_id' }, sortable: TIMES },
  },
  {
    path: 'tracking_tags',
    name: 'TRACKING_TAG',
    limit: LIMITS.reads,
    rows: (account) => account.trackingTags,
    rules: { filters: { tracking_tag_ids: 'id', line_item_ids: 'line_item_id' }, sortable: TIMES },
  },
  {
    path: 'promotable_users',
    name: 'PROMOTABLE_USER',
    limit: LIMITS.reads,
    rows: (account) => account.promotableUsers,
    rules: { filters: { promotable_user_ids: 'id' }, sortable: TIMES },
  },
];

/** The lists of entities, and single entities by their id. */
export const entityRoutes = (routes: AdsRoutes): void => {
  for (const { path, name, limit, rows, rules } of COLLECTIONS) {
    const idName = `${name.toLowerCase()}_id`;
    const route = { method: 'GET', limit: () => limit, kind: 'entities' } as const;
    const present = ({ simulator, account }: AccountCall): readonly Listed[] =>
      simulator.changes.entities(account, rows(account), simulator.clock.data());
    routes.addForAccount({ ...route, path: `/accounts/:account_id/${path}` }, (call) =>
      listPage(present(call), call.params, {
        ...rules,
        profile: call.simulator.options.profile,
        type: name.toLowerCase(),
        echo: { account_id: call.account.id },
      }),
    );
    routes.addForAccount({ ...route, path: `/accounts/:account_id/${path}/:${idName}` }, (call) => {
      const id = call.path(idName);
      return single(present(call), id, call.params, name, { [idName]: id, account_id: call.account.id });
    });
  }
};
