import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveGrants } from '../../store/connection/grants.js';
import { addAccounts, addConnection, addRun } from '../store/database.js';
import { type Credential, emailOf, openSite, PASSWORD, type Site } from './support/site.js';

let site: Site;
let ada: { readonly id: string; readonly as: Credential };
beforeAll(async () => {
  site = await openSite();
  ada = await site.join('Ada', 'owner');
});
afterAll(() => site[Symbol.asyncDispose]());

const makerOf = async (connectionId: string): Promise<unknown> =>
  (await site.db.query('select created_by, privacy from importer.connections where id = $1', [connectionId])).rows[0];

test('somebody is invited with a role and teams, the link is shown once, and a withdrawn one opens nothing', async () => {
  const as = ada.as;
  const team = await site.ask('POST /teams', { as, body: { name: 'Paid social' } });
  expect(team.status).toBe(201);
  expect((await site.ask('POST /teams', { as, body: { name: 'Paid social' } })).body).toMatchObject({
    error: { fields: { name: 'Another team has this name.' } },
  });
  const teamId = String(team.body['id']);
  const invite = async (email: string) =>
    (await site.ask('POST /invitations', { as, body: { email, role: 'member', teamIds: [teamId] } }))
      .body as unknown as {
      link: string;
      expiresAt: string;
    };
  const { link, expiresAt } = await invite('Bea@example.com');
  expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(47.9 * 3_600_000);
  expect(link).toContain(`${site.publicUrl}/link/`);
  const { invitations } = (await site.ask('GET /invitations', { as })).body as unknown as { invitations: object[] };
  expect(invitations).toMatchObject([{ email: 'bea@example.com', role: 'member', createdByName: 'Ada' }]);
  expect(JSON.stringify(invitations)).not.toContain(link.slice(-20));
  const path = new URL(link).pathname.replace('/link/', '/links/') as `/${string}`;
  const used = await site.ask(`POST ${path}`, { body: { name: 'Bea', password: PASSWORD } });
  expect(used.status).toBe(204);
  const { members } = (await site.ask('GET /members', { as })).body as unknown as { members: object[] };
  expect(members).toMatchObject([
    { name: 'Ada', role: 'owner', can: { changeRole: { allowed: false }, remove: { allowed: false } } },
    {
      name: 'Bea',
      email: 'bea@example.com',
      role: 'member',
      teams: [{ name: 'Paid social' }],
      can: { remove: { allowed: true } },
    },
  ]);

  const withdrawn = await invite('cleo@example.com');
  const { invitations: open } = (await site.ask('GET /invitations', { as })).body as unknown as {
    invitations: { id: string }[];
  };
  expect((await site.ask(`DELETE /invitations/${open[0]?.id ?? ''}`, { as })).status).toBe(204);
  const gone = new URL(withdrawn.link).pathname.replace('/link/', '/links/') as `/${string}`;
  expect((await site.ask(`GET ${gone}`)).status).toBe(410);
});

test('an admin makes no owner, and takes none away; the last owner stays', async () => {
  const admin = await site.join('Cora', 'admin');
  const patch = (as: Credential, id: string, role: string) => site.ask(`PATCH /members/${id}`, { as, body: { role } });
  expect((await patch(admin.as, ada.id, 'viewer')).status).toBe(403);
  expect((await patch(admin.as, admin.id, 'owner')).status).toBe(403);
  expect((await site.ask('POST /invitations', { as: admin.as, body: { role: 'owner' } })).status).toBe(403);
  for (const change of [
    patch(ada.as, ada.id, 'admin'),
    site.ask(`DELETE /members/${ada.id}`, { as: ada.as, body: { transferTo: admin.id } }),
  ])
    expect((await change).body).toMatchObject({ error: { code: 'conflict', message: /keeps at least one owner/ } });
  // Of two owners who step back at once one stays.
  expect((await patch(ada.as, admin.id, 'owner')).status).toBe(204);
  const both = await Promise.all([patch(ada.as, ada.id, 'admin'), patch(admin.as, admin.id, 'admin')]);
  expect(both.map(({ status }) => String(status)).toSorted()).toEqual(['204', '409']);
  await site.db.query(`update app.memberships set role = 'owner' where person_id = $1`, [ada.id]);
  await site.db.query(`update app.memberships set role = 'admin' where person_id = $1`, [admin.id]);
});

test('whoever is removed is signed out, their connections are another’s, and the audit names them still', async () => {
  const dan = await site.join('Dan', 'member');
  const eve = await site.join('Eve', 'member');
  const connectionId = await addConnection(site.db);
  await site.db.query(`update importer.connections set created_by = $2, privacy = 'private' where id = $1`, [
    connectionId,
    dan.id,
  ]);
  const remove = (transferTo: string) => site.ask(`DELETE /members/${dan.id}`, { as: ada.as, body: { transferTo } });
  for (const heir of [dan.id, '7b0e5c6e-2f6c-4c1b-9a43-0a1d7d2d7a11'])
    expect((await remove(heir)).status).toBeGreaterThanOrEqual(400);
  expect((await site.ask('GET /me', { as: dan.as })).status).toBe(200);
  expect((await remove(eve.id)).status).toBe(204);
  expect((await site.ask('GET /me', { as: dan.as })).status).toBe(401);
  expect(await makerOf(connectionId)).toEqual({ created_by: eve.id, privacy: 'private' });

  const hidden = (await site.ask('GET /hidden-connections', { as: ada.as })).body as unknown as {
    connections: object[];
  };
  expect(hidden.connections).toMatchObject([{ id: connectionId, createdByName: 'Eve', privacy: 'private' }]);
  expect(
    (await site.ask(`POST /connections/${connectionId}/transfer`, { as: ada.as, body: { to: ada.id } })).status,
  ).toBe(204);
  expect(await makerOf(connectionId)).toMatchObject({ created_by: ada.id });

  await site.db.query('delete from app.people where id = $1', [dan.id]);
  const { entries } = (await site.ask('GET /audit', { as: ada.as })).body as unknown as { entries: object[] };
  expect(entries.slice(0, 2)).toMatchObject([
    { action: 'connection.transferred', actorName: 'Ada', from: { by: 'Eve' }, to: { by: 'Ada' } },
    {
      action: 'member.removed',
      actorName: 'Ada',
      subject: { name: 'Dan' },
      from: { role: 'member' },
      to: { toName: 'Eve' },
    },
  ]);
  expect(JSON.stringify(entries)).toContain('member.joined');
  await expect(site.db.query('delete from app.audit')).rejects.toThrow('only ever added to');
  await expect(site.db.query(`update app.audit set actor_name = 'nobody'`)).rejects.toThrow('only ever added to');
});

test('what was shared with a team that goes becomes private', async () => {
  const { body } = await site.ask('POST /teams', { as: ada.as, body: { name: 'Short-lived' } });
  const teamId = String(body['id']);
  const members = (personIds: readonly string[]) =>
    site.ask(`PUT /teams/${teamId}/members`, { as: ada.as, body: { personIds } });
  expect((await members([ada.id])).status).toBe(204);
  expect((await members(['7b0e5c6e-2f6c-4c1b-9a43-0a1d7d2d7a11'])).status).toBe(404);
  const connectionId = await addConnection(site.db);
  await site.db.query(`update importer.connections set privacy = 'team', team_id = $2 where id = $1`, [
    connectionId,
    teamId,
  ]);
  expect((await site.ask(`DELETE /teams/${teamId}`, { as: ada.as })).status).toBe(204);
  expect(await makerOf(connectionId)).toMatchObject({ privacy: 'private' });
});

test('an API key is shown once, opens its workspace, says when it was used, and opens nothing once revoked or expired', async () => {
  const make = async (body: object) =>
    (await site.ask('POST /api-keys', { as: ada.as, body })).body as unknown as { id: string; key: string };
  const { id, key } = await make({ name: 'Sheet', scope: 'read', expiresInDays: 1 });
  expect(key).toMatch(/^xads_[\w-]{43}$/);
  const as = { authorization: `Bearer ${key}` };
  const reach = async () =>
    (await site.ask('POST /connections/7b0e5c6e-2f6c-4c1b-9a43-0a1d7d2d7a11/transfer', { as, body: {} })).status;
  expect(await reach()).toBe(403);
  const list = await site.ask('GET /api-keys', { as: ada.as });
  expect(list.body).toMatchObject({
    apiKeys: [
      { name: 'Sheet', prefix: key.slice(0, 11), createdByName: 'Ada', lastUsedAt: expect.any(String) as string },
    ],
  });
  expect(list.text).not.toContain(key);
  await site.db.query(`update app.api_keys set expires_at = now() where id = $1`, [id]);
  expect(await reach()).toBe(401);
  const other = await make({ name: 'Sheet 2', scope: 'read_write' });
  expect((await site.ask(`DELETE /api-keys/${other.id}`, { as: ada.as })).status).toBe(204);
  expect((await site.ask(`DELETE /api-keys/${other.id}`, { as: ada.as })).status).toBe(404);
  expect((await site.ask('GET /me', { as: { authorization: `Bearer ${other.key}` } })).status).toBe(401);
});

test('the operator deletes a person, whose connections are handed over and whose name the audit keeps', async () => {
  const finn = await site.join('Finn', 'member');
  const gail = await site.join('Gail', 'member');
  const own = async (id: string): Promise<string> => {
    const connectionId = await addConnection(site.db);
    await site.db.query('update importer.connections set created_by = $2 where id = $1', [connectionId, id]);
    return connectionId;
  };
  const [first, second] = [await own(finn.id), await own(gail.id)];
  const deletePerson = (email: string, transferTo?: string) => site.operator.deletePerson({ email, transferTo });
  await expect(deletePerson('nobody@example.com')).rejects.toThrow('Nobody here');
  await expect(deletePerson(emailOf('Ada'))).rejects.toThrow('last owner of Default workspace');
  await expect(deletePerson(emailOf('Finn'), 'nobody@example.com')).rejects.toThrow('Nobody here');
  expect(await deletePerson('Finn@example.com', emailOf('Gail'))).toEqual({
    email: emailOf('Finn'),
    workspaces: 1,
    connectionsHandedOver: 1,
  });
  expect(await makerOf(first)).toMatchObject({ created_by: gail.id });
  expect((await site.ask('GET /me', { as: finn.as })).status).toBe(401);
  expect((await site.ask('POST /sign-in', { body: { email: emailOf('Finn'), password: PASSWORD } })).status).toBe(401);
  await deletePerson(emailOf('Gail'));
  expect(await makerOf(second)).toMatchObject({ created_by: ada.id });
  const { entries } = (await site.ask('GET /audit', { as: ada.as })).body as unknown as { entries: object[] };
  expect(entries).toMatchObject([
    { action: 'person.deleted', subject: { name: 'Gail' } },
    { action: 'person.deleted', subject: { name: 'Finn' } },
    ...entries.slice(2),
  ]);
});

test('the operator deletes a workspace once its connections have ended with their data, and its audit stays', async () => {
  const { rows } = await site.db.query<{ id: string }>(
    `insert into app.workspaces (name) values ('Agency') returning id`,
  );
  const id = rows[0]?.id ?? '';
  const hal = await site.join('Hal', 'owner', id);
  await addAccounts(site.db, 'a1');
  const runId = await addRun(site.db, 'a1');
  const { rows: made } = await site.db.query<{ id: string }>(
    `update importer.connections set workspace_id = $2, display_name = 'Theirs'
     where id = (select connection_id from importer.import_runs where id = $1) returning id`,
    [runId, id],
  );
  const theirs = made[0]?.id ?? '';
  const deleteWorkspace = () => site.operator.deleteWorkspace('Agency');
  await expect(site.operator.deleteWorkspace('Default workspace')).rejects.toThrow('stays');
  await expect(site.operator.deleteWorkspace('No such')).rejects.toThrow('There is no workspace');
  await expect(deleteWorkspace()).rejects.toThrow('"Theirs"');
  await site.db.query(`update importer.connections set phase = 'disconnected' where id = $1`, [theirs]);
  await expect(deleteWorkspace()).rejects.toThrow('Data that nobody else reads are still there: "Theirs"');
  // A connection elsewhere reads the account: what was read for both is its own from then on.
  const ours = await addConnection(site.db);
  await saveGrants(site.db, ours, [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
  expect(await deleteWorkspace()).toEqual({ id, name: 'Agency', connections: 1, members: 1 });
  const kept = await site.db.query('select connection_id as id from importer.import_runs where id = $1', [runId]);
  expect(kept.rows).toEqual([{ id: ours }]);
  expect((await site.ask('GET /me', { as: hal.as })).status).toBe(401);
  const audit = await site.db.query('select action from app.audit where workspace_id = $1 order by id', [id]);
  expect(audit.rows).toEqual([{ action: 'member.joined' }, { action: 'workspace.deleted' }]);
});

test('odd names are kept as they are, and what cannot be a name is said beside the field', async () => {
  const odd = `<img src=x onerror=alert(1)> '; drop table app.people; -- \u202e\u0007🦄`;
  expect((await site.ask('PATCH /me', { as: ada.as, body: { name: odd } })).status).toBe(204);
  expect((await site.ask('GET /me', { as: ada.as })).body).toMatchObject({ person: { name: odd } });
  for (const name of ['', '   ', 'x'.repeat(10_000), 'a\0b', 7]) {
    const { status, body } = await site.ask('PATCH /me', { as: ada.as, body: { name } });
    expect([status, body]).toMatchObject([
      400,
      { error: { code: 'invalid_request', fields: { name: expect.any(String) as string } } },
    ]);
  }
  expect((await site.ask('PATCH /me', { as: ada.as, body: { name: 'Ada', role: 'owner' } })).status).toBe(400);
});
