import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOidc, oidcCallback } from '../../server/oidc.js';
import { createLink } from '../../store/people/links.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { cookieOf, type Credential, emailOf, openSite, PASSWORD, type Site } from './support/site.js';

/* A real provider of identities, whose user is whoever the test says. */

const publicUrl = 'http://127.0.0.1:8080';
const CLIENT = { id: 'x-ads-importer', secret: 'a-secret-of-the-client-that-nobody-guesses' };

interface User {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
}

let site: Site;
let server: Server;
let user: User = { sub: '0', email: '', email_verified: true, name: '' };

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [oidcCallback(publicUrl)] }],
    cookies: { keys: ['of the test'] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...user, sub }) }),
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    void provider.interactionFinished(request, response, { login: { accountId: user.sub } });
  });
  const oidc = createOidc({
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    allowedDomains: ['example.com'],
    allowHttp: true,
  });
  site = await openSite({ publicUrl, oidc });
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Goes to the provider and through its pages, as a browser does. Answers the way back. */
const throughProvider = async (location: string): Promise<string> => {
  const jar = new Map<string, string>();
  let url = location;
  while (!url.startsWith(oidcCallback(publicUrl))) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    url = new URL(next, url).href;
  }
  return url.slice(publicUrl.length);
};

interface CameBack {
  readonly location: string;
  readonly as: Credential;
}

const signIn = async (as?: Credential, back = '/connections'): Promise<CameBack & { readonly way: string }> => {
  const begun = await site.ask(`GET /sign-in/oidc?back=${encodeURIComponent(back)}`);
  const way = await throughProvider(String(begun.headers['location']));
  const kept = cookieOf(begun.setCookie);
  const cookie = [kept, as].flatMap((each) => (each !== undefined && 'cookie' in each ? each.cookie : [])).join('; ');
  const came = await site.ask(`GET ${way}` as 'GET /', { as: { cookie } });
  return { location: String(came.headers['location']), as: cookieOf(came.setCookie), way };
};
const meOf = async (as: Credential) => (await site.ask('GET /me', { as })).body;

const invite = (email: string) =>
  createLink(site.db, {
    kind: 'invitation',
    workspaceId: DEFAULT_WORKSPACE,
    role: 'viewer',
    email,
    createdBy: 'xads',
    minutes: 10,
  });

test('whom an invitation names comes in with its role, and from then on by the identity, whatever its address becomes', async () => {
  expect((await site.ask('GET /sign-in-ways')).body).toMatchObject({ password: true, oidc: { name: '127.0.0.1' } });
  user = { sub: 'ada', email: 'Ada@example.com', email_verified: true, name: 'Ada Lovelace' };
  expect((await signIn()).location).toBe('/sign-in?problem=oidc_unknown');
  await invite('ada@example.com');
  const came = await signIn(undefined, '/data-health?x=1');
  expect(came.location).toBe('/data-health?x=1');
  expect(await meOf(came.as)).toMatchObject({
    person: { name: 'Ada Lovelace', email: 'ada@example.com' },
    role: 'viewer',
  });
  user = { ...user, email: 'ada.king@example.com' };
  expect(await meOf((await signIn()).as)).toMatchObject({ person: { email: 'ada@example.com' } });
  // It is not said to a page of another site where to go.
  for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example'])
    expect((await signIn(undefined, back)).location).toBe('/connections');
});

test('an address that is not proved, or of another domain, lets nobody in', async () => {
  await invite('bea@example.com');
  user = { sub: 'bea', email: 'bea@example.com', email_verified: false, name: 'Bea' };
  expect((await signIn()).location).toBe('/sign-in?problem=oidc_unverified');
  await invite('bea@example.org');
  user = { sub: 'bea', email: 'bea@example.org', email_verified: true, name: 'Bea' };
  const refused = await signIn();
  expect(refused.location).toBe('/sign-in?problem=oidc_domain');
  expect((await site.ask('GET /me', { as: refused.as })).status).toBe(401);
});

test('an account whose address nobody has named is taken over only by whoever is signed in to it', async () => {
  // Whoever made it may have typed the address of somebody else.
  const eve = await site.join('Eve', 'member');
  user = { sub: 'eve', email: emailOf('Eve'), email_verified: true, name: 'Eve' };
  expect((await signIn()).location).toBe('/sign-in?problem=oidc_unproved');
  expect((await signIn(eve.as)).location).toBe('/connections');
  expect(await meOf((await signIn()).as)).toMatchObject({ person: { id: eve.id } });
  // Her password goes on.
  expect((await site.ask('POST /sign-in', { body: { email: emailOf('Eve'), password: PASSWORD } })).status).toBe(204);
});

test('the answer of the provider counts in the browser that began it, and once', async () => {
  user = { sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' };
  const begun = await site.ask('GET /sign-in/oidc');
  const way = (await throughProvider(String(begun.headers['location']))) as '/';
  const other = await site.ask('GET /sign-in/oidc');
  for (const as of [undefined, cookieOf(other.setCookie)])
    expect((await site.ask(`GET ${way}`, { as })).headers['location']).toBe('/sign-in?problem=oidc_failed');
  const as = cookieOf(begun.setCookie);
  expect((await site.ask(`GET ${way}`, { as })).headers['location']).toBe('/connections');
  expect((await site.ask(`GET ${way}`, { as })).headers['location']).toBe('/sign-in?problem=oidc_failed');
});
