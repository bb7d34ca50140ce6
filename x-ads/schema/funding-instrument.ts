import { z } from 'zod';
import { instantSchema, integerSchema } from './envelope.js';

/** x-ads-api.md §5.4. */
export const fundingInstrumentSchema = z.looseObject({
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
