import type { AccountRow } from '../../store/account/accounts.js';
import type { CardRow, TweetRow } from '../../store/account/creatives.js';
import type { EntityRow } from '../../store/account/entities.js';
import type { XAccount } from '../../x-ads/resources/account.js';
import type { Campaign } from '../../x-ads/resources/campaign.js';
import type { Card, CardComponent } from '../../x-ads/resources/card.js';
import type { FundingInstrument } from '../../x-ads/resources/funding-instrument.js';
import type { LineItem } from '../../x-ads/resources/line-item.js';
import type { PromotedAccount } from '../../x-ads/resources/promoted-account.js';
import type { PromotedTweet } from '../../x-ads/resources/promoted-tweet.js';
import type { Tweet } from '../../x-ads/resources/tweet.js';

/** From X's resources to rows of the store. `raw` is X's object, complete. */

export const accountRow = (account: XAccount): AccountRow => ({
  id: account.id,
  name: account.name ?? account.id,
  businessName: account.business_name ?? null,
  timezone: account.timezone,
  timezoneSwitchAt: account.timezone_switch_at ?? null,
  approvalStatus: account.approval_status ?? 'UNKNOWN',
  deleted: account.deleted ?? false,
  createdAt: account.created_at ?? null,
  raw: account,
});

const NOTHING = {
  name: null,
  status: null,
  effectiveStatus: null,
  currency: null,
  fundingInstrumentId: null,
  campaignId: null,
  lineItemId: null,
  tweetId: null,
  userId: null,
  objective: null,
  isApp: false,
} as const;

export const fundingInstrumentRow = (f: FundingInstrument): EntityRow => ({
  ...NOTHING,
  level: 'FUNDING_INSTRUMENT',
  entityId: f.id,
  name: f.description ?? null,
  status: f.entity_status ?? null,
  currency: f.currency ?? null,
  deleted: f.deleted ?? false,
  raw: f,
});

export const campaignRow = (c: Campaign): EntityRow => ({
  ...NOTHING,
  level: 'CAMPAIGN',
  entityId: c.id,
  name: c.name ?? null,
  status: c.entity_status ?? null,
  effectiveStatus: c.effective_status ?? null,
  currency: c.currency ?? null,
  fundingInstrumentId: c.funding_instrument_id ?? null,
  deleted: c.deleted ?? false,
  raw: c,
});

/** Objectives under which X reports mobile conversions; so do line items that name an app. */
const APP_OBJECTIVES = new Set(['APP_INSTALLS', 'APP_ENGAGEMENTS']);

export const lineItemRow = (l: LineItem): EntityRow => ({
  ...NOTHING,
  level: 'LINE_ITEM',
  entityId: l.id,
  name: l.name ?? null,
  status: l.entity_status ?? null,
  currency: l.currency ?? null,
  fundingInstrumentId: l.funding_instrument_id ?? null,
  campaignId: l.campaign_id,
  objective: l.objective ?? null,
  isApp:
    APP_OBJECTIVES.has(l.objective ?? '') ||
    Boolean(l.android_app_store_identifier) ||
    Boolean(l.ios_app_store_identifier),
  deleted: l.deleted ?? false,
  raw: l,
});

export const promotedTweetRow = (p: PromotedTweet): EntityRow => ({
  ...NOTHING,
  level: 'PROMOTED_TWEET',
  entityId: p.id,
  status: p.entity_status ?? null,
  lineItemId: p.line_item_id,
  tweetId: p.tweet_id ?? null,
  deleted: p.deleted ?? false,
  raw: p,
});

export const promotedAccountRow = (p: PromotedAccount): EntityRow => ({
  ...NOTHING,
  level: 'PROMOTED_ACCOUNT',
  entityId: p.id,
  status: p.entity_status ?? null,
  lineItemId: p.line_item_id,
  userId: p.user_id ?? null,
  deleted: p.deleted ?? false,
  raw: p,
});

export const tweetRow = (t: Tweet): TweetRow => {
  // A retweet cuts the text off, and its links with it: it leads where the tweet leads that it repeats.
  const { entities, card_uri: cardUri } = t.retweeted_status ?? t;
  return {
    tweetId: t.tweet_id,
    name: t.name ?? null,
    fullText: t.full_text ?? null,
    cardUri: cardUri ?? null,
    urls: (entities?.urls ?? []).map((u) => ({
      url: u.url ?? null,
      expanded_url: u.expanded_url ?? null,
      display_url: u.display_url ?? null,
    })),
    raw: t,
  };
};

const firstDestination = (components: readonly CardComponent[]): string | undefined =>
  components.find((component) => component.destination?.url)?.destination?.url ?? undefined;

export const cardRow = (c: Card): CardRow => ({
  cardUri: c.card_uri,
  name: c.name ?? null,
  cardType: c.card_type ?? null,
  // A legacy card's website_url may be a t.co; website_dest_url is where it leads (docs/x-ads-api.md §7).
  destinationUrl:
    firstDestination(c.components ?? []) ??
    firstDestination((c.slides ?? []).flat()) ??
    c.website_dest_url ??
    c.website_url ??
    null,
  raw: c,
});
