import { z } from 'zod';
import { instantSchema } from './envelope.js';

const destinationSchema = z.looseObject({ type: z.string().nullish(), url: z.string().nullish() });

const componentSchema = z.looseObject({
  type: z.string().nullish(),
  title: z.string().nullish(),
  destination: destinationSchema.nullish(),
});
export type CardComponent = z.infer<typeof componentSchema>;

/** x-ads-api.md §7: new cards have `components` or, with several destinations, `slides`; old ones `website_*`. */
export const cardSchema = z.looseObject({
  id: z.string().nullish(),
  name: z.string().nullish(),
  card_uri: z.string().min(1),
  card_type: z.string().nullish(),
  components: z.array(componentSchema).nullish(),
  slides: z.array(z.array(componentSchema)).nullish(),
  website_url: z.string().nullish(),
  website_dest_url: z.string().nullish(),
  website_display_url: z.string().nullish(),
  website_shortened_url: z.string().nullish(),
  created_at: instantSchema.nullish(),
  updated_at: instantSchema.nullish(),
  deleted: z.boolean().nullish(),
});
export type Card = z.infer<typeof cardSchema>;
