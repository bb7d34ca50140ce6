import { mix } from '../hash.js';

/** Ids of entities are lower-case base 36 and ascend by creation (docs/x-ads-api.md §1, §4.2). */
const KINDS = {
  funding: 31_000_000,
  campaign: 950_000_000,
  lineItem: 1_900_000_000,
  promotedTweet: 17_000_000_000,
  promotedAccount: 29_000_000_000,
  mediaCreative: 31_000_000_000,
  trackingTag: 33_000_000_000,
  promotableUser: 35_000_000_000,
} as const;

export const entityId = (kind: keyof typeof KINDS, account: number, order: number): string =>
  (KINDS[kind] + account * 4_000_000 + order * 31 + (mix(account, order) % 29)).toString(36);

export const accountId = (seed: number, account: number): string =>
  `18ce5${(36 ** 5 + (mix(mix(seed, 17), account) % (36 ** 6 - 36 ** 5))).toString(36)}`;

const TWITTER_EPOCH = 1_288_834_974_657n;

/**
 * The id of a tweet, card or job: its creation in epoch milliseconds, then a number of 22 bits (docs/x-ads-api.md §1).
 */
export const snowflake = (milliseconds: number, number: number): bigint =>
  ((BigInt(Math.floor(milliseconds)) - TWITTER_EPOCH) << 22n) | (BigInt(number) & 0x3fffffn);
