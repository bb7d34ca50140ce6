import type { FastifyRequest } from 'fastify';
import { forbidden } from './errors.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/**
 * Refuses a change that another site's page sends with the visitor's cookie. Browsers name their origin with every change; what
 * is no browser and brings a cookie must do so, too.
 * @throws {RefusedRequest}
 */
export const requireSameOrigin = (request: FastifyRequest, publicUrl: string, withCookie: boolean): void => {
  if (READS.has(request.method)) return;
  const { origin, 'sec-fetch-site': site, host } = request.headers;
  const fromElsewhere =
    (site !== undefined && site !== 'same-origin') ||
    (origin !== undefined && origin !== publicUrl && hostOf(origin) !== host) ||
    (withCookie && origin === undefined && site === undefined);
  if (fromElsewhere) throw forbidden('This was sent by a page of another site. Open the console and do it there.');
};
