import type { Day } from '../../domain/calendar.js';
import type { Db, Queryable } from '../pool.js';
import type { Sealer } from '../secrets.js';

/** Through which a person is told of the week. */
export const DIGEST_CHANNELS = ['email', 'webhook'] as const;
export type DigestChannel = (typeof DIGEST_CHANNELS)[number];

interface Whose {
  readonly workspaceId: string;
  readonly personId: string;
}

/** What a person sees of it: a channel that is not there is off. */
export interface DigestRow {
  readonly channel: DigestChannel;
  readonly webhookHost: string | null;
  /** Why the last try failed. */
  readonly trouble: string | null;
}

export const digestsOf = async (db: Queryable, { workspaceId, personId }: Whose): Promise<readonly DigestRow[]> => {
  const { rows } = await db.query<DigestRow & Record<string, unknown>>(
    `select channel, webhook_host as "webhookHost", trouble from app.digests
     where workspace_id = $1 and person_id = $2 order by channel`,
    [workspaceId, personId],
  );
  return rows;
};

/** A hook is sealed for its person: a row that is copied elsewhere opens nowhere. */
const boundTo = ({ workspaceId, personId }: Whose): string => `digest/${workspaceId}/${personId}`;

export interface DigestEdit extends Whose {
  readonly email: boolean;
  /** Null: none any more. Undefined: as it is. */
  readonly webhook: string | null | undefined;
}

export const saveDigest = async (
  tx: Queryable,
  sealer: Sealer,
  { email, webhook, ...whose }: DigestEdit,
): Promise<void> => {
  const { workspaceId, personId } = whose;
  const off = [...(email ? [] : ['email']), ...(webhook === null ? ['webhook'] : [])];
  await tx.query('delete from app.digests where workspace_id = $1 and person_id = $2 and channel = any($3)', [
    workspaceId,
    personId,
    off,
  ]);
  if (email)
    await tx.query(
      `insert into app.digests (workspace_id, person_id, channel) values ($1, $2, 'email') on conflict do nothing`,
      [workspaceId, personId],
    );
  if (typeof webhook !== 'string') return;
  const { sealed } = sealer.seal(webhook, boundTo(whose));
  await tx.query(
    `insert into app.digests (workspace_id, person_id, channel, sealed_webhook, webhook_host, key_id)
     values ($1, $2, 'webhook', $3, $4, $5)
     on conflict (workspace_id, person_id, channel) do update set sealed_webhook = excluded.sealed_webhook,
       webhook_host = excluded.webhook_host, key_id = excluded.key_id, trouble = null, tries = 0, next_try_at = now()`,
    [workspaceId, personId, sealed, new URL(webhook).host, sealer.keyId],
  );
};

interface SealedDigest extends Whose, Record<string, unknown> {
  readonly channel: DigestChannel;
  readonly sealed: Buffer | null;
  readonly keyId: string | null;
}

const SEALED = `d.workspace_id as "workspaceId", d.person_id as "personId", d.channel, d.sealed_webhook as sealed, d.key_id as "keyId"`;

/** Seals the hooks again with the first key. Returns how many had another one. */
export const resealDigests = async (tx: Queryable, sealer: Sealer): Promise<number> => {
  const { rows } = await tx.query<SealedDigest>(
    `select ${SEALED} from app.digests d where key_id <> $1 order by workspace_id, person_id for update`,
    [sealer.keyId],
  );
  for (const { sealed, keyId, ...whose } of rows) {
    if (sealed === null || keyId === null) continue;
    const again = sealer.seal(sealer.open(sealed, keyId, boundTo(whose)), boundTo(whose)).sealed;
    await tx.query(
      `update app.digests set sealed_webhook = $3, key_id = $4
       where workspace_id = $1 and person_id = $2 and channel = 'webhook'`,
      [whose.workspaceId, whose.personId, again, sealer.keyId],
    );
  }
  return rows.length;
};

export interface DueDigest extends Whose {
  readonly channel: DigestChannel;
  /** The person's address. */
  readonly email: string;
  /** Opens the address of the hook; undefined for mail. @throws {SealBroken} when no key opens it */
  readonly openWebhook: () => string | undefined;
}

/** After the first failure a minute, then ever longer. */
const NEXT_TRY = `now() + least(interval '1 hour', interval '1 minute' * (2 ^ least(d.tries, 10)))`;

/**
 * Tells everybody of a week who was not told of it yet, each by one sender at a time, because its row is locked while `send` runs.
 * @param send answers why the channel did not take it; undefined where it did
 */
export const sendDigests = async (
  db: Db,
  sealer: Sealer,
  week: Day,
  send: (digest: DueDigest) => Promise<string | undefined>,
): Promise<number> => {
  const due = `(d.told_week is null or d.told_week < $1) and d.next_try_at <= now()`;
  const { rows } = await db.query<SealedDigest>(`select ${SEALED} from app.digests d where ${due} limit 100`, [week]);
  let sent = 0;
  for (const { workspaceId, personId, channel } of rows)
    await db.transaction(async (tx) => {
      const { rows: locked } = await tx.query<SealedDigest & { email: string }>(
        `select ${SEALED}, p.email from app.digests d join app.people p on p.id = d.person_id
         where ${due} and d.workspace_id = $2 and d.person_id = $3 and d.channel = $4 for update of d skip locked`,
        [week, workspaceId, personId, channel],
      );
      const [row] = locked;
      if (row === undefined) return;
      const { sealed, keyId } = row;
      const openWebhook = (): string | undefined =>
        sealed === null || keyId === null ? undefined : sealer.open(sealed, keyId, boundTo(row));
      const trouble = await send({ workspaceId, personId, channel, email: row.email, openWebhook });
      if (trouble === undefined) sent += 1;
      await tx.query(
        `update app.digests d set trouble = $4::text, tries = case when $4::text is null then 0 else tries + 1 end,
           next_try_at = case when $4::text is null then now() else ${NEXT_TRY} end,
           told_week = case when $4::text is null then $5::date else told_week end
         where workspace_id = $1 and person_id = $2 and channel = $3`,
        [workspaceId, personId, channel, trouble ?? null, week],
      );
    });
  return sent;
};
