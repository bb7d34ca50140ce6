/**
 * A link by which whoever has the X account authorizes a connection that somebody else made. It makes no account and opens
 * nothing here: it acts through the eyes of whoever made it, for this one deed, in the first browser that continues with it.
 */
import type { FastifyRequest } from 'fastify';
import type { CallbackQuery } from '../client/act/callback.js';
import type { Importer } from '../client/importer.js';
import type { ConnectionRow } from '../store/connection/connections.js';
import { getVisibleConnection } from '../store/connection/connections.js';
import { getOauthRequest, type OauthRequest, sessionHash } from '../store/connection/oauth-requests.js';
import { noteDeed } from '../store/people/audit.js';
import {
  type AuthorizationLink,
  linkOfBrowser,
  readAuthorizationLink,
  spendAuthorizationLink,
} from '../store/people/authorization-links.js';
import { membershipsOf } from '../store/people/memberships.js';
import { permitsOn, standingOf } from './access.js';
import { RefusedRequest } from './errors.js';
import type { PublicContext } from './route.js';

export const AUTHORIZATION_LINK_DAYS = 7;
/** X's answer is exchanged within a second or two; a page need not wait for longer. */
const EXCHANGE_MS = 8_000;

const cookieName = (publicUrl: string): string =>
  publicUrl.startsWith('https:') ? '__Secure-xads.authorization' : 'xads.authorization';

/** The cookie by which a browser is known that has continued with a link; for as long as the link may be open. */
export const browserCookie = (publicUrl: string, browser: string): string =>
  [
    `${cookieName(publicUrl)}=${browser}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${AUTHORIZATION_LINK_DAYS * 86_400}`,
    ...(publicUrl.startsWith('https:') ? ['Secure'] : []),
  ].join('; ');

export const browserOf = ({ headers }: FastifyRequest, publicUrl: string): string | undefined => {
  const name = `${cookieName(publicUrl)}=`;
  const found = (headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(name));
  const value = found?.slice(name.length);
  return value !== undefined && /^[\w-]{20,200}$/.test(value) ? value : undefined;
};

export const authorizationAddress = (publicUrl: string, token: string): string =>
  new URL(`/authorize/${token}`, publicUrl).href;

const linkOver = (): RefusedRequest =>
  new RefusedRequest(
    410,
    'link_used',
    'This link has been used, withdrawn or is too old. Ask whoever gave it to you for another one.',
  );

export interface WithinLink {
  readonly link: AuthorizationLink;
  readonly connection: ConnectionRow;
  readonly importer: Importer;
}

/** What whoever made the link may still do; undefined where they may not sign the connection in any more. */
const throughMaker = async (
  { db, options }: PublicContext,
  link: AuthorizationLink,
): Promise<WithinLink | undefined> => {
  const memberships = await membershipsOf(db, link.createdBy);
  const here = memberships.find(({ workspaceId }) => workspaceId === link.workspaceId);
  if (here === undefined) return undefined;
  const { role, teams, workspaceId } = here;
  const viewer = {
    kind: 'member',
    workspaceId,
    personId: link.createdBy,
    teamIds: teams.map(({ id }) => id),
    role,
  } as const;
  const connection = await getVisibleConnection(db, viewer, link.connectionId);
  if (connection === undefined) return undefined;
  if (!permitsOn('change_connection', role, standingOf(connection, link.createdBy)).allowed) return undefined;
  return { link, connection, importer: options.importerFor(viewer, link.createdBy) };
};

/** @throws {RefusedRequest} where it cannot be used any more, or never could */
export const requireAuthorizationLink = async (context: PublicContext, token: string): Promise<WithinLink> => {
  const link = await readAuthorizationLink(context.db, token);
  const within = link === undefined ? undefined : await throughMaker(context, link);
  if (within === undefined) throw linkOver();
  return within;
};

const noteAuthorization = (context: PublicContext, { link, connection }: WithinLink, problem: string | undefined) =>
  noteDeed(context.db, {
    workspaceId: link.workspaceId,
    actor: `link:${link.id}`,
    actorName: `Whoever got the link of ${link.createdByName}`,
    action: problem === undefined ? 'connection.authorized' : 'connection.not_authorized',
    subjectKind: 'connection',
    subjectId: connection.id,
    subjectName: connection.displayName,
    ...(problem === undefined ? {} : { became: { problem } }),
    address: context.ip,
  });

/** Why X's answer led to nothing, where that is known soon: another X user, for instance. */
const refusalOf = async ({ db }: PublicContext, requestId: string): Promise<string | undefined> => {
  const until = performance.now() + EXCHANGE_MS;
  while (performance.now() < until) {
    const request = await getOauthRequest(db, requestId);
    if (request?.state === 'failed') return request.problem?.code ?? 'sign_in_failed';
    if (request?.state !== 'callback_received') return undefined;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
};

/** Takes X's answer in the browser that has continued with a link. Answers a code of the catalogue where it came to nothing. */
export const takeForLink = async (
  context: PublicContext,
  answer: CallbackQuery,
  begun: OauthRequest,
  take: (importer: Importer, answer: CallbackQuery, session: string) => Promise<string | undefined>,
): Promise<string | undefined> => {
  const browser = browserOf(context.request, context.options.publicUrl);
  if (browser === undefined || begun.session !== sessionHash(browser)) return 'other_browser';
  const link = await linkOfBrowser(context.db, browser);
  if (link === undefined) return 'link_used';
  if (!link.isOpen) return begun.state === 'exchanged' ? 'replayed' : 'link_used';
  const within = await throughMaker(context, link);
  if (within === undefined) return 'link_used';
  const problem = (await take(within.importer, answer, browser)) ?? (await refusalOf(context, begun.id));
  if (problem === undefined) await spendAuthorizationLink(context.db, link.id);
  await noteAuthorization(context, within, problem);
  return problem;
};
