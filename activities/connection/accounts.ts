import { z } from 'zod';
import { selectable } from '../../domain/access.js';
import type { GrantState, GrantStatus, Problem } from '../../domain/connection.js';
import type { AccountId, ConnectionId, XUserId } from '../../domain/ids.js';
import { accountProblem, refusalOf, roleProblem, zoneProblem } from '../../domain/account-problem.js';
import { listAccounts, saveAccess, saveAccounts } from '../../store/account/accounts.js';
import { getConnection, setPhase } from '../../store/connection/connections.js';
import type { ConnectionRow } from '../../store/connection/connections.js';
import { noteLeftOut } from '../../store/account/left-out.js';
import { listGrants, setGrantStatus } from '../../store/connection/grants.js';
import { onePerKey } from '../../store/one-per-key.js';
import { grantedAccount } from '../../store/account/granted-account.js';
import type { GrantedAccount } from '../../store/account/granted-account.js';
import type { UnreadItem } from '../../x-ads/call.js';
import type { UserApi } from '../../x-ads/client.js';
import { AccountNotVisible, Forbidden, MalformedResponse, NotFound, XAdsError } from '../../x-ads/errors/index.js';
import { eachAtOnce } from '../at-once.js';
import type { Deps } from '../deps.js';
import { finalFailure } from '../failures.js';
import { earlierProgress, keepProgress } from '../heartbeat.js';
import { accountRow } from '../import/entity-rows.js';
import { mirrorFundingInstruments } from '../import/mirror-creatives.js';
import { asUser } from '../x-user.js';
import { zoneUnknownTo } from '../zone-readers.js';

/** Stores the funding instruments, which have the currencies; where X refuses them (403) the account has none. */
const mirrorCurrencies = async (deps: Deps, api: UserApi, accountId: AccountId): Promise<void> => {
  try {
    await mirrorFundingInstruments(deps, api, accountId);
  } catch (error) {
    if (!(error instanceof XAdsError) || error.status !== 403) throw error;
  }
};

const connectionOf = async ({ db }: Deps, id: ConnectionId): Promise<ConnectionRow & { xUserId: XUserId }> => {
  const connection = await getConnection(db, id);
  if (!connection?.xUserId) throw finalFailure('not_authorized', 'X has not authorized the connection; sign in first.');
  return { ...connection, xUserId: connection.xUserId };
};

/** The user's roles in the account; null where X's answer cannot be read, which costs no other account. */
const permissionsIn = async (api: UserApi, accountId: AccountId): Promise<string[] | null> => {
  try {
    return [...(await api.accounts.authenticatedUserAccess(accountId)).data.permissions];
  } catch (error) {
    if (error instanceof MalformedResponse) return null;
    throw error;
  }
};

/** Two calls to X each, which wait more than they compute. */
const ACCOUNTS_AT_ONCE = 20;

const permissionsByAccount = z.record(z.string(), z.array(z.string()).nullable());

/**
 * Stores every account that the user can see, with its permissions, and returns them. A later attempt asks only about the
 * accounts that those before did not finish.
 */
const readAccounts = async (
  deps: Deps,
  api: UserApi,
  xUserId: XUserId,
): Promise<readonly { readonly accountId: AccountId; readonly permissions: readonly string[] }[]> => {
  const read = earlierProgress(permissionsByAccount) ?? {};
  keepProgress(read);
  const shown: AccountId[] = [];
  let observedAt: string | undefined;
  const leftOut: UnreadItem[] = [];
  for await (const page of api.accounts.list({ withDeleted: false })) {
    observedAt = page.observedAt;
    leftOut.push(...page.leftOut);
    await saveAccounts(deps.db, page.items.map(accountRow), page.observedAt);
    for (const zone of new Set(page.items.map(({ timezone }) => timezone))) await zoneUnknownTo(deps, zone);
    const ids = [...new Set(page.items.map(({ id }) => id))];
    shown.push(...ids);
    const unread = ids.filter((id) => read[id] === undefined);
    await eachAtOnce(unread, { atOnce: ACCOUNTS_AT_ONCE, stops: true }, async (id) => {
      const permissions = await permissionsIn(api, id);
      if (permissions !== null && selectable(permissions).selectable) await mirrorCurrencies(deps, api, id);
      read[id] = permissions;
    });
  }
  const access: { accountId: AccountId; permissions: readonly string[] }[] = [];
  for (const accountId of new Set(shown)) {
    const permissions = read[accountId] ?? null;
    if (permissions === null) leftOut.push({ id: accountId, reason: "X's answer about the role cannot be read" });
    else access.push({ accountId, permissions });
  }
  if (observedAt === undefined) return access;
  // What cannot be read is not lost: it keeps the access that it had.
  await saveAccess(deps.db, { xUserId, access, unread: leftOut.map(({ id }) => id), observedAt });
  await noteLeftOut(deps.db, { of: { xUserId }, list: 'accounts', items: leftOut, observedAt });
  return access;
};

/** X does not show the account, or not so that it can be read: neither says that it is deleted. */
const UNSHOWN = [AccountNotVisible, Forbidden, NotFound, MalformedResponse] as const;

/** The list omits both deleted and no-longer-visible accounts; GET by id tells them apart. */
const readMissing = async ({ db }: Deps, api: UserApi, accountId: AccountId): Promise<void> => {
  try {
    const { data, observedAt } = await api.accounts.get(accountId);
    await saveAccounts(db, [accountRow(data)], observedAt);
  } catch (error) {
    if (!UNSHOWN.some((kind) => error instanceof kind)) throw error;
  }
};

/** Sessions with Postgres that one list of grants uses at once. */
const GRANTS_AT_ONCE = 5;

/** How an account of a connection stands. */
export interface GrantRecord {
  readonly accountId: AccountId;
  readonly status: Exclude<GrantStatus, 'backfilling'>;
  readonly problem?: Problem;
}

/** The result of a check of the accounts at X. */
export interface AccountsCheck {
  /** Selectable accounts that the connection does not read. */
  readonly appeared: readonly AccountId[];
  /** A granted account has another time zone than before. */
  readonly moved: boolean;
  /** The granted accounts, each with its problem if it has one. */
  readonly granted: readonly { readonly accountId: AccountId; readonly problem?: Problem }[];
}

export const createAccountActivities = (deps: Deps) => ({
  /** Stores the accounts that the X user can see, with its roles, and counts them. Safe to repeat: upsert by account id. */
  async listAccounts({
    connectionId,
  }: {
    connectionId: ConnectionId;
  }): Promise<{ accounts: number; selectable: number; problem?: Problem }> {
    const { xUserId } = await connectionOf(deps, connectionId);
    return asUser(deps, { xUserId, class: 'person', waiter: connectionId }, async (api) => {
      const access = await readAccounts(deps, api, xUserId);
      const shown = new Set(access.map(({ accountId }) => accountId));
      const listed = (await listAccounts(deps.db, connectionId)).filter(({ id }) => shown.has(id));
      const count = listed.filter((account) => account.selectable).length;
      // The role is sufficient, so the problem is the zone and not a lacking role.
      const unknown = count === 0 ? listed.find(({ permissions }) => selectable(permissions).selectable) : undefined;
      const problem = unknown?.zoneUnknownTo && zoneProblem(unknown.timezone, unknown.zoneUnknownTo);
      return { accounts: access.length, selectable: count, ...(problem ? { problem } : {}) };
    });
  },

  /**
   * Stores what X shows now: roles, approvals, deletions, currencies and new accounts, and compares it with the grants. Safe
   * to repeat: it decides nothing.
   */
  async checkAccounts({ connectionId }: { connectionId: ConnectionId }): Promise<AccountsCheck> {
    const { xUserId } = await connectionOf(deps, connectionId);
    const before = await listAccounts(deps.db, connectionId);
    const granted = (await listGrants(deps.db, connectionId)).map(({ accountId }) => accountId);
    await asUser(deps, { xUserId, class: 'daily', waiter: connectionId }, async (api) => {
      const visible = new Set((await readAccounts(deps, api, xUserId)).map(({ accountId }) => accountId));
      for (const accountId of granted.filter((id) => !visible.has(id))) await readMissing(deps, api, accountId);
    });
    const listed = await listAccounts(deps.db, connectionId);
    const statuses = await Promise.all(
      granted.map(async (accountId) => {
        const found = await grantedAccount(deps.db, connectionId, accountId);
        const problem = found && (accountProblem(found) ?? roleProblem(found.permissions));
        return { accountId, ...(problem ? { problem } : {}) };
      }),
    );
    return {
      appeared: listed.filter((each) => each.selectable && !each.granted).map(({ id }) => id),
      moved: before.some(({ id, timezone, granted: read }) =>
        listed.some((now) => read && now.id === id && now.timezone !== timezone),
      ),
      granted: statuses,
    };
  },

  /**
   * Writes the connection's phase to Postgres, where lists and the console read it. Safe to repeat. Fails for good where
   * Postgres does not know the connection.
   */
  async recordPhase({
    connectionId,
    phase,
    problem,
    note,
  }: {
    connectionId: ConnectionId;
    phase: 'authorizing' | 'choosing' | 'active' | 'paused' | 'needs_reauthorization';
    problem?: Problem;
    /** The reason of a pause. */
    note?: string;
  }): Promise<void> {
    if (!(await setPhase(deps.db, connectionId, phase, problem, note)))
      throw finalFailure('connection_unknown', 'Postgres does not know the connection; connect again.');
  },

  /**
   * Writes the status of accounts of the connection and returns what was written: an account that X has not approved, or has
   * deleted, is blocked with that reason although its days were imported. Of several for one account the last one counts.
   * Safe to repeat.
   */
  async recordGrants({
    connectionId,
    grants,
  }: {
    connectionId: ConnectionId;
    grants: readonly GrantRecord[];
  }): Promise<Readonly<Record<AccountId, GrantState>>> {
    const written: Record<AccountId, GrantState> = {};
    const last = onePerKey(grants, ({ accountId }) => accountId);
    await eachAtOnce(last, { atOnce: GRANTS_AT_ONCE }, async ({ accountId, ...grant }) => {
      const next = grantAfter(grant, await grantedAccount(deps.db, connectionId, accountId));
      await setGrantStatus(deps.db, connectionId, accountId, next);
      written[accountId] = next;
    });
    return written;
  },
});

type RecordedGrant = { readonly status: 'up_to_date' } | { readonly status: 'blocked'; readonly problem: Problem };

const grantAfter = (
  { status, problem }: Omit<GrantRecord, 'accountId'>,
  atX: GrantedAccount | undefined,
): RecordedGrant => {
  switch (status) {
    case 'up_to_date': {
      const known = atX && accountProblem(atX);
      return known ? { status: 'blocked', problem: known } : { status };
    }
    case 'blocked': {
      const refused = problem ?? { code: 'blocked', nextStep: 'See the workflow in the Temporal UI.' };
      return { status, problem: refusalOf(refused, atX) };
    }
  }
};
