/** What a browser keeps between leaving for the provider of identities and coming back: worth nothing in another browser. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const MINUTES = 15;

const nameAt = (publicUrl: string): string => (publicUrl.startsWith('https:') ? '__Secure-xads.oidc' : 'xads.oidc');

const lineOf = (publicUrl: string, value: string, seconds: number): string =>
  [
    `${nameAt(publicUrl)}=${value}`,
    'Path=/oidc/callback',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${seconds}`,
    ...(publicUrl.startsWith('https:') ? ['Secure'] : []),
  ].join('; ');

export const keepUnderWay = (reply: FastifyReply, publicUrl: string, kept: string): void => {
  void reply.header('set-cookie', lineOf(publicUrl, kept, MINUTES * 60));
};

/** What was kept, once: it is taken from the browser. */
export const takeUnderWay = (request: FastifyRequest, reply: FastifyReply, publicUrl: string): string | undefined => {
  const name = `${nameAt(publicUrl)}=`;
  const found = (request.headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(name));
  void reply.header('set-cookie', lineOf(publicUrl, '', 0));
  return found?.slice(name.length);
};
