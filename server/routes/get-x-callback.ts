import { z } from 'zod';
import { type CallbackQuery, readCallback } from '../../client/act/callback.js';
import { CallbackRefused, ImporterError } from '../../client/errors.js';
import type { Importer } from '../../client/importer.js';
import { findOauthRequest } from '../../store/connection/oauth-requests.js';
import { isLinkSession } from '../../store/people/authorization-links.js';
import { SealBroken } from '../../store/secrets.js';
import { takeForLink } from '../authorization-link.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute, type PublicContext, type RouteContext } from '../route.js';

/** What the address says of a sign-in that did not come to its end: a code of the catalogue. */
const PROBLEM_OF: Readonly<Record<CallbackRefused['why'], string>> = {
  unknown: 'unknown_sign_in',
  already_used: 'replayed',
  late: 'expired',
  other_browser: 'other_browser',
};

/** Takes the answer of X; undefined where it has come to its end. */
const take = async (importer: Importer, answer: CallbackQuery, session: string): Promise<string | undefined> => {
  try {
    if (answer.kind === 'allowed') {
      const { requestToken, verifier } = answer;
      await importer.completeSignIn({ requestToken, verifier, session });
      return undefined;
    }
    if (answer.requestToken !== undefined) await importer.denySignIn({ requestToken: answer.requestToken, session });
    return 'denied';
  } catch (error) {
    if (error instanceof CallbackRefused) return PROBLEM_OF[error.why];
    if (error instanceof ImporterError) return error.code;
    // The key that sealed it has gone meanwhile.
    if (error instanceof SealBroken) return 'sign_in_interrupted';
    throw error;
  }
};

const withinSession = (context: PublicContext): (RouteContext & { readonly session: string }) | undefined => {
  const { asker, options } = context;
  if (asker?.kind !== 'person') return undefined;
  const { viewer } = asker;
  const importer = options.importerFor(viewer, viewer.personId);
  return { ...context, asker, viewer, importer, session: asker.session.id };
};

/** X sends the browser here, with GET and from another site: nothing but X's own single-use token makes it count. */
export const getXCallback = defineRoute({
  name: 'getXCallback',
  method: 'GET',
  base: '',
  path: '/x/callback',
  access: 'public',
  summary: "X's answer to a sign-in. It leads to the connection, with `problem` where it did not come to its end.",
  query: {
    oauth_token: z.unknown().optional(),
    oauth_verifier: z.unknown().optional(),
    denied: z.unknown().optional(),
  },
  answer: 'redirect',
  handle: async (context, { query }) => {
    const given = Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const answer = readCallback(new URLSearchParams(given));
    const asked =
      answer.requestToken === undefined ? undefined : await findOauthRequest(context.db, answer.requestToken);
    if (asked !== undefined && (await isLinkSession(context.db, asked.session))) {
      const refused = await takeForLink(context, answer, asked, take);
      return { location: refused === undefined ? '/authorized' : `/authorized?problem=${refused}` };
    }
    const within = withinSession(context);
    // Whoever is not signed in here did not begin it here.
    if (within === undefined) return { location: '/connections?problem=other_browser' };
    const problem = await take(within.importer, answer, within.session);
    const connection =
      asked === undefined ? undefined : await within.importer.connection(asked.connectionId).catch(() => undefined);
    if (connection === undefined) return { location: `/connections?problem=${problem ?? 'unknown_sign_in'}` };
    const action = problem === undefined ? 'connection.authorized' : 'connection.not_authorized';
    await noteConnection(within, connection, action, problem === undefined ? {} : { became: { problem } });
    const search = problem === undefined ? '' : `?problem=${problem}`;
    const isNew = connection.phase === 'authorizing' || connection.phase === 'choosing';
    return { location: `/connections/${connection.id}${isNew ? '/set-up' : ''}${search}` };
  },
});
