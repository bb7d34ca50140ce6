import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Page } from '../call.js';
import { pages } from '../pages.js';
import { type Card, cardSchema } from '../schema/card.js';
import { chunk, getPage, idsParameter, MAX_IDS, type Send } from './requests.js';

export interface CardsApi {
  /** Cards by URI (`card://…`), any number, 200 at a time; `cards/all` knows old and new ones (x-ads-api.md §7). */
  byUris(
    accountId: AccountId,
    cardUris: readonly string[],
    options?: CallOptions,
  ): AsyncGenerator<Page<Card>, void, undefined>;
}

export const createCards = (send: Send): CardsApi => ({
  async *byUris(accountId, cardUris, options = {}) {
    for (const uris of chunk([...new Set(cardUris)], MAX_IDS)) {
      yield* pages((cursor) =>
        getPage(
          send,
          {
            method: 'GET',
            path: `/accounts/${accountId}/cards/all`,
            accountId,
            query: [
              ['count', String(MAX_IDS)],
              ['with_deleted', 'true'],
              ...idsParameter('card_uris', uris),
              ...(cursor === undefined ? [] : [['cursor', cursor] as const]),
            ],
          },
          cardSchema,
          options,
        ),
      );
    }
  },
});
