import type { Queryable } from '../pool.js';

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly hasPassword: boolean;
  /** Whoever let the person in named the address, or a provider of identities has. */
  readonly emailVerified: boolean;
}

const SELECT = `select p.id, p.name, p.email, p.email_verified as "emailVerified", exists (
    select from app.sign_in_methods m where m.person_id = p.id and m.provider = 'credential') as "hasPassword"
  from app.people p`;

export const getPerson = async (db: Queryable, id: string): Promise<PersonRow | undefined> => {
  const { rows } = await db.query<PersonRow & Record<string, unknown>>(`${SELECT} where p.id = $1`, [id]);
  return rows[0];
};

export const findPersonByEmail = async (db: Queryable, email: string): Promise<PersonRow | undefined> => {
  const { rows } = await db.query<PersonRow & Record<string, unknown>>(`${SELECT} where p.email = lower($1)`, [email]);
  return rows[0];
};

/** The owner who joined first, of the workspace that was made first. */
export const firstOwner = async (db: Queryable): Promise<PersonRow | undefined> => {
  const { rows } = await db.query<PersonRow & Record<string, unknown>>(
    `${SELECT} join app.memberships m on m.person_id = p.id join app.workspaces w on w.id = m.workspace_id
     where m.role = 'owner' order by w.created_at, m.joined_at limit 1`,
  );
  return rows[0];
};

export const isAnybodyThere = async (db: Queryable): Promise<boolean> => {
  const { rows } = await db.query<{ there: boolean }>('select exists (select from app.people) as there');
  return rows[0]?.there === true;
};

/** @returns the person's id; undefined where the address is taken */
export const createPerson = async (
  db: Queryable,
  { name, email, emailVerified }: { readonly name: string; readonly email: string; readonly emailVerified: boolean },
): Promise<string | undefined> => {
  const { rows } = await db.query<{ id: string }>(
    `insert into app.people (name, email, email_verified) values ($1, lower($2), $3)
     on conflict (email) do nothing returning id`,
    [name, email, emailVerified],
  );
  return rows[0]?.id;
};

export const renamePerson = async (db: Queryable, id: string, name: string): Promise<void> => {
  await db.query('update app.people set name = $2, updated_at = now() where id = $1', [id, name]);
};

/** Sets or replaces the password. */
export const savePassword = async (db: Queryable, personId: string, hash: string): Promise<void> => {
  await db.query(
    `insert into app.sign_in_methods (person_id, provider, subject, password) values ($1::uuid, 'credential', $1::uuid::text, $2)
     on conflict (provider, subject) do update set password = excluded.password, updated_at = now()`,
    [personId, hash],
  );
};

export const passwordHashOf = async (db: Queryable, personId: string): Promise<string | undefined> => {
  const { rows } = await db.query<{ password: string }>(
    `select password from app.sign_in_methods where person_id = $1 and provider = 'credential'`,
    [personId],
  );
  return rows[0]?.password;
};

/** Somebody, as a provider of identities knows them. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export const personOfIdentity = async (db: Queryable, { issuer, subject }: Identity): Promise<string | undefined> => {
  const { rows } = await db.query<{ id: string }>(
    `select person_id as id from app.sign_in_methods where provider = $1 and issuer = $2 and subject = $3`,
    [`oidc:${issuer}`, issuer, subject],
  );
  return rows[0]?.id;
};

/** From now on the person signs in with this identity, too. */
export const linkIdentity = async (db: Queryable, personId: string, { issuer, subject }: Identity): Promise<void> => {
  await db.query(
    `insert into app.sign_in_methods (person_id, provider, issuer, subject) values ($1, $2, $3, $4)
     on conflict (provider, subject) do update set person_id = excluded.person_id, updated_at = now()`,
    [personId, `oidc:${issuer}`, issuer, subject],
  );
};

/** A workspace of a person, with who takes over their connections there: the one named, where they are in it; else its first other owner. */
export interface Inheritance {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly role: string;
  readonly heirId: string | null;
  readonly heirName: string | null;
}

/** @param heirId (Default: the first other owner of each workspace) */
export const heirsOf = async (tx: Queryable, personId: string, heirId?: string): Promise<readonly Inheritance[]> => {
  const { rows } = await tx.query<Inheritance & Record<string, unknown>>(
    `select m.workspace_id as "workspaceId", w.name as "workspaceName", m.role, h.id as "heirId", h.name as "heirName"
     from app.memberships m join app.workspaces w on w.id = m.workspace_id
     left join lateral (
       select p.id, p.name from app.memberships o join app.people p on p.id = o.person_id
       where o.workspace_id = m.workspace_id and o.person_id <> m.person_id
         and (case when $2::uuid is null then o.role = 'owner' else o.person_id = $2 end)
       order by o.joined_at, p.id limit 1) h on true
     where m.person_id = $1 order by w.created_at, w.id`,
    [personId, heirId ?? null],
  );
  return rows;
};

/** Deletes a person with passwords, identities, sessions and links. */
export const deletePersonRow = async (tx: Queryable, id: string): Promise<void> => {
  await tx.query('delete from app.people where id = $1', [id]);
};

export const verifyEmail = async (db: Queryable, personId: string): Promise<void> => {
  await db.query('update app.people set email_verified = true, updated_at = now() where id = $1', [personId]);
};

/** Ends the person's sessions. (Default: all of them) */
export const endSessions = async (db: Queryable, personId: string, exceptSessionId?: string): Promise<void> => {
  await db.query('delete from app.sessions where person_id = $1 and id is distinct from $2', [
    personId,
    exceptSessionId ?? null,
  ]);
};

export const setActiveWorkspace = async (db: Queryable, sessionId: string, workspaceId: string): Promise<void> => {
  await db.query('update app.sessions set active_workspace_id = $2 where id = $1', [sessionId, workspaceId]);
};

/**
 * What people call those who act: people, API keys, and whoever is at the command line. Ids that are unknown are left out.
 * @param ids as in `created_by` of a connection and `actor` of the audit
 */
export const namesOf = async (db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await db.query<{ id: string; name: string }>(
    `select id::text as id, name from app.people where id::text = any($1)
     union all select 'key:' || id, name from app.api_keys where 'key:' || id = any($1)`,
    [[...new Set(ids)]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
};
