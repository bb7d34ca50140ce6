import type { Queryable } from '../pool.js';

/** The names of teams; ids that are unknown are left out. */
export const teamNamesOf = async (db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; name: string }>(
    'select id::text, name from app.teams where id::text = any($1)',
    [[...new Set(ids)]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
};
