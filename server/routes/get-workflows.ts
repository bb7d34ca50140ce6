import { z } from 'zod';
import { connectionWorkflowShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getWorkflows = defineRoute({
  name: 'getWorkflows',
  method: 'GET',
  path: '/connections/:id/workflows',
  access: 'see_connection',
  summary: 'The workflows of the connection and of its newest runs, with their pages in the Temporal UI.',
  params: { id: z.string() },
  answer: z.strictObject({
    /** `url` is absent where the operator has not said where the UI is, and where Temporal no longer keeps the workflow. */
    workflows: z.array(connectionWorkflowShape.unwrap().extend({ url: z.string().exactOptional() })).readonly(),
  }),
  handle: async ({ importer, options: { temporalUi } }, { params: { id } }) => ({
    workflows: (await importer.workflows(id)).map((each) =>
      temporalUi === undefined || !each.kept
        ? each
        : {
            ...each,
            url: `${temporalUi.url}/namespaces/${encodeURIComponent(temporalUi.namespace)}/workflows/${encodeURIComponent(each.workflowId)}`,
          },
    ),
  }),
});
