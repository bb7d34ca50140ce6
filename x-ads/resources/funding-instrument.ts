import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { instantSchema, integerSchema } from '../envelope.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §5.4. */
const fundingInstrumentSchema = z.looseObject({
  id: z.string().min(1),
  account_id: z.string().nullish(),
  description: z.string().nullish(),
  type: z.string().nullish(),
  currency: z.string().nullish(),
  entity_status: z.string().nullish(),
  able_to_fund: z.boolean().nullish(),
  reasons_not_able_to_fund: z.array(z.string()).nullish(),
  io_header: z.string().nullish(),
  credit_limit_local_micro: integerSchema.nullish(),
  credit_remaining_local_micro: integerSchema.nullish(),
  funded_amount_local_micro: integerSchema.nullish(),
  start_time: instantSchema.nullish(),
  end_time: instantSchema.nullish(),
  created_at: instantSchema.nullish(),
  updated_at: instantSchema.nullish(),
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
