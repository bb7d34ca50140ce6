import { z } from 'zod';
import { instantSchema } from './envelope.js';

/**
 * x-ads-api.md §9.2. The numeric `id` is beyond 2^53 and deliberately not here: `id_str` is the id. `status` is open:
 * PROCESSING, SUCCESS, FAILED, CANCELLED; QUEUED and UPLOADING are in libraries only. SUCCESS may still have no `url`.
 */
export const statsJobSchema = z.object({
  id_str: z.string().regex(/^\d+$/),
  status: z.string().min(1),
  url: z.string().nullish(),
  entity: z.string(),
  entity_ids: z.array(z.string()),
  start_time: instantSchema,
  end_time: instantSchema,
  placement: z.string(),
  granularity: z.string(),
  metric_groups: z.array(z.string()),
  segmentation_type: z.string().nullish(),
  country: z.string().nullish(),
  platform: z.string().nullish(),
  account_id: z.string().nullish(),
  created_at: instantSchema,
  updated_at: instantSchema,
  /** Finish time + 48 hours. */
  expires_at: instantSchema.nullish(),
});
export type StatsJob = z.infer<typeof statsJobSchema>;
