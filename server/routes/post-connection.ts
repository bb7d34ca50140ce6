import { z } from 'zod';
import { noteConnection } from '../note-connection.js';
import { signInOptions, startedSignIn, startedSignInShape } from '../x-sign-in.js';
import { defineRoute } from '../route.js';

export const postConnection = defineRoute({
  name: 'postConnection',
  method: 'POST',
  path: '/connections',
  access: 'add_connection',
  summary: 'Makes a connection and begins its sign-in at X.',
  body: { displayName: z.string().optional() },
  answer: startedSignInShape,
  status: 201,
  handle: async (context, { body: { displayName } }) => {
    const signIn = await context.importer.connect({ displayName, ...signInOptions(context) });
    const connection = await context.importer.connection(signIn.connectionId);
    await noteConnection(context, connection, 'connection.added');
    return startedSignIn(signIn);
  },
});
