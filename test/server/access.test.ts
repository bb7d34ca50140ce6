import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathOf, type RouteSpec } from '../../server/route.js';
import { routes } from '../../server/routes/index.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { createLink } from '../../store/people/links.js';
import { addAccounts } from '../store/database.js';
import { saveGrants } from '../../store/connection/grants.js';
import { type AskerName, ASKERS, ROWS, ROWS_OF, SAMPLES, type StandingName, STANDINGS } from './support/access-rows.js';
import { type Answer, cookieOf, type Credential, openSite, type Site } from './support/site.js';

/*
 * Every route of Fastify's own list is asked by everybody: each role, API keys of each kind, nobody, and on connections of each
 * standing. Requests are as empty as can be, so that whoever is let in mostly meets the validation, which comes
 * after the table. Temporal is
 * not there: whoever gets as far as asking it is let in.
 */
type Name = keyof typeof routes;

const SECRETS = {
  sealed: 'sealed-token-of-x-user',
  foreignName: 'Foreign Ads of Eve',
  hiddenName: 'Hidden Ads of Mia',
  foreignWorkspace: 'Foreign workspace',
  password: 'correct horse battery',
};

/** They end sessions, so they come last and with one of their own. */
const ENDS = new Set<Name>(['postSignOut', 'postSignOutEverywhere']);
const entries = Object.entries(routes) as unknown as readonly (readonly [Name, RouteSpec])[];
const all = [...entries].toSorted(([a], [b]) => Number(ENDS.has(a)) - Number(ENDS.has(b)));

let site: Site;
const people = new Map<AskerName, string>();
const credentials = new Map<AskerName, Credential>();
const connections = new Map<string, string>();
const forbiddenTexts: string[] = Object.values(SECRETS);

const addConnection = async (
  name: string,
  {
    createdBy = randomUUID() as string,
    privacy = 'workspace',
    team = null as string | null,
    workspace = DEFAULT_WORKSPACE,
  },
): Promise<string> => {
  const id = randomUUID();
  await site.db.query(
    `insert into importer.connections (id, workspace_id, display_name, created_by, privacy, team_id, phase, x_user_id)
     values ($1, $2, $3, $4, $5, $6, 'active', '7')`,
    [id, workspace, name, createdBy, privacy, team],
  );
  await saveGrants(site.db, id, [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
  return id;
};

/** A new session of a person, or the key. */
const credentialOf = async (asker: AskerName): Promise<Credential> => {
  const personId = people.get(asker);
  if (personId === undefined) return credentials.get(asker);
  const link = { kind: 'sign_in', workspaceId: DEFAULT_WORKSPACE, personId, createdBy: 'xads', minutes: 5 } as const;
  const { token } = await createLink(site.db, link);
  return cookieOf((await site.ask(`POST /links/${token}`, { body: {} })).setCookie);
};

beforeAll(async () => {
  site = await openSite();
  const { db } = site;
  for (const role of ['owner', 'admin', 'member', 'viewer'] as const)
    people.set(role, (await site.join(`A ${role}`, role)).id);
  credentials.set('read_key', await site.key('read'));
  credentials.set('read_write_key', await site.key('read_write'));
  const { rows: keys } = await db.query<{ id: string; scope: string }>('select id, scope from app.api_keys');
  const insert = async (sql: string, values: unknown[]) =>
    (await db.query<{ id: string }>(sql, values)).rows[0]?.id ?? '';
  const foreign = await insert('insert into app.workspaces (name) values ($1) returning id', [
    SECRETS.foreignWorkspace,
  ]);
  const makeTeam = 'insert into app.teams (workspace_id, name) values ($1, $2) returning id';
  const team = await insert(makeTeam, [DEFAULT_WORKSPACE, 'Team']);
  await db.query('insert into app.team_members (team_id, workspace_id, person_id) select $1, $2, unnest($3::uuid[])', [
    team,
    DEFAULT_WORKSPACE,
    [...people.values()],
  ]);
  await db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id) values ('7', 'acme', $1, 'key')`,
    [Buffer.from(SECRETS.sealed)],
  );
  await addAccounts(db, 'a1');
  connections.set('workspace', await addConnection('Shared Ads', {}));
  connections.set('team', await addConnection('Team Ads', { privacy: 'team', team }));
  connections.set('hidden', await addConnection(SECRETS.hiddenName, { privacy: 'private' }));
  connections.set('foreign', await addConnection(SECRETS.foreignName, { workspace: foreign }));
  connections.set('none', randomUUID());
  for (const [asker, id] of people)
    connections.set(`own ${asker}`, await addConnection('Own Ads', { createdBy: id, privacy: 'private' }));
  for (const { id, scope } of keys)
    connections.set(`own ${scope}_key`, await addConnection('Own Ads', { createdBy: `key:${id}`, privacy: 'private' }));
  const { rows } = await db.query<{ text: string }>(
    `select token as text from app.sessions union select password from app.sign_in_methods
     union select encode(key_hash, 'hex') from app.api_keys union select encode(token_hash, 'hex') from app.links
     union select id::text from app.workspaces where id = $1 union select id::text from importer.connections where workspace_id = $1`,
    [foreign],
  );
  forbiddenTexts.push(...rows.map(({ text }) => text).filter((text) => text !== connections.get('foreign')));
  credentials.forEach(
    (credential) =>
      credential !== undefined &&
      'authorization' in credential &&
      forbiddenTexts.push(credential.authorization.slice(7)),
  );
});
afterAll(() => site[Symbol.asyncDispose]());

/** With ids that nothing has, but for a connection's. */
const request = (route: RouteSpec, connectionId: string) =>
  `${route.method} ${pathOf(route)
    .replace(':id', connectionId)
    .replace(/:token/, randomBytes(16).toString('hex'))
    .replace(/:\w+/g, () => randomUUID())}${SAMPLES[route.name as Name] ?? ''}` as Parameters<Site['ask']>[0];

const send = async (route: RouteSpec, as: Credential, connectionId: string = randomUUID()): Promise<Answer> => {
  const answer = await site.ask(request(route, connectionId), {
    as,
    ...(route.body === undefined ? {} : { body: {} }),
  });
  for (const text of forbiddenTexts) expect(answer.text, `${route.name} tells a secret`).not.toContain(text);
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
