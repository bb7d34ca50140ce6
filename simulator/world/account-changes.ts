import type { Row } from '../json.js';
import type { AccountChange } from './account-change.js';
import type { WorldAccount } from './account.js';
import type { Listed } from './rows.js';
import type { User } from './users.js';

/** The accounts as they are at a moment of data time (`now`, in epoch milliseconds). */
export class AccountChanges {
  readonly #changes: readonly AccountChange[];

  constructor(changes: readonly AccountChange[]) {
    this.#changes = changes;
  }

  #now({ index }: WorldAccount, now: number): readonly AccountChange[] {
    return this.#changes.filter(
      ({ account, from, until }) =>
        account === index &&
        (from === undefined || Date.parse(from) <= now) &&
        (until === undefined || now < Date.parse(until)),
    );
  }

  /** The permissions of the user on the account; none while the account is absent. */
  permissions(account: WorldAccount, user: User, now: number): readonly string[] {
    const usual = user.permissions(account.index);
    if (usual.length === 0) return usual;
    return this.#now(account, now).reduce<readonly string[]>((permissions, change) => {
      if (change.kind === 'absent') return [];
      if (change.kind !== 'role') return permissions;
      return change.user === undefined || change.user === user.screenName ? change.permissions : permissions;
    }, usual);
  }

  /** Whether the account is deleted at the moment. */
  isDeleted(account: WorldAccount, now: number): boolean {
    return this.#now(account, now).some(({ kind }) => kind === 'deleted');
  }

  /** The account as X answers it at the moment. */
  row(account: WorldAccount, now: number): Row {
    return this.#now(account, now).reduce<Row>(
      (row, change) => {
        if (change.kind === 'deleted') return { ...row, deleted: true };
        return change.kind === 'approval' ? { ...row, approval_status: change.status } : row;
      },
      account.row(Math.floor(now / 1000)),
    );
  }

  /** Entities of the account, with the currency that is in force. A change of currency does not change the numbers. */
  entities(account: WorldAccount, rows: readonly Listed[], now: number): readonly Listed[] {
    const change = this.#now(account, now).findLast(({ kind }) => kind === 'currency');
    if (change?.kind !== 'currency') return rows;
    const { currency } = change;
    return rows.map((each) => ('currency' in each.row ? { ...each, row: { ...each.row, currency } } : each));
  }
}
