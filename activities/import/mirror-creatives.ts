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
import { getRun } from '../../store/import/runs.js';
import type { Run } from '../../store/import/runs.js';
import type { Page } from '../../x-ads/call.js';
import type { UserApi } from '../../x-ads/client.js';
import type { Deps } from '../deps.js';
import { whileBeating } from '../heartbeat.js';
import {
  campaignRow,
  cardRow,
  fundingInstrumentRow,
  lineItemRow,
  promotedAccountRow,
  promotedTweetRow,
  tweetRow,
} from './entity-rows.js';
import { fewOfEach } from '../fair-share.js';
import { Waiting } from '../postponed.js';
import { asUser, callerOf } from '../x-user.js';

/** No page counts as older than the one before it: the clocks of X's servers need not agree to the second. */
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

/** Every list with its deleted entities: their spend stays, so their names must. */
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

/** Accounts of one connection at once in a worker: names are wanted less urgently than numbers. */
const ACCOUNTS_AT_ONCE = 1;

export interface Mirrored {
  readonly tweets: number;
  readonly cards: number;
}

export const createEntities = (deps: Deps) => {
  const inTurn = fewOfEach(ACCOUNTS_AT_ONCE);

  const mirrored = async ({ accountId, ...run }: Run, signal: AbortSignal): Promise<Mirrored> => {
    const tweets = await unknownTweets(deps.db, accountId);
    let cards: readonly string[] = [];
    await asUser(deps, callerOf(run), async (api) => {
      const unseen = new Set(tweets);
      let observedAt: string | undefined;
      for await (const page of api.tweets.byIds(accountId, tweets, { signal })) {
        await saveTweets(deps.db, accountId, page.items.map(tweetRow), page.observedAt);
        page.items.forEach((tweet) => unseen.delete(tweet.tweet_id));
        ({ observedAt } = page);
      }
      if (observedAt !== undefined) await markTweetsMissing(deps.db, accountId, [...unseen], observedAt);
      cards = await unknownCards(deps.db, accountId);
      const unseenCards = new Set(cards);
      for await (const page of api.cards.byUris(accountId, cards, { signal })) {
        await saveCards(deps.db, accountId, page.items.map(cardRow), page.observedAt);
        page.items.forEach((card) => unseenCards.delete(card.card_uri));
        ({ observedAt } = page);
      }
      if (observedAt !== undefined) await markCardsMissing(deps.db, accountId, [...unseenCards], observedAt);
    });
    return { tweets: tweets.length, cards: cards.length };
  };

  return {
    /** Fetches the tweets and cards of ads that are not known yet: destination and UTM come from them. Safe to repeat. */
    mirrorCreatives({ runId }: { runId: RunId }): Promise<Mirrored> {
      return whileBeating(async (signal) => {
        const run = await getRun(deps.db, runId);
        if (deps.firstNumbers?.othersWait(run.connectionId) === true)
          throw new Waiting('Turn', "somebody else's first numbers come before names", 1);
        return inTurn(run.connectionId, () => mirrored(run, signal));
      });
    },
  };
};
