import type { FastifyReply, FastifyRequest } from 'fastify';
import { APIError } from 'better-auth/api';
import { countTry, forgetTry } from '../store/people/sign-in-tries.js';
import { addressKey } from './address-key.js';
import type { Asker, SignedInPerson } from './asker.js';
import { ADDRESS_HEADER } from './auth.js';
import { forbidden, RefusedRequest } from './errors.js';
import type { PublicContext } from './route.js';

const headersOf = ({ request, ip }: { readonly request: FastifyRequest; readonly ip: string }): Headers => {
  const headers = new Headers({ [ADDRESS_HEADER]: addressKey(ip) });
  const agent = request.headers['user-agent'];
  if (agent !== undefined) headers.set('user-agent', agent.slice(0, 500));
  return headers;
};

const sendCookies = (reply: FastifyReply, headers: Headers): void => {
  void reply.header('set-cookie', headers.getSetCookie());
};

export const wrongCredentials = (fields?: Readonly<Record<string, string>>): RefusedRequest =>
  new RefusedRequest(401, 'wrong_credentials', 'The mail address or the password is wrong.', { fields });

/**
 * Counts a try and looks at the password. Too many tries are refused before anybody looks at it.
 * @throws {RefusedRequest}
 */
export const tryPassword = async <T>(
  { db, ip }: Pick<PublicContext, 'db' | 'ip'>,
  email: string,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  const counted = await countTry(db, email, addressKey(ip));
  if (counted.kind === 'too_many') {
    const { retryAfterSeconds: retryAfter } = counted;
    const message = `Too many wrong passwords. Try again in ${retryAfter} seconds.`;
    throw new RefusedRequest(429, 'too_many_tries', message, { retryAfter });
  }
  const found = await look();
  if (found === undefined) throw wrongCredentials();
  await forgetTry(db, counted.tryId);
  return found;
};

/** Signs in with a password. @throws {RefusedRequest} */
export const signInWithPassword = async (context: PublicContext, email: string, password: string): Promise<void> => {
  const { auth } = context.options;
  const headers = await tryPassword(context, email, async () => {
    try {
      const signedIn = await auth.api.signInEmail({
        body: { email, password },
        headers: headersOf(context),
        returnHeaders: true,
      });
      return signedIn.headers;
    } catch (error) {
      if (error instanceof APIError && [400, 401].includes(error.statusCode)) return undefined;
      throw error;
    }
  });
  sendCookies(context.reply, headers);
};

/** Signs a person in whom a link has let in. */
export const signInPerson = async (context: PublicContext, personId: string): Promise<void> => {
  const { headers } = await context.options.auth.api.startSession({
    body: { personId },
    headers: headersOf(context),
    returnHeaders: true,
  });
  sendCookies(context.reply, headers);
};

/** Ends the session of the request, and its cookie. */
export const signOut = async ({ options, request, reply }: PublicContext): Promise<void> => {
  const { cookie = '' } = request.headers;
  const { headers } = await options.auth.api.signOut({ headers: new Headers({ cookie }), returnHeaders: true });
  sendCookies(reply, headers);
};

/** The person who asks. @throws {RefusedRequest} for an API key, which the table has refused before */
export const personOf = (asker: Asker): SignedInPerson & Asker => {
  if (asker.kind !== 'person') throw forbidden('An API key has no person.');
  return asker;
};
