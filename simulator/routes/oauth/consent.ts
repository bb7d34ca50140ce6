import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedRequestToken } from '../../state/tokens.js';
import { userNamed, type User } from '../../world/users.js';
import { consentPage, deniedPage, invalidPage, pinPage } from './pages.js';
import { parsePairs } from './signature.js';
import { bodyPairs } from './verify.js';

const COOKIE = 'simulated_x_user';

const queryOf = (request: FastifyRequest): ReadonlyMap<string, string> =>
  new Map(parsePairs(request.originalUrl.split('?', 2)[1] ?? ''));

const signedInUser = (request: FastifyRequest): User | null => {
  const match = new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_]+)`).exec(request.headers.cookie ?? '');
  return (match?.[1] === undefined ? undefined : userNamed(match[1])) ?? null;
};

/** Proves that a form was served for this request token. */
const authenticity = (simulator: Simulator, token: string): string =>
  createHmac('sha256', simulator.options.consumerSecret).update(token).digest('hex').slice(0, 32);

const html = (reply: FastifyReply, status: number, page: string): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').send(page);

/** Appends parameters to a callback, which may have a query of its own (docs/x-ads-api.md §3.1, inferred). */
const back = (callback: string, parameters: Readonly<Record<string, string>>): string => {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${callback}${callback.includes('?') ? '&' : '?'}${query.join('&')}`;
};

const allow = (simulator: Simulator, reply: FastifyReply, pending: IssuedRequestToken, user: User): FastifyReply => {
  const verifier = simulator.tokens.approve(pending, user);
  void reply.header('set-cookie', `${COOKIE}=${user.screenName}; Path=/oauth; HttpOnly; SameSite=Lax`);
  if (pending.callback === 'oob') return html(reply, 200, pinPage(verifier));
  return reply.redirect(back(pending.callback, { oauth_token: pending.token, oauth_verifier: verifier }), 302);
};

const deny = (reply: FastifyReply, pending: IssuedRequestToken): FastifyReply => {
  pending.ended = true;
  const callback = pending.callback === 'oob' ? null : back(pending.callback, { denied: pending.token });
  return html(reply, 200, deniedPage(callback));
};

/** The pages that a person sees, at the same paths as X's (docs/x-ads-api.md §3.1, step 2). */
export const consentRoutes = (app: FastifyInstance, simulator: Simulator): void => {
  const pendingOf = (token: string | undefined): IssuedRequestToken | null => {
    const pending = simulator.tokens.pending(token ?? '', simulator.clock.wire());
    return pending === null || pending.verifier !== null ? null : pending;
  };
  for (const kind of ['authorize', 'authenticate'] as const) {
    app.get(`/oauth/${kind}`, async (request, reply) => {
      const query = queryOf(request);
      const pending = pendingOf(query.get('oauth_token'));
      if (pending === null) return html(reply, 401, invalidPage());
      const forced = query.get('force_login') === 'true';
      const user = forced ? null : signedInUser(request);
      // Only `authenticate` skips the page, and only for a user who has approved the app before.
      if (kind === 'authenticate' && user !== null && simulator.tokens.hasApproved(user)) {
        return allow(simulator, reply, pending, user);
      }
      const page = consentPage({
        token: pending.token,
        authenticityToken: authenticity(simulator, pending.token),
        action: `/oauth/${kind}`,
        signedIn: user,
        suggested: query.get('screen_name') ?? '',
      });
      return html(reply, 200, page);
    });
    app.post(`/oauth/${kind}`, async (request, reply) => {
      const form = bodyPairs(request);
      const pending = pendingOf(form.get('oauth_token'));
      const genuine = pending !== null && form.get('authenticity_token') === authenticity(simulator, pending.token);
      if (!genuine) return html(reply, 401, invalidPage());
      if (form.get('decision') === 'cancel') return deny(reply, pending);
      const user = userNamed(form.get('screen_name') ?? '') ?? signedInUser(request);
      if (user === null) return html(reply, 400, invalidPage());
      return allow(simulator, reply, pending, user);
    });
  }
  app.post('/oauth/sign_out', async (request, reply) => {
    const token = bodyPairs(request).get('oauth_token') ?? '';
    void reply.header('set-cookie', `${COOKIE}=; Path=/oauth; Max-Age=0`);
    return reply.redirect(`/oauth/authorize?oauth_token=${encodeURIComponent(token)}`, 302);
  });
};
