import { z } from 'zod';
import { changeView } from '../../store/people/saved-views.js';
import { note } from '../audit.js';
import { invalidField } from '../errors.js';
import { defineRoute } from '../route.js';
import { namingView, requireChangeable, requireSavedView, requireSharing, viewShape } from '../saved-views.js';
import { nameShape } from '../shapes.js';

export const patchSavedView = defineRoute({
  name: 'patchSavedView',
  method: 'PATCH',
  path: '/saved-views/:savedViewId',
  access: 'save_views',
  summary: 'Renames a saved view, shares it or not, or saves another view under it.',
  params: { savedViewId: z.guid() },
  body: { name: nameShape.exactOptional(), shared: z.boolean().exactOptional(), view: viewShape.exactOptional() },
  answer: 'nothing',
  handle: (context, { params: { savedViewId }, body }) =>
    namingView(
      context.db.transaction(async (tx) => {
        const was = await requireSavedView(context, tx, savedViewId);
        requireChangeable(context, was);
        const became = { name: was.name, shared: was.shared, view: was.view, ...body };
        requireSharing(context, became.shared);
        if (was.shared && !became.shared && was.personId !== context.viewer.personId)
          throw invalidField('shared', 'Only whoever saved it can keep it to themselves.');
        await changeView(tx, savedViewId, became);
        await note(tx, context, {
          action: 'view.changed',
          subjectKind: 'view',
          subjectId: savedViewId,
          subjectName: became.name,
          was: { name: was.name, shared: was.shared },
          became: { name: became.name, shared: became.shared },
        });
      }),
    ),
});
