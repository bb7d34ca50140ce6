import { randomUUID } from 'node:crypto';
import { DEFAULT_WORKSPACE } from '../../../store/connection/connections.js';
import { saveGrants } from '../../../store/connection/grants.js';
import { createLink } from '../../../store/people/links.js';
import { addAccounts } from '../../store/database.js';
import type { AskerName } from './access-rows.js';
import { cookieOf, type Credential, openSite, type Site } from './site.js';

const SECRETS = {
  sealed: 'sealed-token-of-x-user',
  foreignName: 'Foreign Ads of Eve',
  hiddenName: 'Hidden Ads of Mia',
  foreignWorkspace: 'Foreign workspace',
  password: 'correct horse battery',
};

/** A site with somebody of each role, API keys of each kind, and connections of each standing, beside another workspace. */
export interface World {
  readonly site: Site;
  readonly people: ReadonlyMap<AskerName, string>;
  /** By standing; those that an asker made themselves are `own <asker>`. */
  readonly connections: ReadonlyMap<string, string>;
  /** A new session of a person, or the key. */
  readonly credentialOf: (asker: AskerName) => Promise<Credential>;
  /** Which secrets and which data of others a text holds. */
  readonly told: (text: string) => readonly string[];
}

const adder =
  (site: Site) =>
  async (
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

export const openWorld = async (): Promise<World> => {
  const site = await openSite();
  const people = new Map<AskerName, string>();
  const credentials = new Map<AskerName, Credential>();
  const connections = new Map<string, string>();
  const forbiddenTexts: string[] = Object.values(SECRETS);
  const addConnection = adder(site);
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
  return {
    site,
    people,
    connections,
    credentialOf: async (asker) => {
      const personId = people.get(asker);
      if (personId === undefined) return credentials.get(asker);
      const link = { workspaceId: DEFAULT_WORKSPACE, personId, createdBy: 'xads', minutes: 5 } as const;
      const { token } = await createLink(db, { kind: 'sign_in', ...link });
      return cookieOf((await site.ask(`POST /links/${token}`, { body: {} })).setCookie);
    },
    told: (text) => forbiddenTexts.filter((forbidden) => text.includes(forbidden)),
  };
};
