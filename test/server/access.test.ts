import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathOf, type RouteSpec } from '../../server/route.js';
import { routes } from '../../server/routes/index.js';
import { ASKERS, ROWS, ROWS_OF, SAMPLES, type StandingName, STANDINGS } from './support/access-rows.js';
import type { Answer, Credential, Site } from './support/site.js';
import { openWorld, type World } from './support/world.js';

/*
 * Every route of Fastify's own list is asked by everybody: each role, API keys of each kind, nobody, and on connections of each
 * standing. Requests are well formed, so that whoever is let in gets an answer. Temporal is not there: whoever gets as far as
 * asking it is let in.
 */
type Name = keyof typeof routes;

/** They end sessions, so they come last and with one of their own. */
const ENDS = new Set<Name>(['postSignOut', 'postSignOutEverywhere']);
const entries = Object.entries(routes) as unknown as readonly (readonly [Name, RouteSpec])[];
const all = [...entries].toSorted(([a], [b]) => Number(ENDS.has(a)) - Number(ENDS.has(b)));

let world: World;
let site: Site;
let connections: World['connections'];
let credentialOf: World['credentialOf'];

beforeAll(async () => {
  world = await openWorld();
  ({ site, connections, credentialOf } = world);
});
afterAll(() => site[Symbol.asyncDispose]());

/** With ids that nothing has, but for a connection's. */
const request = (route: RouteSpec, connectionId: string) => {
  const { query = {} } = SAMPLES[route.name as Name] ?? {};
  const search = new URLSearchParams(query).toString();
  const path = pathOf(route)
    .replace(':id', connectionId)
    .replace(/:token/, randomBytes(16).toString('hex'))
    .replace(':day', '2026-01-01')
    .replace(/:\w+/g, () => randomUUID());
  return `${route.method} ${path}${search === '' ? '' : `?${search}`}` as Parameters<Site['ask']>[0];
};

const send = async (route: RouteSpec, as: Credential, connectionId: string = randomUUID()): Promise<Answer> => {
  const { body = {}, headers = {} } = SAMPLES[route.name as Name] ?? {};
  const answer = await site.ask(request(route, connectionId), {
    as,
    headers,
    ...(route.body === undefined ? {} : { body }),
  });
  expect(world.told(answer.text), `${route.name} tells a secret`).toEqual([]);
  return answer;
};

const outcomeOf = ({ status, body }: Answer): string => {
  if (status === 401) return 'signed out';
  if (status === 403) return 'forbidden';
  if (status === 404 && JSON.stringify(body).includes('such connection')) return 'no such connection';
  return status < 500 || [503, 504].includes(status) ? 'let in' : `failed: ${JSON.stringify(body)}`;
};

test('every route that Fastify knows has a row, and there are no others', () => {
  const defined = all.map(([, route]) => `${route.method} ${pathOf(route)}`);
  expect([...site.listed].toSorted()).toEqual(defined.toSorted());
  expect(all.map(([name, route]) => [name, route.name]).filter(([name, own]) => name !== own)).toEqual([]);
});

test('nobody who is signed out gets further than to be told so', async () => {
  for (const [name, route] of all) {
    const expected = ROWS[name] === 'anybody' ? 'let in' : 'signed out';
    for (const as of [
      undefined,
      { cookie: 'xads.session_token=forged.forged' },
      { authorization: `Bearer xads_${'A'.repeat(43)}` },
    ]) {
      const outcome = outcomeOf(await send(route, as));
      // Whoever signs in with nothing is told that it is wrong.
      if (name !== 'postSignIn') expect([name, outcome]).toEqual([name, expected]);
    }
  }
});

describe.each(ASKERS)('%s', (asker) => {
  test('does in the workspace what the table says, and nothing else', async () => {
    const as = await credentialOf(asker);
    for (const [name, route] of all) {
      const row = ROWS_OF[ROWS[name]];
      if (!('who' in row) || row.who === 'anybody') continue;
      const outcome = outcomeOf(await send(route, ENDS.has(name) ? await credentialOf(asker) : as));
      expect([name, outcome]).toEqual([name, row.who.includes(asker) ? 'let in' : 'forbidden']);
    }
  });

  test('does with connections what the table says; one that they may not see is like one that does not exist', async () => {
    const as = await credentialOf(asker);
    // A key is in no team: what is shared with one is hidden from it.
    const standings = STANDINGS.map((standing): [StandingName, string | undefined] => [
      standing === 'team' && asker.endsWith('key') ? 'hidden' : standing,
      connections.get(standing === 'own' ? `own ${asker}` : standing),
    ]);
    for (const [name, route] of all) {
      const row = ROWS_OF[ROWS[name]];
      if (!('on' in row)) continue;
      const may = row.on[asker];
      for (const [standing, id] of standings) {
        const answer = await send(route, as, id);
        const seen = standing === 'own' || standing === 'workspace' || standing === 'team';
        const refused = seen ? 'forbidden' : 'no such connection';
        const expected = may === undefined ? 'forbidden' : may.includes(standing) ? 'let in' : refused;
        expect([name, standing, outcomeOf(answer)]).toEqual([name, standing, expected]);
      }
    }
  });
});
