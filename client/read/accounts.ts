import type { ConnectionId } from '../../domain/ids.js';
import { listVisibleAccounts, type ListedAccount } from '../../store/account/accounts.js';
import { type Grant, listVisibleGrants } from '../../store/connection/grants.js';
import { type Context, requireConnection } from '../context.js';
import type { AccountSummary } from '../shapes.js';

const accountSummary = (account: ListedAccount, grants: readonly Grant[]): AccountSummary => {
  const grant = grants.find(({ accountId }) => accountId === account.id);
  return {
    id: account.id,
    name: account.name,
    timezone: account.timezone,
    currencies: account.currencies,
    approvalStatus: account.approvalStatus,
    permissions: account.permissions,
    selectable: account.selectable,
    ...(account.selectable ? {} : { reason: `${account.reason} ${account.cure}` }),
    ...(grant === undefined ? {} : { status: grant.status }),
  };
};

/** The accounts that the connection's X user can see, by name. */
export const readAccounts = async (context: Context, id: ConnectionId): Promise<readonly AccountSummary[]> => {
  await requireConnection(context, id);
  const [listed, grants] = await Promise.all([
    listVisibleAccounts(context.db, context.viewer, id),
    listVisibleGrants(context.db, context.viewer, id),
  ]);
  return listed.map((account) => accountSummary(account, grants));
};
