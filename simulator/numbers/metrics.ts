/** The metric groups. Their metrics have the names and the order of X's answers (docs/x-ads-api.md §8.4). */
export const GROUPS = [
  'ENGAGEMENT',
  'BILLING',
  'VIDEO',
  'WEB_CONVERSION',
  'MOBILE_CONVERSION',
  'LIFE_TIME_VALUE_MOBILE_CONVERSION',
] as const;
export type Group = (typeof GROUPS)[number];

export const LEVELS = [
  'ACCOUNT',
  'FUNDING_INSTRUMENT',
  'CAMPAIGN',
  'LINE_ITEM',
  'PROMOTED_TWEET',
  'PROMOTED_ACCOUNT',
] as const;
export type Level = (typeof LEVELS)[number];

export const PLACEMENTS = ['ALL_ON_TWITTER', 'SPOTLIGHT', 'TREND'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** One metric. A conversion metric has `keys`, and a slot for each of them from `slot` on. */
export interface Metric {
  readonly name: string;
  readonly group: Group;
  readonly keys: readonly string[] | null;
  readonly slot: number;
}

const ENGAGEMENT = [
  'impressions',
  'tweets_send',
  'qualified_impressions',
  'follows',
  'app_clicks',
  'retweets',
  'unfollows',
  'likes',
  'engagements',
  'clicks',
  'card_engagements',
  'poll_card_vote',
  'replies',
  'url_clicks',
  'carousel_swipes',
];
const BILLING = ['billed_engagements', 'billed_charge_local_micro'];
const VIDEO = [
  'video_total_views',
  'video_views_25',
  'video_views_50',
  'video_views_75',
  'video_views_100',
  'video_cta_clicks',
  'video_content_starts',
  'video_3s100pct_views',
  'video_6s_views',
  'video_15s_views',
];
const named = (prefix: string, names: string): string[] => names.split(' ').map((name) => `${prefix}${name}`);
const WEB = named(
  'conversion_',
  'purchases sign_ups site_visits downloads custom add_to_carts checkouts_initiated content_views ' +
    'payment_info_additions add_to_wishlists searches landing_page_views subscriptions',
);
/** X makes these conversions without a tag of the advertiser's. They are plain series. */
const AUTO_CREATED = ['auto_created_conversion_landing_page_view', 'auto_created_conversion_session'];
const MOBILE = named(
  'mobile_conversion_',
  'spent_credits installs content_views add_to_wishlists checkouts_initiated reservations tutorials_completed ' +
    'achievements_unlocked searches add_to_carts payment_info_additions re_engages shares rates logins updates ' +
    'levels_achieved invites key_page_views downloads purchases sign_ups site_visits',
);
const LIFE_TIME = named(
  'mobile_conversion_lifetime_value_',
  'purchases sign_ups updates tutorials_completed reservations add_to_carts add_to_wishlists checkouts_initiated ' +
    'levels_achieved achievements_unlocked shares invites payment_info_additions spent_credits rates',
);

const MOBILE_KEYS = ['post_view', 'post_engagement', 'assisted', 'order_quantity', 'sale_amount'] as const;
const LIFE_TIME_KEYS = ['metric', 'order_quantity', 'sale_amount'] as const;
const WEB_KEYS = [
  ...MOBILE_KEYS,
  'metric',
  'order_quantity_view',
  'order_quantity_engagement',
  'sale_amount_view',
  'sale_amount_engagement',
] as const;

const table: Metric[] = [];
let next = 0;
const add = (group: Group, names: readonly string[], keys: readonly string[] | null): void => {
  for (const name of names) {
    table.push({ name, group, keys, slot: next });
    next += keys?.length ?? 1;
  }
};
add('ENGAGEMENT', ENGAGEMENT, null);
add('BILLING', BILLING, null);
add('VIDEO', VIDEO, null);
add('WEB_CONVERSION', WEB, WEB_KEYS);
add('WEB_CONVERSION', AUTO_CREATED, null);
add('MOBILE_CONVERSION', MOBILE, MOBILE_KEYS);
add('LIFE_TIME_VALUE_MOBILE_CONVERSION', LIFE_TIME, LIFE_TIME_KEYS);

export const METRICS: readonly Metric[] = table;
export const SLOTS = next;

const slots = new Map(METRICS.map((metric) => [metric.name, metric.slot]));
/**
 * The slot of a metric.
 *
 * @throws Error when X has no metric of this name.
 */
export const slotOf = (name: string): number => {
  const slot = slots.get(name);
  if (slot === undefined) throw new Error(`No metric is called ${name}`);
  return slot;
};

/** The only engagement metrics above the campaign (docs/x-ads-api.md §8.4). */
const UPPER_ENGAGEMENT = new Set(['impressions', 'follows', 'retweets', 'likes', 'engagements', 'replies']);

export const isUpper = (level: Level): boolean => level === 'ACCOUNT' || level === 'FUNDING_INSTRUMENT';

/** The metrics in an answer for this level and group. */
export const metricsOf = (level: Level, group: Group): readonly Metric[] => {
  const all = METRICS.filter((metric) => metric.group === group);
  return isUpper(level) && group === 'ENGAGEMENT' ? all.filter(({ name }) => UPPER_ENGAGEMENT.has(name)) : all;
};

/** Whether a group has numbers at a level; X answers other groups with nulls (docs/x-ads-api.md §8.4). */
export const hasNumbers = (level: Level, group: Group): boolean => {
  if (level === 'ACCOUNT') return group === 'ENGAGEMENT';
  if (level === 'FUNDING_INSTRUMENT') return group === 'ENGAGEMENT' || group === 'BILLING';
  return true;
};
