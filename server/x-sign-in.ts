/** A sign-in at X that a browser begins. */
import { z } from 'zod';
import type { SignIn } from '../client/answers.js';
import { instantShape } from '../client/shapes.js';
import { consoleCallback } from '../domain/addresses.js';
import { conflict } from './errors.js';
import type { RouteContext } from './route.js';

export const startedSignInShape = z.strictObject({
  connectionId: z.uuid(),
  /** The page at X where a person allows the importer to read. */
  authorizeUrl: z.url(),
  expiresAt: instantShape,
});

export const startedSignIn = ({
  connectionId,
  authorizeUrl,
  expiresAt,
}: SignIn): z.output<typeof startedSignInShape> => ({
  connectionId,
  authorizeUrl,
  expiresAt,
});

/** X's answer counts in the browser session that asks now, and in no other; a program has no browser to come back in. */
export const signInOptions = ({ asker, options }: RouteContext) => {
  if (asker.kind !== 'person') throw conflict('A person signs in at X, in a browser: an API key cannot begin it.');
  return { callbackUrl: consoleCallback(options.publicUrl), session: asker.session.id };
};
