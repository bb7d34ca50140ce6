import {
  selectable,
  type AccountPermission,
  type Selectable,
  type ZoneReader,
  zoneUnknown,
} from '../../domain/access.js';
import { isKnownZone } from '../../domain/local-days.js';
import type { Instant, Zone, ZonePeriod } from '../../domain/calendar.js';
import type { AccountId, ConnectionId, XUserId } from '../../domain/ids.js';
import { OPERATOR, type Viewer } from '../../domain/viewer.js';
import { zonesAfter } from '../../domain/zones.js';
import { saveZones, ZONES } from './account-zones.js';
import { onePerKey } from '../one-per-key.js';
import type { Db, Queryable } from '../pool.js';

/** An ad account as X describes it. */
export interface AccountRow {
  readonly id: AccountId;
  readonly name: string;
  readonly businessName: string | null;
  /** What X says now. How days are cut is in `zones`. */
  readonly timezone: Zone;
  readonly timezoneSwitchAt: Instant | null;
  readonly approvalStatus: string;
  readonly deleted: boolean;
  /** X's clock. */
  readonly createdAt: Instant | null;
  /** X's own object, complete. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface Account extends Omit<AccountRow, 'raw'> {
  /** ISO 4217 codes of its funding instruments, campaigns and line items, as far as they are known. */
  readonly currencies: readonly string[];
  /** With app line items the mobile conversion groups are imported as well. */
  readonly hasAppLineItems: boolean;
  /** The zones that cut its time into days, oldest first. Empty where this platform knows none of them. */
  readonly zones: readonly ZonePeriod[];
  /** Who does not know what X says now of its zone; null where all do. */
  readonly zoneUnknownTo: ZoneReader | null;
  /** X's clock when it last described the account. */
  readonly observedAt: Instant;
}

export type ListedAccount = Account &
  Selectable & {
    readonly permissions: readonly AccountPermission[];
    /** The connection reads it already. */
    readonly granted: boolean;
  };

const COLUMNS = `a.id, a.name, a.business_name as "businessName", a.timezone,
  a.timezone_switch_at as "timezoneSwitchAt", a.approval_status as "approvalStatus", a.deleted,
  a.created_at_x as "createdAt", a.currencies,
  a.has_app_line_items as "hasAppLineItems", ${ZONES} as zones, a.observed_at as "observedAt",
  case when not importer.reads_zone(a.timezone) then 'Postgres'
    when exists (select from importer.unscheduled_zones u where u.zone = a.timezone) then 'Temporal'
  end as "zoneUnknownTo"`;

/**
 * A zone that the platform did not know when X showed the account counts as soon as the platform's time zone data know
 * it; it is stored when X shows the account again.
 */
const withZones = <T extends Account>(row: T): T => {
  const { timezone: zone, timezoneSwitchAt: switchAt, createdAt, observedAt } = row;
  const zoneUnknownTo = isKnownZone(zone) ? row.zoneUnknownTo : 'Node';
  if (row.zones.length > 0 || zoneUnknownTo === 'Postgres') return { ...row, zoneUnknownTo };
  return { ...row, zoneUnknownTo, zones: zonesAfter([], { zone, switchAt, createdAt, observedAt }) };
};

const selectableOf = (
  permissions: readonly AccountPermission[],
  { timezone, zoneUnknownTo }: Pick<Account, 'timezone' | 'zoneUnknownTo'>,
): Selectable => {
  const byRole = selectable(permissions);
  return byRole.selectable && zoneUnknownTo !== null ? zoneUnknown(timezone, zoneUnknownTo) : byRole;
};

const upsertAccounts = async (
  tx: Queryable,
  accounts: readonly AccountRow[],
  observedAt: Instant,
): Promise<ReadonlySet<AccountId>> => {
  const { rows } = await tx.query<{ id: AccountId }>(
    `insert into importer.accounts (id, name, business_name, timezone, timezone_switch_at, approval_status, deleted,
       created_at_x, raw, observed_at)
     select x.id, x.name, x."businessName", x.timezone, x."timezoneSwitchAt", x."approvalStatus", x.deleted,
       x."createdAt", x.raw, $2
     from jsonb_to_recordset($1::jsonb) as x (id text, name text, "businessName" text, timezone text,
       "timezoneSwitchAt" timestamptz, "approvalStatus" text, deleted boolean, "createdAt" timestamptz, raw jsonb)
     order by x.id
     on conflict (id) do update set name = excluded.name, business_name = excluded.business_name,
       timezone = excluded.timezone, timezone_switch_at = excluded.timezone_switch_at,
       approval_status = excluded.approval_status, deleted = excluded.deleted, created_at_x = excluded.created_at_x,
       raw = excluded.raw, observed_at = excluded.observed_at
     where excluded.observed_at >= accounts.observed_at
     returning id`,
    [JSON.stringify(onePerKey(accounts, ({ id }) => id)), observedAt],
  );
  return new Set(rows.map(({ id }) => id));
};

/**
 * Safe to repeat: natural key; an older observation never overwrites a newer one, neither the account nor its zones.
 */
export const saveAccounts = (db: Db, accounts: readonly AccountRow[], observedAt: Instant): Promise<void> =>
  db.transaction(async (tx) => {
    const newer = await upsertAccounts(tx, accounts, observedAt);
    const seen = onePerKey(accounts, ({ id }) => id)
      .filter(({ id }) => newer.has(id))
      .map(({ id, timezone, timezoneSwitchAt, createdAt }) => ({
        accountId: id,
        zone: timezone,
        switchAt: timezoneSwitchAt,
        createdAt,
        observedAt,
      }));
    await saveZones(tx, seen);
  });

/** `access` is everything that the user can see now: access to other accounts has been lost. */
export const saveAccess = (
  db: Db,
  {
    xUserId,
    access,
    unread = [],
    observedAt,
  }: {
    readonly xUserId: XUserId;
    readonly access: readonly {
      readonly accountId: AccountId;
      readonly permissions: readonly AccountPermission[];
    }[];
    /** Accounts that X showed in a way that cannot be read: access to them is as it was. (Default: none) */
    readonly unread?: readonly AccountId[];
    readonly observedAt: Instant;
  },
): Promise<void> =>
  db.transaction(async (client) => {
    await client.query(
      `insert into importer.account_access as a (x_user_id, account_id, permissions, observed_at)
       select $1, x."accountId", array(select jsonb_array_elements_text(x.permissions)), $3
       from jsonb_to_recordset($2::jsonb) as x ("accountId" text, permissions jsonb)
       order by x."accountId"
       on conflict (x_user_id, account_id) do update
         set permissions = excluded.permissions, observed_at = excluded.observed_at, lost_at = null
       where excluded.observed_at >= a.observed_at`,
      [xUserId, JSON.stringify(onePerKey(access, ({ accountId }) => accountId)), observedAt],
    );
    await client.query(
      `update importer.account_access set lost_at = $3
       where x_user_id = $1 and account_id <> all($2) and lost_at is null and observed_at <= $3`,
      [xUserId, [...access.map(({ accountId }) => accountId), ...unread], observedAt],
    );
  });

export const getAccount = async (db: Queryable, id: AccountId): Promise<Account | undefined> => {
  const { rows } = await db.query<Account>(`select ${COLUMNS} from importer.accounts a where a.id = $1`, [id]);
  return rows.map(withZones)[0];
};

/** An account whose facts the viewer sees. */
export const getVisibleAccount = async (db: Queryable, viewer: Viewer, id: AccountId): Promise<Account | undefined> => {
  const { rows } = await db.query<Account>(`select ${COLUMNS} from importer.visible_accounts($2) a where a.id = $1`, [
    id,
    viewer,
  ]);
  return rows.map(withZones)[0];
};

/** The zones that cut the account's time into days, oldest first; empty for an unknown account. */
export const zonesOf = async (db: Queryable, id: AccountId): Promise<readonly ZonePeriod[]> =>
  (await getAccount(db, id))?.zones ?? [];

/** The accounts that the connection's X user can see, by name, each with whether it may be chosen and why not. */
export const listAccounts = (db: Queryable, connectionId: ConnectionId): Promise<readonly ListedAccount[]> =>
  listVisibleAccounts(db, OPERATOR, connectionId);

/** The same; none where the viewer does not see the connection. */
export const listVisibleAccounts = async (
  db: Queryable,
  viewer: Viewer,
  connectionId: ConnectionId,
): Promise<readonly ListedAccount[]> => {
  const { rows } = await db.query<Account & Pick<ListedAccount, 'permissions' | 'granted'>>(
    `select ${COLUMNS}, s.permissions, g.account_id is not null as granted
     from importer.visible_connections($2) c
     join importer.account_access s on s.x_user_id = c.x_user_id and s.lost_at is null
     join importer.accounts a on a.id = s.account_id
     left join importer.grants g on g.connection_id = c.id and g.account_id = a.id and g.ended_at is null
     where c.id = $1
     order by a.name, a.id`,
    [connectionId, viewer],
  );
  return rows.map(withZones).map((row) => ({ ...row, ...selectableOf(row.permissions, row) }));
};
