import { createHash } from 'node:crypto';
import type { Queryable } from './pool.js';

/** A request under a key that its sender has chosen. */
export interface KeyedRequest {
  readonly workspaceId: string;
  readonly key: string;
  readonly route: string;
  /** All that decides what is done. */
  readonly request: string;
}

export type Known =
  | { readonly kind: 'new' }
  | { readonly kind: 'under_way' }
  /** The key was used for another request. */
  | { readonly kind: 'other' }
  | { readonly kind: 'answered'; readonly answer: unknown };

const KEPT = `interval '24 hours'`;
/** Whoever worked on it for longer than this has died. */
const WORKED_ON = `interval '2 minutes'`;

const hashOf = ({ route, request }: KeyedRequest): Buffer =>
  createHash('sha256').update(`${route}\n${request}`).digest();

/** What is known of a request; a new one is the caller's to do, and nobody else's. */
export const claimRequest = async (db: Queryable, keyed: KeyedRequest): Promise<Known> => {
  const hash = hashOf(keyed);
  await db.query(
    `delete from app.repeatable_answers where asked_at < now() - ${KEPT}
       or (workspace_id, key) = ($1, $2) and answer is null and asked_at < now() - ${WORKED_ON}`,
    [keyed.workspaceId, keyed.key],
  );
  const { rowCount } = await db.query(
    `insert into app.repeatable_answers (workspace_id, key, route, request_sha256) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [keyed.workspaceId, keyed.key, keyed.route, hash],
  );
  if (rowCount === 1) return { kind: 'new' };
  const { rows } = await db.query<{ same: boolean; answer: unknown }>(
    `select request_sha256 = $3 as same, answer from app.repeatable_answers where (workspace_id, key) = ($1, $2)`,
    [keyed.workspaceId, keyed.key, hash],
  );
  const [known] = rows;
  if (known === undefined) return { kind: 'under_way' };
  if (!known.same) return { kind: 'other' };
  return known.answer === null ? { kind: 'under_way' } : { kind: 'answered', answer: known.answer };
};

/** Keeps the answer for a day. */
export const keepAnswer = async (db: Queryable, { workspaceId, key }: KeyedRequest, answer: unknown): Promise<void> => {
  await db.query(`update app.repeatable_answers set answer = $3 where (workspace_id, key) = ($1, $2)`, [
    workspaceId,
    key,
    JSON.stringify(answer),
  ]);
};

/** It was refused, or failed: whoever repeats it tries anew. */
export const giveUpRequest = async (db: Queryable, { workspaceId, key }: KeyedRequest): Promise<void> => {
  await db.query(`delete from app.repeatable_answers where (workspace_id, key) = ($1, $2) and answer is null`, [
    workspaceId,
    key,
  ]);
};
