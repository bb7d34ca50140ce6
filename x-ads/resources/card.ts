import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Page } from '../call.js';
import { chunk, getPage, idsParameter, MAX_IDS_PER_REQUEST, type Send } from '../requests.js';
import { pages } from '../pages.js';

const destinationSchema = z.looseObject({ type: z.string().nullish(), url: z.string().nullish() });

const componentSchema = z.looseObject({
  type: z.string().nullish(),
  title: z.string().nullish(),
  destination: destinationSchema.nullish(),
});
export type CardComponent = z.infer<typeof componentSchema>;

/** docs/x-ads-api.md §7: new cards have `components` or, with several destinations, `slides`; old ones `website_*`. */
const cardSchema = z.looseObject({
  id: z.string().nullish(),
  name: z.string().nullish(),
  card_uri: z.string().min(1),
  card_type: z.string().nullish(),
  components: z.array(componentSchema).nullish(),
  slides: z.array(z.array(componentSchema)).nullish(),
  website_url: z.string().nullish(),
  website_dest_url: z.string().nullish(),
});
export type Card = z.infer<typeof cardSchema>;

export interface CardCalls {
  /** Cards by URI (`card://…`), any number, 200 a request; `cards/all` has old and new ones (docs/x-ads-api.md §7). */
  byUris(
    accountId: AccountId,
    cardUris: readonly string[],
    options?: CallOptions,
  ): AsyncGenerator<Page<Card>, void, undefined>;
}

export const cardCalls = (send: Send): CardCalls => ({
  async *byUris(accountId, cardUris, options = {}) {
    for (const uris of chunk([...new Set(cardUris)], MAX_IDS_PER_REQUEST)) {
      yield* pages((cursor) =>
        getPage(
          send,
          {
            method: 'GET',
            path: `/accounts/${accountId}/cards/all`,
            accountId,
            query: [
              ['count', String(MAX_IDS_PER_REQUEST)],
              ['with_deleted', 'true'],
              ...idsParameter('card_uris', uris),
              ...cursor,
            ],
          },
          cardSchema,
          options,
        ),
      );
    }
  },
});
