import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

type Member = Extract<Viewer, { kind: 'member' }>;

export type SavedViewKind = 'view' | 'columns';

export interface SavedView {
  readonly id: string;
  readonly kind: SavedViewKind;
  readonly name: string;
  /** With the workspace; else it is the viewer's own. */
  readonly shared: boolean;
  /** Who saved it; null where they are gone. */
  readonly personId: string | null;
  readonly personName: string | null;
  /** The words of the address bar. */
  readonly view: Readonly<Record<string, string>>;
}

const COLUMNS = `v.id, v.kind, v.name, v.shared, v.person_id as "personId", p.name as "personName", v.view`;
/** A viewer sees their own and those that are shared with the workspace. */
const SEEN = `app.saved_views v left join app.people p on p.id = v.person_id
  where v.workspace_id = $1 and (v.shared or v.person_id::text = $2)`;

/** By name; the viewer's own first. */
export const savedViews = async (db: Queryable, { workspaceId, personId }: Member): Promise<readonly SavedView[]> => {
  const { rows } = await db.query<SavedView & Record<string, unknown>>(
    `select ${COLUMNS} from ${SEEN} order by v.shared, lower(v.name), v.id`,
    [workspaceId, personId],
  );
  return rows;
};

/** Undefined where the viewer sees none of that id. */
export const findSavedView = async (
  db: Queryable,
  { workspaceId, personId }: Member,
  id: string,
): Promise<SavedView | undefined> => {
  const { rows } = await db.query<SavedView & Record<string, unknown>>(`select ${COLUMNS} from ${SEEN} and v.id = $3`, [
    workspaceId,
    personId,
    id,
  ]);
  return rows[0];
};

export type SavedViewContent = Pick<SavedView, 'name' | 'shared' | 'view'>;

/** @throws what `isTakenName` recognizes */
export const saveView = async (
  db: Queryable,
  { workspaceId, personId }: Member,
  { kind, name, shared, view }: SavedViewContent & Pick<SavedView, 'kind'>,
): Promise<string> => {
  const { rows } = await db.query<{ id: string }>(
    `insert into app.saved_views (workspace_id, kind, name, person_id, shared, view) values ($1, $2, $3, $4, $5, $6) returning id`,
    [workspaceId, kind, name, personId, shared, view],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a view was not stored');
  return row.id;
};

/** @throws what `isTakenName` recognizes */
export const changeView = async (
  db: Queryable,
  id: string,
  { name, shared, view }: SavedViewContent,
): Promise<void> => {
  await db.query('update app.saved_views set name = $2, shared = $3, view = $4, updated_at = now() where id = $1', [
    id,
    name,
    shared,
    view,
  ]);
};

export const removeView = async (db: Queryable, id: string): Promise<void> => {
  await db.query('delete from app.saved_views where id = $1', [id]);
};

/** Which of these ids of entities the viewer does not see. */
export const goneEntities = async (
  db: Queryable,
  viewer: Viewer,
  levels: readonly string[],
  ids: readonly string[],
): Promise<readonly string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select asked.id from unnest($3::text[]) as asked (id) where not exists (
       select from importer.entities e join importer.visible_accounts($1) a on a.id = e.account_id
       where e.level::text = any($2::text[]) and e.entity_id = asked.id)`,
    [viewer, levels, ids],
  );
  return rows.map(({ id }) => id);
};

/** Which of these ids of accounts the viewer does not see. */
export const goneAccounts = async (
  db: Queryable,
  viewer: Viewer,
  ids: readonly string[],
): Promise<readonly string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select asked.id from unnest($2::text[]) as asked (id)
     where not exists (select from importer.visible_accounts($1) a where a.id = asked.id)`,
    [viewer, ids],
  );
  return rows.map(({ id }) => id);
};
