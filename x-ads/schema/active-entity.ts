import { z } from 'zod';
import { instantSchema, requestSchema } from './envelope.js';

/** x-ads-api.md §10.1. The activity may lie before the window that was asked for: never clamp it. */
export const activeEntitySchema = z.looseObject({
  entity_id: z.string().min(1),
  activity_start_time: instantSchema,
  activity_end_time: instantSchema,
  placements: z.array(z.string()),
});
export type ActiveEntity = z.infer<typeof activeEntitySchema>;

export const activeEntitiesSchema = z.object({ data: z.array(activeEntitySchema), request: requestSchema });
