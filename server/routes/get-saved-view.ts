import { z } from 'zod';
import { defineRoute } from '../route.js';
import { leftOf, requireSavedView, savedViewAnswer, savedViewShape } from '../saved-views.js';

export const getSavedView = defineRoute({
  name: 'getSavedView',
  method: 'GET',
  path: '/saved-views/:savedViewId',
  access: 'save_views',
  summary: 'A saved view with what is left of it: without what one sees no more.',
  params: { savedViewId: z.guid() },
  answer: savedViewShape.extend({
    /** What it filters by and one sees no more: `view` is without it. */
    gone: z.array(z.strictObject({ filter: z.string(), id: z.string() })).readonly(),
  }),
  handle: async (context, { params: { savedViewId } }) => {
    const saved = await requireSavedView(context, context.db, savedViewId);
    const { left, gone } = await leftOf(context, saved);
    return { ...savedViewAnswer(context, { ...saved, view: left }), gone };
  },
});
