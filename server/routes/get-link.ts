import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { needsOf, requireLink } from '../links.js';
import { defineRoute } from '../route.js';
import { roleShape } from '../shapes.js';

export const getLink = defineRoute({
  name: 'getLink',
  method: 'GET',
  path: '/links/:token',
  access: 'public',
  summary: 'What a one-time link is for. Looking at it does not use it up.',
  params: { token: z.string().max(200) },
  answer: z.strictObject({
    kind: z.enum(['first_person', 'sign_in', 'invitation']),
    workspaceName: z.string(),
    role: roleShape.exactOptional(),
    email: z.string().exactOptional(),
    personName: z.string().exactOptional(),
    /** What its use asks for. */
    needs: z.strictObject({ name: z.boolean(), email: z.boolean(), password: z.boolean() }),
    expiresAt: instantShape,
  }),
  handle: async (context, { params }) => {
    const link = await requireLink(context.db, params.token);
    const { needs, personName } = await needsOf(context, link);
    const { kind, workspaceName, role, email, expiresAt } = link;
    return {
      kind,
      workspaceName,
      ...(role === null ? {} : { role }),
      ...(email === null ? {} : { email }),
      ...(personName === undefined ? {} : { personName }),
      needs,
      expiresAt,
    };
  },
});
