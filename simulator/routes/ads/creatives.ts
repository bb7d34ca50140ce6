import { missingParameter } from '../../errors.js';
import { int64 } from '../../json.js';
import { LIMITS } from '../../state/rate-limits.js';
import type { Simulator } from '../../state/simulator.js';
import type { Listed } from '../../world/rows.js';
import { listPage, single, type ListRules } from './lists.js';
import type { AdsRoutes } from './routes.js';

const MAX_URIS = 200;
const CARDS = { filters: { card_uris: 'card_uri' }, sortable: ['created_at', 'updated_at', 'deleted', 'name'] };
/** Pages of cards are smaller than all others (docs/x-ads-api.md §17.15). */
const CARD_PAGES = { defaultCount: 100, maxCount: 200 };
const cardRules = ({ options: { profile } }: Simulator): ListRules => ({
  ...CARDS,
  ...CARD_PAGES,
  profile,
  type: 'card',
});

const read = { method: 'GET', kind: 'entities', limit: () => LIMITS.reads } as const;

const withoutUser = (tweet: Listed): Listed => {
  const { user, ...row } = tweet.row;
  const id = typeof user === 'object' && user !== null && 'id_str' in user ? user['id_str'] : null;
  // trim_user leaves only the id of the user, as in API v1.1.
  return { ...tweet, row: { ...row, user: { id: typeof id === 'string' ? int64(id) : null, id_str: id ?? null } } };
};

/** Tweets and cards, from which importers read the destination of an ad (docs/x-ads-api.md §7, §17.55, §17.56). */
export const creativeRoutes = (routes: AdsRoutes): void => {
  routes.addForAccount({ ...read, path: '/accounts/:account_id/tweets' }, ({ account, params, simulator }) => {
    const type = params.required('tweet_type', ['DRAFT', 'PUBLISHED', 'SCHEDULED']);
    const timeline = params.choice('timeline_type', ['ALL', 'NULLCAST', 'ORGANIC']) ?? 'NULLCAST';
    const trim = params.flag('trim_user');
    params.flag('include_mentions_and_replies');
    params.text('user_id');
    // All tweets of the simulator are published and nullcast.
    const shown = type === 'PUBLISHED' && timeline !== 'ORGANIC' ? account.tweets : [];
    const { profile } = simulator.options;
    const rules = { filters: { tweet_ids: 'tweet_id' }, profile, type: 'tweet', echo: { account_id: account.id } };
    return listPage(trim ? shown.map(withoutUser) : shown, params, rules);
  });
  routes.addForAccount({ ...read, path: '/accounts/:account_id/cards' }, ({ account, params, simulator }) => {
    const legacy = params.flag('include_legacy_cards');
    const cards = legacy ? account.cards : account.cards.filter((card) => !card.legacy);
    return listPage(cards, params, { ...cardRules(simulator), echo: { account_id: account.id } });
  });
  routes.addForAccount({ ...read, path: '/accounts/:account_id/cards/all' }, ({ account, params, simulator }) => {
    if ((params.list('card_uris', MAX_URIS) ?? []).length === 0) throw missingParameter('card_uris');
    return listPage(account.cards, params, { ...cardRules(simulator), echo: { account_id: account.id } });
  });
  for (const path of ['/accounts/:account_id/cards/:card_id', '/accounts/:account_id/cards/all/:card_id']) {
    routes.addForAccount({ ...read, path }, (call) => {
      const cards = path.includes('/all/') ? call.account.cards : call.account.cards.filter(({ legacy }) => !legacy);
      const id = call.path('card_id');
      return single(cards, id, call.params, 'CARD', { account_id: call.account.id, card_id: id });
    });
  }
};
