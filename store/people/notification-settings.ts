import type { Queryable } from '../pool.js';
import type { Sealer } from '../secrets.js';

/** Beside mail, whose addresses are no secrets. */
export type HookKind = 'webhook' | 'chat';

/** What people see of the settings: of a hook its host. */
export interface NotificationSettingsRow {
  readonly emails: readonly string[];
  readonly webhookHost: string | null;
  readonly chatHost: string | null;
  readonly lateAfterHours: number;
  /** 0 where nobody has set anything. */
  readonly version: number;
}

const UNSET: NotificationSettingsRow = { emails: [], webhookHost: null, chatHost: null, lateAfterHours: 6, version: 0 };

export const getNotificationSettings = async (db: Queryable, workspaceId: string): Promise<NotificationSettingsRow> => {
  const { rows } = await db.query<NotificationSettingsRow & Record<string, unknown>>(
    `select emails, webhook_host as "webhookHost", chat_host as "chatHost", late_after_hours as "lateAfterHours", version
     from app.notification_settings where workspace_id = $1`,
    [workspaceId],
  );
  return rows[0] ?? UNSET;
};

/** A hook is sealed for its workspace and its kind: a row that is copied elsewhere opens nowhere. */
const boundTo = (workspaceId: string, kind: HookKind): string => `${kind}/${workspaceId}`;

interface SealedHooks {
  readonly webhook: Buffer | null;
  readonly chat: Buffer | null;
  readonly keyId: string | null;
}

const opened = (sealer: Sealer, workspaceId: string, { keyId, ...hooks }: SealedHooks) => {
  const open = (kind: HookKind): string | undefined => {
    const sealed = hooks[kind];
    return sealed === null || keyId === null ? undefined : sealer.open(sealed, keyId, boundTo(workspaceId, kind));
  };
  return { webhook: open('webhook'), chat: open('chat') };
};

/** The addresses of the hooks, in clear. @throws {SealBroken} when no key opens them */
export const openHooks = async (
  db: Queryable,
  sealer: Sealer,
  workspaceId: string,
): Promise<Readonly<Record<HookKind, string | undefined>>> => {
  const { rows } = await db.query<SealedHooks & Record<string, unknown>>(
    `select sealed_webhook as webhook, sealed_chat as chat, key_id as "keyId"
     from app.notification_settings where workspace_id = $1`,
    [workspaceId],
  );
  const [row] = rows;
  return row === undefined ? { webhook: undefined, chat: undefined } : opened(sealer, workspaceId, row);
};

export interface NotificationSettingsEdit {
  readonly emails: readonly string[];
  readonly lateAfterHours: number;
  readonly hooks: Readonly<Record<HookKind, string | undefined>>;
  /** The version that the edit was made on. (Default: whatever is there) */
  readonly version: number | undefined;
}

/** Replaces the settings. False, and nothing is changed, where they have another version by now. */
export const saveNotificationSettings = async (
  db: Queryable,
  sealer: Sealer,
  workspaceId: string,
  { emails, lateAfterHours, hooks, version }: NotificationSettingsEdit,
): Promise<boolean> => {
  const seal = (kind: HookKind): Buffer | null => {
    const address = hooks[kind];
    return address === undefined ? null : sealer.seal(address, boundTo(workspaceId, kind)).sealed;
  };
  const hostOf = (kind: HookKind): string | null => {
    const address = hooks[kind];
    return address === undefined ? null : new URL(address).host;
  };
  const { rowCount } = await db.query(
    `insert into app.notification_settings as s (workspace_id, emails, sealed_webhook, webhook_host, sealed_chat, chat_host,
       key_id, late_after_hours)
     select $1, $2, $3, $4, $5, $6, $7, $8 where $9::int is null or $9 = 0 or exists (
       select from app.notification_settings where workspace_id = $1)
     on conflict (workspace_id) do update set emails = excluded.emails, sealed_webhook = excluded.sealed_webhook,
       webhook_host = excluded.webhook_host, sealed_chat = excluded.sealed_chat, chat_host = excluded.chat_host,
       key_id = excluded.key_id, late_after_hours = excluded.late_after_hours, version = s.version + 1
     where $9::int is null or s.version = $9`,
    [
      workspaceId,
      emails,
      seal('webhook'),
      hostOf('webhook'),
      seal('chat'),
      hostOf('chat'),
      sealer.keyId,
      lateAfterHours,
      version ?? null,
    ],
  );
  return rowCount === 1;
};

/** Seals the hooks again with the first key. Returns how many workspaces had other ones. */
export const resealHooks = async (tx: Queryable, sealer: Sealer): Promise<number> => {
  const { rows } = await tx.query<SealedHooks & { id: string } & Record<string, unknown>>(
    `select workspace_id as id, sealed_webhook as webhook, sealed_chat as chat, key_id as "keyId"
     from app.notification_settings where key_id <> $1 order by workspace_id for update`,
    [sealer.keyId],
  );
  for (const { id, ...row } of rows) {
    const hooks = opened(sealer, id, row);
    const again = (kind: HookKind): Buffer | null => {
      const address = hooks[kind];
      return address === undefined ? null : sealer.seal(address, boundTo(id, kind)).sealed;
    };
    await tx.query(
      'update app.notification_settings set sealed_webhook = $2, sealed_chat = $3, key_id = $4 where workspace_id = $1',
      [id, again('webhook'), again('chat'), sealer.keyId],
    );
  }
  return rows.length;
};

export interface WatchedWorkspace {
  readonly id: string;
  readonly name: string;
  readonly lateAfterHours: number;
  readonly channels: readonly ('email' | HookKind)[];
}

/** The workspaces that want to be told, with the channels that they have. */
export const watchedWorkspaces = async (db: Queryable): Promise<readonly WatchedWorkspace[]> => {
  const { rows } = await db.query<WatchedWorkspace & Record<string, unknown>>(
    `select * from (
       select w.id, w.name, s.late_after_hours as "lateAfterHours", array_remove(array[
         case when s.emails <> '{}' then 'email' end, case when s.sealed_webhook is not null then 'webhook' end,
         case when s.sealed_chat is not null then 'chat' end], null) as channels
       from app.notification_settings s join app.workspaces w on w.id = s.workspace_id) s
     where channels <> '{}' order by id`,
  );
  return rows;
};
