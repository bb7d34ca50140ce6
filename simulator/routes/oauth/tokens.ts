import type { FastifyInstance, FastifyReply } from 'fastify';
import { gatewayError, invalidToken } from '../../errors.js';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedRequestToken } from '../../state/tokens.js';
import { consentRoutes } from './consent.js';
import { percentEncode } from './signature.js';
import { verifyConsumer, verifyUser, verifyWith } from './verify.js';

/** A refusal in plain text, as X answers access_token (docs/x-ads-api.md §3.4). */
class PlainRefusal extends Error {
  override readonly name = 'PlainRefusal';
}

const form = (reply: FastifyReply, fields: Readonly<Record<string, string>>): FastifyReply =>
  reply
    .headers({
      pragma: 'no-cache',
      'cache-control': 'no-cache, no-store, must-revalidate, pre-check=0, post-check=0',
    })
    .type('text/html; charset=utf-8')
    .send(
      Object.entries(fields)
        .map(([name, value]) => `${name}=${percentEncode(value)}`)
        .join('&'),
    );

/** The calls with which an app gets and gives up tokens, and the pages between them (docs/x-ads-api.md §3). */
export const oauthRoutes = (app: FastifyInstance, simulator: Simulator): void => {
  const { tokens, clock, options } = simulator;

  app.post('/oauth/request_token', async (request, reply) => {
    const callback = verifyConsumer(simulator, request).get('oauth_callback') ?? '';
    // Callbacks must match exactly, or be `oob` (docs/x-ads-api.md §17.8).
    if (callback !== 'oob' && !options.callbacks.includes(callback)) {
      throw gatewayError(403, 415, 'Callback URL not approved for this client application.');
    }
    const made = tokens.request(callback, clock.wire());
    return form(reply, {
      oauth_token: made.token,
      oauth_token_secret: made.secret,
      oauth_callback_confirmed: 'true',
    });
  });

  /**
   * The request token, unless it was used, expired, denied or never issued; X refuses all of these alike
   * (docs/x-ads-api.md §17.9).
   */
  const pendingOf = (fields: ReadonlyMap<string, string>): IssuedRequestToken => {
    const token = fields.get('oauth_token') ?? '';
    if (token === '') throw new PlainRefusal('Request token missing');
    const pending = tokens.pending(token, clock.wire());
    if (pending === null) throw new PlainRefusal('Invalid request token.');
    return pending;
  };

  app.post('/oauth/access_token', async (request, reply) => {
    try {
      const fields = verifyWith(simulator, request, (sent) => pendingOf(sent).secret);
      const pending = pendingOf(fields);
      if (pending.user === null || pending.verifier === null || fields.get('oauth_verifier') !== pending.verifier) {
        throw new PlainRefusal('Error processing your OAuth request: Invalid oauth_verifier parameter');
      }
      pending.ended = true;
      const granted = tokens.grant(pending.user);
      return form(reply, {
        oauth_token: granted.token,
        oauth_token_secret: granted.secret,
        user_id: granted.user.userId,
        screen_name: granted.user.screenName,
      });
    } catch (error) {
      if (!(error instanceof PlainRefusal)) throw error;
      return reply.code(401).type('text/html; charset=utf-8').send(error.message);
    }
  });

  app.post('/1.1/oauth/invalidate_token', async (request, reply) => {
    const token = verifyUser(simulator, request);
    if (tokens.find(token.token) === null) throw invalidToken();
    tokens.revoke(token.token);
    return reply.type('application/json;charset=utf-8').send(JSON.stringify({ access_token: token.token }));
  });

  consentRoutes(app, simulator);
};
