import { z } from 'zod';
import type { ConnectionStatus } from '../../client/shapes.js';
import type { Db } from '../../store/pool.js';

/** What of X's answers cannot be stored, by the simulator, which makes it so. */
const knownSchema = z.array(z.object({ what: z.string(), level: z.string(), id: z.string(), why: z.string() }));

const knownLeftOut = async (simulatorUrl: string, accountId: string): Promise<z.infer<typeof knownSchema>> => {
  const response = await fetch(`${simulatorUrl}/_simulator/left_out/${accountId}`);
  if (!response.ok) throw new Error(`the simulator answered ${response.status} when asked what is to be left out`);
  return knownSchema.parse(await response.json());
};

export interface LeftOutComparison {
  /** What was left out and why, in the importer's words. */
  readonly leftOut: readonly string[];
  /** Left out although X's answer has it, or not named although it is not stored. */
  readonly differences: readonly string[];
}

interface Failed {
  readonly account_id: string;
  readonly level: string;
  readonly entity_id: string;
  readonly reason: string;
}

/** Holds what the importer left out against what cannot be stored: none may be missing, and none more. */
export const compareLeftOut = async (
  db: Db,
  simulatorUrl: string,
  { accounts, leftOut: lists }: ConnectionStatus,
): Promise<LeftOutComparison> => {
  const leftOut = lists.flatMap(({ list, items }) => items.map(({ id, reason }) => `${list} ${id}: ${reason}`));
  const named = new Set(lists.flatMap(({ items }) => items.map(({ id }) => id)));
  const differences: string[] = [];
  for (const { accountId } of accounts) {
    const known = await knownLeftOut(simulatorUrl, accountId);
    const { rows } = await db.query<Failed>(
      `select distinct account_id, level, entity_id, reason from importer.ledger
       where account_id = $1 and state = 'failed'`,
      [accountId],
    );
    const failed = new Set(rows.map(({ level, entity_id: id }) => `${level} ${id}`));
    const unreadable = new Set(known.flatMap(({ what, level, id }) => (what === 'numbers' ? `${level} ${id}` : [])));
    leftOut.push(...rows.map(({ level, entity_id: id, reason }) => `numbers of ${level} ${id}: ${reason}`));
    for (const id of failed) if (!unreadable.has(id)) differences.push(`the numbers of ${id} were left out`);
    const { rows: entities } = await db.query<{ entity_id: string }>(
      'select entity_id from importer.entities where account_id = $1',
      [accountId],
    );
    // A row that says less than it should may be kept as far as it goes.
    const kept = new Set(entities.map(({ entity_id: id }) => id));
    for (const { what, level, id, why } of known) {
      if (what === 'row' && !named.has(id) && !kept.has(id))
        differences.push(`that ${level} ${id} is left out is not said (${why})`);
    }
    const { rows: notes } = await db.query<{ note: string }>(
      `select distinct note from importer.receipts where account_id = $1 and note is not null order by note`,
      [accountId],
    );
    leftOut.push(...notes.map(({ note }) => note));
    for (const { what, id, why } of known) {
      const metric = why.split(' ', 1)[0] ?? '';
      if (
        what === 'metric' &&
        notes.length > 0 &&
        !notes.some(({ note }) => note.includes(id) && note.includes(metric))
      )
        differences.push(`that ${metric} of ${id} is left out is not said`);
    }
  }
  return { leftOut, differences };
};
