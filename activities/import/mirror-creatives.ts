import { cancellationSignal } from '@temporalio/activity';
import type { AccountId, RunId } from '../../domain/ids.js';
import {
  markCardsMissing,
  markTweetsMissing,
  saveCards,
  saveTweets,
  unknownCards,
  unknownTweets,
} from '../../store/account/creatives.js';
import { saveEntities } from '../../store/account/entities.js';
import { noteLeftOut } from '../../store/account/left-out.js';
import type { EntityRow } from '../../store/account/entities.js';
import { getRunning } from '../../store/import/runs.js';
import type { Run } from '../../store/import/runs.js';
import type { CallOptions, UnreadItem, Page } from '../../x-ads/call.js';
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

/** Mirrors one list of an account to its end, and notes what of it could not be read. */
const mirrorList = async <T>(
  { db }: Deps,
  accountId: AccountId,
  [list, pages, row]: readonly [list: string, pages: AsyncIterable<Page<T>>, row: (item: T) => EntityRow],
): Promise<void> => {
  // No page is dated before the one ahead of it: the clocks of X's servers may differ by some seconds.
  let observedAt = '';
  const items: UnreadItem[] = [];
  for await (const page of pages) {
    if (page.observedAt > observedAt) ({ observedAt } = page);
    await saveEntities(db, { accountId, entities: page.items.map(row), observedAt });
    items.push(...page.leftOut);
  }
  if (observedAt !== '') await noteLeftOut(db, { of: { accountId }, list, items, observedAt });
};

/** The funding instruments, which have the currencies. */
export const mirrorFundingInstruments = (
  deps: Deps,
  api: UserApi,
  accountId: AccountId,
  options: CallOptions = {},
): Promise<void> =>
  mirrorList(deps, accountId, [
    'funding_instruments',
    api.fundingInstruments.list(accountId, options),
    fundingInstrumentRow,
  ]);

/** Mirrors the account's entities of all levels, with versions and tombstones. Safe to repeat: upsert by natural key. */
export const mirrorEntities = async (deps: Deps, run: Run, signal: AbortSignal): Promise<void> => {
  const { accountId } = run;
  await asUser(deps, callerOf(run), (api) =>
    // All with their deleted entities: stored spend needs their names.
    Promise.all([
      mirrorFundingInstruments(deps, api, accountId, { signal }),
      mirrorList(deps, accountId, ['campaigns', api.campaigns.list(accountId, { signal }), campaignRow]),
      mirrorList(deps, accountId, ['line_items', api.lineItems.list(accountId, { signal }), lineItemRow]),
      mirrorList(deps, accountId, [
        'promoted_tweets',
        api.promotedTweets.list(accountId, { signal }),
        promotedTweetRow,
      ]),
      mirrorList(deps, accountId, [
        'promoted_accounts',
        api.promotedAccounts.list(accountId, { signal }),
        promotedAccountRow,
      ]),
    ]),
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
      const oddTweets: UnreadItem[] = [];
      const oddCards: UnreadItem[] = [];
      for await (const page of api.tweets.byIds(accountId, tweets, { signal })) {
        await saveTweets(deps.db, accountId, page.items.map(tweetRow), page.observedAt);
        page.items.forEach((tweet) => missing.delete(tweet.tweet_id));
        oddTweets.push(...page.leftOut);
        ({ observedAt } = page);
      }
      if (observedAt !== undefined) await markTweetsMissing(deps.db, accountId, [...missing], observedAt);
      cards = await unknownCards(deps.db, accountId);
      const missingCards = new Set(cards);
      for await (const page of api.cards.byUris(accountId, cards, { signal })) {
        await saveCards(deps.db, accountId, page.items.map(cardRow), page.observedAt);
        page.items.forEach((card) => missingCards.delete(card.card_uri));
        oddCards.push(...page.leftOut);
        ({ observedAt } = page);
      }
      if (observedAt === undefined) return;
      await markCardsMissing(deps.db, accountId, [...missingCards], observedAt);
      const of = { accountId };
      if (tweets.length > 0) await noteLeftOut(deps.db, { of, list: 'tweets', items: oddTweets, observedAt });
      if (cards.length > 0) await noteLeftOut(deps.db, { of, list: 'cards', items: oddCards, observedAt });
    });
    return { tweets: tweets.length, cards: cards.length };
  };

  return {
    /** Stores the tweets and cards of ads that are not stored yet: they have destination and UTM. Safe to repeat. */
    async mirrorCreatives({ runId }: { runId: RunId }): Promise<Mirrored> {
      const run = await getRunning(deps.db, runId);
      const standBack = (): void => {
        if (deps.firstNumbers?.othersWait(run.connectionId) === true)
          throw new Postponed('FairShare', "somebody else's first numbers come before names", 1);
        if (deps.firstNumbers?.isSending(run.connectionId) === true)
          throw new Postponed('FairShare', 'the first numbers come before names', 1);
      };
      standBack();
      const name = (): Promise<Mirrored> => {
        // Somebody may have come while this one waited.
        standBack();
        return mirror(run);
      };
      return fairly(run.connectionId, name, cancellationSignal());
    },
  };
};
