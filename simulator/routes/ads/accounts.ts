import { LIMITS } from '../../state/rate-limits.js';
import { UNREADABLE_ACCOUNTS } from '../../world/hostile-rows.js';
import { listed } from '../../world/rows.js';
import { listPage, single } from './lists.js';
import type { AdsRoutes } from './routes.js';

const SORTABLE = ['created_at', 'updated_at', 'deleted', 'name'];

/** The accounts visible to the user, and the user's permissions on them (docs/x-ads-api.md §5). */
export const accountRoutes = (routes: AdsRoutes): void => {
  routes.add(
    {
      method: 'GET',
      path: '/accounts',
      kind: 'account',
      limit: ({ options }) => (options.strictAccountsLimit ? LIMITS.strictAccounts : LIMITS.accounts),
    },
    ({ simulator, token, params }) => {
      const visible = simulator.world.accounts.filter(
        (account) => simulator.permissions(account, token.user).length > 0,
      );
      const { profile } = simulator.options;
      const rules = {
        filters: { account_ids: 'id' },
        sortable: SORTABLE,
        search: 'prefix',
        profile,
        type: 'account',
      } as const;
      return listPage(
        [
          ...visible.map((account) => listed(simulator.changes.row(account, simulator.clock.data()))),
          ...(profile === 'hostile' ? UNREADABLE_ACCOUNTS : []),
        ],
        params,
        rules,
      );
    },
  );
  const read = { method: 'GET', kind: 'account', limit: () => LIMITS.reads } as const;
  routes.addForAccount({ ...read, path: '/accounts/:account_id' }, ({ simulator, account, params }) =>
    single([listed(simulator.changes.row(account, simulator.clock.data()))], account.id, params, 'ACCOUNT', {
      account_id: account.id,
    }),
  );
  routes.addForAccount(
    { ...read, path: '/accounts/:account_id/authenticated_user_access' },
    ({ simulator, account, token }) => ({
      data: { user_id: token.user.userId, permissions: [...simulator.permissions(account, token.user)] },
      request: { params: { account_id: account.id } },
    }),
  );
};
