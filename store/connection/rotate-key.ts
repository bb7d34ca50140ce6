import type { Db } from '../pool.js';
import { resealDigests } from '../people/digests.js';
import { resealHooks } from '../people/notification-settings.js';
import type { Sealer } from '../secrets.js';

export interface Resealed {
  readonly credentials: number;
  readonly oauthRequests: number;
  /** Workspaces whose hooks were sealed again. */
  readonly hooks: number;
}

/**
 * Seals everything again with the first key of the list; afterwards the other keys may be removed. One transaction: a
 * value that cannot be opened leaves everything as it was. Token pairs do not change, and neither does their version.
 * @throws {SealBroken} when no key opens a value
 */
export const resealAll = (db: Db, sealer: Sealer): Promise<Resealed> =>
  db.transaction(async (client) => {
    const { rows: credentials } = await client.query<{ id: string; sealed: Buffer; keyId: string }>(
      `select x_user_id as id, sealed, key_id as "keyId" from importer.credentials
       where key_id <> $1 order by x_user_id for update`,
      [sealer.keyId],
    );
    for (const { id, sealed, keyId } of credentials) {
      const again = sealer.seal(sealer.open(sealed, keyId, id), id);
      await client.query('update importer.credentials set sealed = $2, key_id = $3 where x_user_id = $1', [
        id,
        again.sealed,
        again.keyId,
      ]);
    }
    const { rows: requests } = await client.query<{
      id: string;
      secret: Buffer | null;
      verifier: Buffer | null;
      keyId: string;
    }>(
      `select id, sealed_secret as secret, sealed_verifier as verifier, key_id as "keyId" from importer.oauth_requests
       where key_id <> $1 and (sealed_secret is not null or sealed_verifier is not null) order by id for update`,
      [sealer.keyId],
    );
    for (const { id, secret, verifier, keyId } of requests) {
      const again = (value: Buffer | null): Buffer | null =>
        value === null ? null : sealer.seal(sealer.open(value, keyId, id), id).sealed;
      await client.query(
        'update importer.oauth_requests set sealed_secret = $2, sealed_verifier = $3, key_id = $4 where id = $1',
        [id, again(secret), again(verifier), sealer.keyId],
      );
    }
    return {
      credentials: credentials.length,
      oauthRequests: requests.length,
      hooks: (await resealHooks(client, sealer)) + (await resealDigests(client, sealer)),
    };
  });
