import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §5.4. What nobody reads is not checked. */
const fundingInstrumentSchema = z.looseObject({
  id: z.string().min(1),
  description: z.string().nullish(),
  currency: z.string().nullish(),
  entity_status: z.string().nullish(),
  deleted: z.boolean().nullish(),
});
export type FundingInstrument = z.infer<typeof fundingInstrumentSchema>;

export interface FundingInstrumentCalls {
  /** Pages of funding instruments, deleted ones included. */
  list(accountId: AccountId, options?: ListOptions): AsyncGenerator<Page<FundingInstrument>, void, undefined>;
}

export const fundingInstrumentCalls = (send: Send): FundingInstrumentCalls => ({
  list: (accountId, options = {}) =>
    list(
      send,
      { path: `/accounts/${accountId}/funding_instruments`, accountId, schema: fundingInstrumentSchema },
      options,
    ),
});
