import type { Level } from '../../domain/levels.js';
import type { CardRow, TweetRow } from '../../store/account/creatives.js';
import type { EntityRow } from '../../store/account/entities.js';

export const entity = (level: Level, entityId: string, values: Partial<EntityRow> = {}): EntityRow => ({
  level,
  entityId,
  name: null,
  status: 'ACTIVE',
  effectiveStatus: null,
  currency: null,
  fundingInstrumentId: null,
  campaignId: null,
  lineItemId: null,
  tweetId: null,
  userId: null,
  objective: null,
  isApp: false,
  deleted: false,
  raw: { id: entityId },
  ...values,
});

export const tweet = (tweetId: string, values: Partial<TweetRow> = {}): TweetRow => ({
  tweetId,
  name: null,
  fullText: 'Buy now https://t.co/abc',
  cardUri: null,
  urls: [],
  raw: { tweet_id: tweetId },
  ...values,
});

export const link = (expandedUrl: string | null) => ({
  url: 'https://t.co/abc',
  expanded_url: expandedUrl,
  display_url: null,
});

export const card = (cardUri: string, destinationUrl: string | null): CardRow => ({
  cardUri,
  name: 'Card',
  cardType: 'IMAGE_WEBSITE',
  destinationUrl,
  raw: { card_uri: cardUri },
});
