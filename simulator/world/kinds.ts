import { conversionRate, type ConversionRate } from '../numbers/conversions.js';
import { slotOf } from '../numbers/metrics.js';
import { isMessy, type Profile } from './options.js';

/** What a campaign is for: the enum values of its line items, and the rates of its ads. */
export interface CampaignKind {
  readonly objective: string;
  readonly goal: string;
  readonly productType: 'PROMOTED_TWEETS' | 'PROMOTED_ACCOUNT';
  readonly payBy: string;
  readonly dollarsPerThousand: number;
  readonly rates: Readonly<Record<string, number>>;
  readonly conversions: readonly ConversionRate[];
  /** What the ads link to. */
  readonly destination: 'website' | 'app' | 'none';
}

const SOCIAL = { retweets: 0.0012, likes: 0.006, replies: 0.0006, clicks: 0.008, follows: 0.0002 };
const VIDEO = {
  video_total_views: 0.42,
  video_views_25: 0.3,
  video_views_50: 0.21,
  video_views_75: 0.15,
  video_views_100: 0.1,
  video_cta_clicks: 0.004,
  video_content_starts: 0.45,
  video_3s100pct_views: 0.25,
  video_6s_views: 0.17,
  video_15s_views: 0.09,
};
const WEB_ORDERS = [
  conversionRate('conversion_site_visits', 0.004),
  conversionRate('conversion_add_to_carts', 0.0011, 39_000_000),
  conversionRate('conversion_purchases', 0.0005, 54_000_000),
  conversionRate('conversion_sign_ups', 0.0004),
  conversionRate('auto_created_conversion_landing_page_view', 0.004),
  conversionRate('auto_created_conversion_session', 0.002),
];
const APP = [
  conversionRate('mobile_conversion_installs', 0.002),
  conversionRate('mobile_conversion_sign_ups', 0.0009),
  conversionRate('mobile_conversion_purchases', 0.0003, 9_990_000),
  conversionRate('mobile_conversion_logins', 0.001),
  conversionRate('mobile_conversion_lifetime_value_purchases', 0.0004, 12_490_000),
  conversionRate('mobile_conversion_lifetime_value_sign_ups', 0.0009),
];

const promoted = { productType: 'PROMOTED_TWEETS', conversions: [] } as const;

export const WEBSITE: CampaignKind = {
  ...promoted,
  objective: 'WEBSITE_CLICKS',
  goal: 'LINK_CLICKS',
  payBy: 'LINK_CLICK',
  dollarsPerThousand: 6.5,
  rates: { ...SOCIAL, url_clicks: 0.014, card_engagements: 0.011 },
  conversions: WEB_ORDERS,
  destination: 'website',
};
const VISITS: CampaignKind = {
  ...WEBSITE,
  goal: 'SITE_VISITS',
  payBy: 'IMPRESSION',
  conversions: [
    conversionRate('conversion_site_visits', 0.005),
    conversionRate('conversion_landing_page_views', 0.0045),
    conversionRate('conversion_content_views', 0.003),
    conversionRate('conversion_downloads', 0.0002),
    conversionRate('conversion_custom', 0.0003),
  ],
};
const VIDEO_VIEWS: CampaignKind = {
  ...promoted,
  objective: 'VIDEO_VIEWS',
  goal: 'VIDEO_VIEW',
  payBy: 'IMPRESSION',
  dollarsPerThousand: 5.2,
  rates: { ...SOCIAL, ...VIDEO, url_clicks: 0.003 },
  destination: 'website',
};
const ENGAGEMENTS: CampaignKind = {
  ...promoted,
  objective: 'ENGAGEMENTS',
  goal: 'ENGAGEMENT',
  payBy: 'ENGAGEMENT',
  dollarsPerThousand: 4.1,
  rates: { ...SOCIAL, tweets_send: 0.0001, poll_card_vote: 0.0009, qualified_impressions: 0.7, url_clicks: 0.002 },
  destination: 'none',
};
const REACH: CampaignKind = {
  ...promoted,
  objective: 'REACH',
  goal: 'MAX_REACH',
  payBy: 'IMPRESSION',
  dollarsPerThousand: 3.4,
  rates: { ...SOCIAL, carousel_swipes: 0.003, url_clicks: 0.002 },
  destination: 'website',
};
export const APP_INSTALLS: CampaignKind = {
  ...promoted,
  objective: 'APP_INSTALLS',
  goal: 'APP_INSTALLS',
  payBy: 'APP_CLICK',
  dollarsPerThousand: 7.8,
  rates: { ...SOCIAL, app_clicks: 0.009, card_engagements: 0.008 },
  conversions: APP,
  destination: 'app',
};
export const FOLLOWERS: CampaignKind = {
  objective: 'FOLLOWERS',
  goal: 'FOLLOWERS',
  productType: 'PROMOTED_ACCOUNT',
  payBy: 'IMPRESSION',
  dollarsPerThousand: 4.6,
  rates: { follows: 0.006, clicks: 0.004 },
  conversions: [],
  destination: 'none',
};

const SIMPLE = [WEBSITE, VIDEO_VIEWS, VISITS, ENGAGEMENTS];
const ALL = [WEBSITE, ENGAGEMENTS, VIDEO_VIEWS, VISITS, REACH];

/**
 * A campaign has one objective (docs/x-ads-api.md §6.2). Only every other account of the profile `messy` advertises
 * apps.
 */
export const kindOf = (profile: Profile, account: number, campaign: number): CampaignKind => {
  if (isMessy(profile) && account % 2 === 0 && campaign % 5 === 1) return APP_INSTALLS;
  const list = profile === 'always-on' ? SIMPLE : ALL;
  return list[campaign % list.length] ?? WEBSITE;
};

/**
 * The chance per impression of each metric without conversions, by slot. `jitter` is a factor for each slot of an ad.
 */
export const ratesBySlot = (kind: CampaignKind, jitter: (slot: number) => number): Float64Array => {
  const rates = new Float64Array(slotOf('conversion_purchases'));
  for (const [name, rate] of Object.entries(kind.rates)) {
    const slot = slotOf(name);
    rates[slot] = rate * jitter(slot);
  }
  return rates;
};
