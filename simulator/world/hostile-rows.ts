import { int64, type Row } from '../json.js';
import { EXTRA_METRICS, neverReadable, type Oddity } from '../numbers/oddities.js';
import { listed, text, type Listed } from './rows.js';

/*
 * What the profile `hostile` does to the rows of `messy`. Each of these values was seen in answers of X, or has broken an
 * importer of X's data: texts that Postgres or a terminal does not take, amounts beyond 2^53, and rows that no importer can
 * read because they do not say what they belong to.
 */

/** JSON can write all of them; not every store can keep them. */
export const HOSTILE_TEXTS = [
  'Half an emoji \ud83d in the middle',
  'The other half \udc4d',
  'A NUL \u0000 inside',
  'Clears the screen \u001b[2J\u001b[H',
  'Writes the clipboard \u001b]52;c;cm0gLXJmIC8=\u0007',
  'One line\r\n{"level":"info","msg":"and a forged one"}',
  'Right to left \u202e gnihton',
  '\ufeffBegins with a byte order mark',
  `Very long ${'and longer '.repeat(1_000)}`,
  "'; drop schema importer cascade; --",
  '<script>alert(1)</script>',
  '__proto__',
  '   ',
  'C1 \u009b2J and line separator \u2028 here',
] as const;

const textOf = (index: number): string => HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? '';

/** From 2^53 + 1 to nearly 2^63, as a credit line or a budget in a currency of small units may be. */
const AMOUNTS = ['9007199254740993', '9000000000000000001', '12345678901234567'] as const;
const amount = (index: number): string => int64(AMOUNTS[index % AMOUNTS.length] ?? '0');

const patched = (each: Listed, patch: Row): Listed =>
  listed({ ...each.row, ...patch }, { hidden: each.hidden, draft: each.draft });

/** Wrong types in fields that an importer of numbers has no need to read. */
const UNREAD: Row = { purchase_order_number: 17, frequency_cap: '3 a day', standard_delivery: 'true' };

export const hostileFundings = (rows: readonly Listed[]): readonly Listed[] =>
  rows.map((each, index) =>
    patched(each, {
      description: textOf(index),
      credit_limit_local_micro: amount(index),
      credit_remaining_local_micro: amount(index + 1),
      funded_amount_local_micro: amount(index + 2),
    }),
  );

export const hostileCampaigns = (rows: readonly Listed[]): readonly Listed[] =>
  rows.map((each, index) =>
    patched(each, {
      name: textOf(index),
      daily_budget_amount_local_micro: amount(index),
      total_budget_amount_local_micro: amount(index + 1),
      ...(index % 3 === 2 ? UNREAD : {}),
    }),
  );

const isUnreadableLineItem = (index: number): boolean => index % 20 === 7;
export const hostileLineItems = (rows: readonly Listed[]): readonly Listed[] =>
  rows.map((each, index) =>
    patched(each, {
      name: textOf(index + 5),
      bid_amount_local_micro: amount(index),
      ...(index % 4 === 2 ? { categories: null, placements: null } : {}),
      ...(isUnreadableLineItem(index) ? { campaign_id: null } : {}),
    }),
  );

const isUnreadableAd = (index: number): boolean => index % 40 === 13;
export const hostileAds = (rows: readonly Listed[]): readonly Listed[] =>
  rows.map((each, index) => (isUnreadableAd(index) ? patched(each, { tweet_id: null }) : each));

/** Every second tweet has its ids as texts and no `id_str`, as in recordings. */
export const hostileTweets = (rows: readonly Listed[]): readonly Listed[] =>
  rows.map((each, index) => {
    const { id_str: id = null, ...row } = each.row;
    const texts = { full_text: textOf(index), name: textOf(index + 1), contributors: [756_201_000] };
    return index % 2 === 0
      ? patched(each, texts)
      : listed({ ...row, ...texts, id }, { hidden: each.hidden, draft: each.draft });
  });

export const hostileCards = <T extends Listed>(cards: readonly T[]): readonly T[] =>
  cards.map((card, index) => ({ ...card, row: { ...card.row, name: textOf(index) } }));

export const hostileAccount = (index: number): Row => ({
  name: `${textOf(index)} ${index + 1}`,
  ...(index % 3 === 1 ? {} : { business_name: textOf(index + 3) }),
});

/** In GET accounts beside those that there are: neither says what it is. */
export const UNREADABLE_ACCOUNTS: readonly Listed[] = [
  listed({ id: null, name: null, timezone: null, deleted: false }),
  listed({ id: 'unreadable', name: 'Without a time zone', timezone: null, deleted: false }),
];

/** Something in X's answers that a right importer does not store, and says so. */
export interface LeftOut {
  /** An entity's row, all numbers of an entity, or one metric of an entity. */
  readonly what: 'row' | 'numbers' | 'metric';
  readonly level: string;
  readonly id: string;
  readonly why: string;
}

export const unreadableRows = (lineItems: readonly Listed[], ads: readonly Listed[]): readonly LeftOut[] => [
  ...lineItems
    .filter((_, index) => isUnreadableLineItem(index))
    .map(
      (each) => ({ what: 'row', level: 'LINE_ITEM', id: text(each.row, 'id'), why: 'campaign_id is null' }) as const,
    ),
  ...ads
    .filter((_, index) => isUnreadableAd(index))
    .map(
      (each) => ({ what: 'row', level: 'PROMOTED_TWEET', id: text(each.row, 'id'), why: 'tweet_id is null' }) as const,
    ),
];

/** The numbers of one level, PROMOTED_TWEET, that no file shows as they are. */
export const unreadableNumbers = (oddities: ReadonlyMap<string, Oddity>): readonly LeftOut[] =>
  [...oddities].flatMap(([id, oddity]): readonly LeftOut[] => {
    const level = 'PROMOTED_TWEET';
    const why = neverReadable(oddity);
    if (why !== undefined) return [{ what: 'numbers', level, id, why }];
    if (oddity !== 'extra_metrics') return [];
    return EXTRA_METRICS.map((name) => ({ what: 'metric', level, id, why: `${name} is not a series of numbers` }));
  });
