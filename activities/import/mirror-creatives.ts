import { cancellationSignal } from '@temporalio/activity';
import type { RunId } from '../../domain/ids.js';
import {
  markCardsMissing,
  markTweetsMissing,
  saveCards,
  saveTweets,
  unknownCards,
  unknownTweets,
} from '../../store/account/creatives.js';
import { saveEntities } from '../../store/account/entities.js';
import type { EntityRow } from '../../store/account/entities.js';
import { getRunning } from '../../store/import/runs.js';
import type { Run } from '../../store/import/runs.js';
import type { Page } from '../../x-ads/call.js';
import type { UserApi } from '../../x-ads/client.js';
import type { Deps } from '../deps.js';
import {
  campaignRow,
  cardRow,
  fundingInstrumentRow,
  lineItemRow,
  promotedAccountRow,
  promotedTweetRow,
  tweetRow,
} from './entity-rows.js';
import { limitPerConnection } from '../fair-share.js';
import { Postponed } from '../postponed.js';
import { asUser, callerOf } from '../x-user.js';

/** No page is dated before the one ahead of it: the clocks of X's servers may differ by some seconds. */
async function* rowsOf<T>(
  pages: AsyncIterable<Page<T>>,
  row: (item: T) => EntityRow,
): AsyncGenerator<{ entities: readonly EntityRow[]; observedAt: string }, void, undefined> {
  let observedAt = '';
  for await (const page of pages) {
    if (page.observedAt > observedAt) ({ observedAt } = page);
    yield { entities: page.items.map(row), observedAt };
  }
}

/** All lists with their deleted entities: stored spend needs their names. */
const listsOf = (api: UserApi, accountId: string, signal: AbortSignal) => [
  rowsOf(api.fundingInstruments.list(accountId, { signal }), fundingInstrumentRow),
  rowsOf(api.campaigns.list(accountId, { signal }), campaignRow),
  rowsOf(api.lineItems.list(accountId, { signal }), lineItemRow),
  rowsOf(api.promotedTweets.list(accountId, { signal }), promotedTweetRow),
  rowsOf(api.promotedAccounts.list(accountId, { signal }), promotedAccountRow),
];

/** Mirrors the account's entities of all levels, with versions and tombstones. Safe to repeat: upsert by natural key. */
export const mirrorEntities = async (deps: Deps, run: Run, signal: AbortSignal): Promise<void> => {
  const { accountId } = run;
  await asUser(deps, callerOf(run), (api) =>
    Promise.all(
      listsOf(api, accountId, signal).map(async (pages) => {
        for await (const page of pages) await saveEntities(deps.db, { accountId, ...page });
      }),
    ),
  );
};

/** Accounts of one connection at once in a worker: names are less urgent than numbers. */
const ACCOUNTS_AT_ONCE = 1;

export interface Mirrored {
  readonly tweets: number;
  readonly cards: number;
}

export const createCreativesActivities = (deps: Deps) => {
  const fairly = limitPerConnection(ACCOUNTS_AT_ONCE);

  const mirror = async ({ accountId, ...run }: Run): Promise<Mirrored> => {
    const signal = cancellationSignal();
    const tweets = await unknownTweets(deps.db, accountId);
    let cards: readonly string[] = [];
    await asUser(deps, callerOf(run), async (api) => {
      const missing = new Set(tweets);
      let observedAt: string | undefined;
      for await (const page of api.tweets.byIds(accountId, tweets, { signal })) {
        await saveTweets(deps.db, accountId, page.items.map(tweetRow), page.observedAt);
        page.items.forEach((tweet) => missing.delete(tweet.tweet_id));
        ({ observedAt } = page);
      }
      if (observedAt !== undefined) await markTweetsMissing(deps.db, accountId, [...missing], observedAt);
      cards = await unknownCards(deps.db, accountId);
      const missingCards = new Set(cards);
      for await (const page of api.cards.byUris(accountId, cards, { signal })) {
        await saveCards(deps.db, accountId, page.items.map(cardRow), page.observedAt);
        page.items.forEach((card) => missingCards.delete(card.card_uri));
        ({ observedAt } = page);
      }
      if (observedAt !== undefined) await markCardsMissing(deps.db, accountId, [...missingCards], observedAt);
    });
    return { tweets: tweets.length, cards: cards.length };
  };

  return {
    /** Stores the tweets and cards of ads that are not stored yet: they have destination and UTM. Safe to repeat. */
    async mirrorCreatives({ runId }: { runId: RunId }): Promise<Mirrored> {
      const run = await getRunning(deps.db, runId);
      if (deps.firstNumbers?.othersWait(run.connectionId) === true)
        throw new Postponed('FairShare', "somebody else's first numbers come before names", 1);
      return fairly(run.connectionId, () => mirror(run));
    },
  };
};
