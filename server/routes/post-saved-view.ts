import { z } from 'zod';
import { saveView } from '../../store/people/saved-views.js';
import { note } from '../audit.js';
import { defineRoute } from '../route.js';
import { namingView, requireSharing, viewShape } from '../saved-views.js';
import { nameShape } from '../shapes.js';

export const postSavedView = defineRoute({
  name: 'postSavedView',
  method: 'POST',
  path: '/saved-views',
  access: 'save_views',
  summary: 'Saves a view of Ad Performance or a set of its columns, for oneself or for the workspace.',
  body: { kind: z.enum(['view', 'columns']), name: nameShape, shared: z.boolean(), view: viewShape },
  answer: z.strictObject({ id: z.guid() }),
  status: 201,
  handle: (context, { body }) => {
    requireSharing(context, body.shared);
    return namingView(
      context.db.transaction(async (tx) => {
        const id = await saveView(tx, context.viewer, body);
        await note(tx, context, {
          action: 'view.saved',
          subjectKind: 'view',
          subjectId: id,
          subjectName: body.name,
          became: { shared: body.shared },
        });
        return { id };
      }),
    );
  },
});
