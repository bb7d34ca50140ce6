import type { Queryable } from '../pool.js';

/** Tries within a minute, before the next is refused. */
const LIMIT = 5;
/**
 * The same for one account from whatever addresses, in ten minutes. It is loose, and does not count for an address from which
 * the person is signed in: a stranger who guesses must not lock anybody out.
 */
const LOOSE_LIMIT = 50;
const WINDOW_S = 60;
const LOOSE_WINDOW_S = 600;
const KEPT_S = 3_600;

/** A try is counted before the password is looked at, so that many at once are no more than one after the other. */
export type CountedTry =
  | { readonly kind: 'go_on'; readonly tryId: number }
  | { readonly kind: 'too_many'; readonly retryAfterSeconds: number };

export const countTry = async (db: Queryable, email: string, address: string): Promise<CountedTry> => {
  const { rows: inserted } = await db.query<{ id: number }>(
    `with old as (delete from app.sign_in_tries where tried_at < now() - make_interval(secs => $3))
     insert into app.sign_in_tries (email, address) values (lower($1), $2) returning id`,
    [email, address, KEPT_S],
  );
  const tryId = inserted[0]?.id ?? 0;
  // The oldest try that counts: once it is out of the window, there is room for another.
  const { rows } = await db.query<{ seconds: number | null }>(
    `select greatest(
       (select extract(epoch from tried_at - now()) + $4 from app.sign_in_tries
         where address = $2 and tried_at > now() - make_interval(secs => $4) and id <> $3
         order by tried_at desc offset $5 - 1 limit 1),
       (select extract(epoch from tried_at - now()) + $6 from app.sign_in_tries
         where email = lower($1) and tried_at > now() - make_interval(secs => $6) and id <> $3
           and not exists (select from app.sessions s join app.people p on p.id = s.person_id
             where p.email = lower($1) and s.ip_address = $2 and s.expires_at > now())
         order by tried_at desc offset $7 - 1 limit 1))::float8 as seconds`,
    [email, address, tryId, WINDOW_S, LIMIT, LOOSE_WINDOW_S, LOOSE_LIMIT],
  );
  const seconds = rows[0]?.seconds ?? null;
  if (seconds === null) return { kind: 'go_on', tryId };
  await forgetTry(db, tryId);
  return { kind: 'too_many', retryAfterSeconds: Math.max(1, Math.ceil(seconds)) };
};

/** It has succeeded, or was refused before the password was looked at. */
export const forgetTry = async (db: Queryable, tryId: number): Promise<void> => {
  await db.query('delete from app.sign_in_tries where id = $1', [tryId]);
};
