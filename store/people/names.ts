import type { Queryable } from '../pool.js';

/** Names of people and teams by id. Whoever is not a person of ours, such as a user of the command line, is their own name. */
export interface Names {
  person(id: string): string;
  team(id: string): string | undefined;
}

export const namesOf = async (
  db: Queryable,
  people: readonly string[],
  teams: readonly string[] = [],
): Promise<Names> => {
  const { rows } = await db.query<{ id: string; name: string }>(
    `select id::text, name from app.people where id::text = any($1)
     union all select id::text, name from app.teams where id::text = any($2)`,
    [[...new Set(people)], [...new Set(teams)]],
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return { person: (id) => names.get(id) ?? id, team: (id) => names.get(id) };
};
