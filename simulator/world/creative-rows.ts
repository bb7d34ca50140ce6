import { mix } from '../hash.js';
import { instant, int64, type Json } from '../json.js';
import type { Destination } from './destinations.js';
import { snowflake } from './identifiers.js';
import { tweetText } from './names.js';
import { otherCardFields } from './other-cards.js';
import { listed, type Listed } from './rows.js';

/** The tweet of an ad, and what its card is made from. */
export interface Creative {
  readonly index: number;
  readonly account: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly userId: string;
  readonly screenName: string;
  readonly destination: Destination;
}

export const tweetIdOf = ({ createdAt, account, index }: Creative): string =>
  snowflake(createdAt, account * 8_192 + index).toString();

export const cardIdOf = ({ createdAt, account, index }: Creative): string =>
  snowflake(createdAt - 30_000, account * 8_192 + index + 1).toString();

const short = (account: number, index: number): string =>
  `https://t.co/${mix(account + 77, index)
    .toString(36)
    .padStart(7, 'a')}X${index.toString(36)}`;

/** X counts `indices` in Unicode code points. */
const points = (text: string): number => Array.from(text).length;

const hasCard = ({ kind }: Destination): boolean => !['none', 'text'].includes(kind);

const textLink = ({ destination }: Creative): string | null => {
  if (destination.kind === 'text') return destination.url;
  return destination.kind === 'text_and_card' ? destination.text : null;
};

/** Times of tweets have the format of API v1.1, such as "Tue Aug 27 22:22:12 +0000 2019" (docs/x-ads-api.md §4.1). */
const tweetTime = (milliseconds: number): string => {
  const [weekday, day, month, year, time] = new Date(milliseconds).toUTCString().replace(',', '').split(' ');
  return `${weekday ?? ''} ${month ?? ''} ${day ?? ''} ${time ?? ''} +0000 ${year ?? ''}`;
};

/** A tweet as X answers it. Its `id` is an int64, which does not fit a double. */
export const simulatedTweet = (creative: Creative): Listed => {
  const { account, index, createdAt, userId, screenName, destination } = creative;
  const id = tweetIdOf(creative);
  const link = textLink(creative);
  const body = tweetText(index);
  const url = short(account, index);
  const full = link === null ? body : `${body} ${url}`;
  const from = points(body) + 1;
  const urls: Json[] =
    link === null
      ? []
      : [{ url, expanded_url: link, display_url: 'example.com/…', indices: [from, from + points(url)] }];
  return listed({
    coordinates: null,
    retweeted: false,
    name: null,
    source: '<a href="https://ads-api.x.com" rel="nofollow">Ads</a>',
    entities: { hashtags: [], symbols: [], user_mentions: [], urls },
    display_text_range: [0, points(full)],
    favorite_count: 0,
    in_reply_to_status_id_str: null,
    geo: null,
    id_str: id,
    scopes: { followers: false },
    in_reply_to_user_id: null,
    truncated: false,
    retweet_count: 0,
    id: int64(id),
    in_reply_to_status_id: null,
    conversation_settings: 'EVERYONE',
    nullcast: true,
    created_at: tweetTime(createdAt),
    place: null,
    scheduled_at: null,
    tweet_type: 'PUBLISHED',
    favorited: false,
    ...(hasCard(destination) ? { card_uri: `card://${cardIdOf(creative)}` } : {}),
    full_text: full,
    lang: 'en',
    contributors: null,
    in_reply_to_screen_name: null,
    in_reply_to_user_id_str: null,
    user: { id: Number(userId), id_str: userId, screen_name: screenName },
    tweet_id: id,
  });
};

const button = (destination: Json): Json => ({
  type: 'BUTTON',
  label: { type: 'ENUM', value: 'SHOP_NOW' },
  destination,
});
const media = (index: number): Json => {
  const key = `3_${1_180_000_000 + index}`;
  const metadata = { type: 'IMAGE', url: `https://media.example/${key}.jpg`, width: 800, height: 418 };
  return { type: 'MEDIA', media_key: key, media_metadata: index % 2 === 0 ? {} : { [key]: metadata } };
};
const details = (url: string): Json => ({
  type: 'DETAILS',
  title: 'See more',
  destination: { type: 'WEBSITE', url },
});

const componentsOf = ({ destination, index }: Creative): Record<string, Json> => {
  switch (destination.kind) {
    case 'app':
      return {
        components: [
          media(index),
          button({
            type: 'APP',
            country_code: 'US',
            googleplay_app_id: 'com.example.shop',
            ios_app_store_identifier: '1234567890',
          }),
        ],
      };
    case 'carousel':
      return { slides: destination.urls.map((url, slide) => [media(index + slide), details(url)]) };
    case 'card':
    case 'text_and_card':
      return { components: [media(index), details(destination.url)] };
    case 'none':
    case 'text':
    case 'legacy_card':
    case 'other_card':
      return {};
    default:
      return destination satisfies never;
  }
};

const CARD_TYPES: Readonly<Record<Exclude<Destination['kind'], 'other_card'>, string>> = {
  none: '',
  text: '',
  app: 'IMAGE_APP',
  card: 'IMAGE_WEBSITE',
  text_and_card: 'VIDEO_WEBSITE',
  carousel: 'IMAGE_MULTI_DEST_CAROUSEL_WEBSITE',
  legacy_card: 'VIDEO_WEBSITE',
};

export interface SimulatedCard extends Listed {
  readonly uri: string;
  /**
   * Made by the old endpoints, and listed only with include_legacy_cards or by cards/all (docs/x-ads-api.md §17.56).
   */
  readonly legacy: boolean;
}

/** The card of a creative as X answers it; null when the creative has none. */
export const simulatedCard = (creative: Creative): SimulatedCard | null => {
  const { account, index, createdAt, destination } = creative;
  if (!hasCard(destination)) return null;
  const id = cardIdOf(creative);
  const uri = `card://${id}`;
  const times = { created_at: instant(createdAt - 30_000), updated_at: instant(createdAt - 30_000), deleted: false };
  const type = destination.kind === 'other_card' ? destination.type : CARD_TYPES[destination.kind];
  const head = { name: `Card ${index + 1}`, id, card_uri: uri, card_type: type };
  if (destination.kind === 'other_card') {
    const fields = otherCardFields(destination.type, `13_${1_180_000_000 + index}`, creative.userId);
    return { ...listed({ ...head, ...fields, ...times }), uri, legacy: !('components' in fields) };
  }
  if (destination.kind !== 'legacy_card') {
    return { ...listed({ ...head, ...componentsOf(creative), ...times }), uri, legacy: false };
  }
  const url = short(account + 50, index);
  const legacy = {
    ...head,
    preview_url: null,
    website_title: 'See more',
    website_url: url,
    website_dest_url: destination.url,
    website_shortened_url: url,
    website_display_url: 'example.com',
    ...times,
  };
  return { ...listed(legacy), uri, legacy: true };
};
