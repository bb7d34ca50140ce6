import { z } from 'zod';
import { savedViews } from '../../store/people/saved-views.js';
import { defineRoute } from '../route.js';
import { savedViewAnswer, savedViewShape } from '../saved-views.js';

export const getSavedViews = defineRoute({
  name: 'getSavedViews',
  method: 'GET',
  path: '/saved-views',
  access: 'save_views',
  summary: "Saved views of Ad Performance and sets of its columns: one's own, and those that are shared.",
  answer: z.strictObject({ views: z.array(savedViewShape).readonly() }),
  handle: async (context) => ({
    views: (await savedViews(context.db, context.viewer)).map((view) => savedViewAnswer(context, view)),
  }),
});
