import { z } from 'zod';
import { noteConnection } from '../note-connection.js';
import { signInOptions, startedSignIn, startedSignInShape } from '../x-sign-in.js';
import { defineRoute } from '../route.js';

export const postConnectionSignIn = defineRoute({
  name: 'postConnectionSignIn',
  method: 'POST',
  path: '/connections/:id/sign-in',
  access: 'change_connection',
  summary: 'Begins another sign-in at X: a second try, or a reconnect in place.',
  params: { id: z.string() },
  body: {
    /** Accept another X user than the one that the connection reads with. (Default: false) */
    otherUser: z.boolean().exactOptional(),
  },
  answer: startedSignInShape,
  status: 201,
  handle: async (context, { params: { id }, body: { otherUser } }) => {
    const signIn = await context.importer.signIn(id, { ...signInOptions(context), otherUser });
    await noteConnection(context, context.connection, 'connection.sign_in_begun');
    return startedSignIn(signIn);
  },
});
