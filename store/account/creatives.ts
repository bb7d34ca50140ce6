import type { Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { onePerKey } from '../one-per-key.js';
import type { Queryable } from '../pool.js';

export interface TweetUrl {
  readonly url: string | null;
  /** The destination, whole query string included. */
  readonly expanded_url: string | null;
  readonly display_url: string | null;
}

export interface TweetRow {
  readonly tweetId: string;
  readonly name: string | null;
  readonly fullText: string | null;
  readonly cardUri: string | null;
  /** In the order of the text. */
  readonly urls: readonly TweetUrl[];
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface CardRow {
  readonly cardUri: string;
  readonly name: string | null;
  readonly cardType: string | null;
  /** Where the card leads; of several destinations the first. */
  readonly destinationUrl: string | null;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Safe to repeat: natural key; an older observation never overwrites a newer one. */
export const saveTweets = async (
  db: Queryable,
  accountId: AccountId,
  tweets: readonly TweetRow[],
  observedAt: Instant,
): Promise<void> => {
  await db.query(
    `insert into importer.tweets as t (account_id, tweet_id, name, full_text, card_uri, urls, raw, observed_at)
     select $1, x."tweetId", x.name, x."fullText", x."cardUri", coalesce(x.urls, '[]'), x.raw, $3
     from jsonb_to_recordset($2::jsonb) as x ("tweetId" text, name text, "fullText" text, "cardUri" text, urls jsonb,
       raw jsonb)
     order by x."tweetId"
     on conflict (account_id, tweet_id) do update set name = excluded.name, full_text = excluded.full_text,
       card_uri = excluded.card_uri, urls = excluded.urls, missing = false, raw = excluded.raw,
       observed_at = excluded.observed_at
     where t.observed_at <= excluded.observed_at`,
    [accountId, JSON.stringify(onePerKey(tweets, ({ tweetId }) => tweetId)), observedAt],
  );
};

/** X leaves out tweets that are deleted or foreign (docs/x-ads-api.md §7). What was known of them before stays. */
export const markTweetsMissing = async (
  db: Queryable,
  accountId: AccountId,
  tweetIds: readonly string[],
  observedAt: Instant,
): Promise<void> => {
  await db.query(
    `insert into importer.tweets as t (account_id, tweet_id, missing, observed_at)
     select $1, id, true, $3 from unnest($2::text[]) as id order by id
     on conflict (account_id, tweet_id) do update set missing = true, observed_at = excluded.observed_at
     where t.observed_at <= excluded.observed_at`,
    [accountId, onePerKey(tweetIds, String), observedAt],
  );
};

/**
 * The condition under which a stored tweet or card is not requested: X has shown it, or has left it out less than a
 * week ago. What is deleted or foreign seldom comes back, so a request a day would be wasted.
 */
const answered = (row: string): string =>
  `not (${row}.missing
     and ${row}.observed_at < (select observed_at from importer.accounts where id = $1) - interval '7 days')`;

/** Ids of tweets that ads of the account promote and that are to be requested from X. */
export const unknownTweets = async (db: Queryable, accountId: AccountId): Promise<readonly string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select distinct e.tweet_id as id from importer.entities e
     where e.account_id = $1 and e.tweet_id is not null
       and not exists (select from importer.tweets t
         where t.account_id = $1 and t.tweet_id = e.tweet_id and ${answered('t')})
     order by id`,
    [accountId],
  );
  return rows.map(({ id }) => id);
};

/** Safe to repeat: natural key; an older observation never overwrites a newer one. */
export const saveCards = async (
  db: Queryable,
  accountId: AccountId,
  cards: readonly CardRow[],
  observedAt: Instant,
): Promise<void> => {
  await db.query(
    `insert into importer.cards as c (account_id, card_uri, name, card_type, destination_url, raw, observed_at)
     select $1, x."cardUri", x.name, x."cardType", x."destinationUrl", x.raw, $3
     from jsonb_to_recordset($2::jsonb) as x ("cardUri" text, name text, "cardType" text, "destinationUrl" text,
       raw jsonb)
     order by x."cardUri"
     on conflict (account_id, card_uri) do update set name = excluded.name, card_type = excluded.card_type,
       destination_url = excluded.destination_url, missing = false, raw = excluded.raw,
       observed_at = excluded.observed_at
     where c.observed_at <= excluded.observed_at`,
    [accountId, JSON.stringify(onePerKey(cards, ({ cardUri }) => cardUri)), observedAt],
  );
};

export const markCardsMissing = async (
  db: Queryable,
  accountId: AccountId,
  cardUris: readonly string[],
  observedAt: Instant,
): Promise<void> => {
  await db.query(
    `insert into importer.cards as c (account_id, card_uri, missing, observed_at)
     select $1, uri, true, $3 from unnest($2::text[]) as uri order by uri
     on conflict (account_id, card_uri) do update set missing = true, observed_at = excluded.observed_at
     where c.observed_at <= excluded.observed_at`,
    [accountId, onePerKey(cardUris, String), observedAt],
  );
};

/** URIs of cards that known tweets carry and that are to be requested from X. */
export const unknownCards = async (db: Queryable, accountId: AccountId): Promise<readonly string[]> => {
  const { rows } = await db.query<{ uri: string }>(
    `select distinct t.card_uri as uri from importer.tweets t
     where t.account_id = $1 and t.card_uri is not null
       and not exists (select from importer.cards c
         where c.account_id = $1 and c.card_uri = t.card_uri and ${answered('c')})
     order by uri`,
    [accountId],
  );
  return rows.map(({ uri }) => uri);
};
