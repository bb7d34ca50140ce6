import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

const YEAR_S = 31_536_000;

/** Of answers that are no pages. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/** Of the console. Styles come from our own files, and from tags that bear the nonce of this answer. */
export const pagePolicy = (nonce: string, xApiUrl: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self' ${xApiUrl}`,
  ].join('; ');

export const setPolicy = (reply: FastifyReply, policy: string): FastifyReply =>
  reply.header('content-security-policy', policy);

/** The headers of every answer. HSTS only where people reach the server by https. */
export const addHeaders = async (app: FastifyInstance, publicUrl: string): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    // Addresses of links bear a token: no other site learns them.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: publicUrl.startsWith('https:') ? { maxAge: YEAR_S, includeSubDomains: false } : false,
  });
  app.addHook('onRequest', async (_request, reply) => {
    void setPolicy(reply, NO_PAGE).header('cache-control', 'no-store');
  });
};
