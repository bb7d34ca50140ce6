import { z } from 'zod';
import { removeView } from '../../store/people/saved-views.js';
import { note } from '../audit.js';
import { defineRoute } from '../route.js';
import { requireChangeable, requireSavedView } from '../saved-views.js';

export const deleteSavedView = defineRoute({
  name: 'deleteSavedView',
  method: 'DELETE',
  path: '/saved-views/:savedViewId',
  access: 'save_views',
  summary: 'Deletes a saved view.',
  params: { savedViewId: z.guid() },
  answer: 'nothing',
  handle: async (context, { params: { savedViewId } }) => {
    await context.db.transaction(async (tx) => {
      const view = await requireSavedView(context, tx, savedViewId);
      requireChangeable(context, view);
      await removeView(tx, savedViewId);
      await note(tx, context, {
        action: 'view.deleted',
        subjectKind: 'view',
        subjectId: savedViewId,
        subjectName: view.name,
      });
    });
  },
});
