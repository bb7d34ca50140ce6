import type { Account } from './account.js';
import type { Listed, Row } from './rows.js';
import type { User } from './users.js';

/**
 * What becomes of an account while data time passes: in force from `from` (else from the beginning) until `until` (else
 * for good). X changes these behind an importer's back, so they come by the clock, and no call makes them.
 */
export type AccountChange = {
  /** The account's index, the first is 0. */
  readonly account: number;
  /** Instants. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
} & (
  | { readonly kind: 'absent' | 'deleted' }
  | { readonly kind: 'approval'; readonly status: string }
  /** None: the account is not shown any more. Without `user` it is so for everybody who sees it. */
  | { readonly kind: 'role'; readonly permissions: readonly string[]; readonly user?: string | undefined }
  | { readonly kind: 'currency'; readonly currency: string }
);

const FORM =
  /^(\d+) (?:(absent|deleted)|(approval|currency|role)=([A-Z_+]*)(?:@(\w+))?)(?: from (\S+))?(?: until (\S+))?$/;

/** Reads `2 approval=REJECTED from 2026-01-31T00:00:00Z until 2026-02-03T00:00:00Z`; `undefined` when it is none. */
export const parseAccountChange = (text: string): AccountChange | undefined => {
  const match = FORM.exec(text.trim());
  if (match === null) return undefined;
  const [, number, plain, kind, value = '', user, from, until] = match;
  if ([from, until].some((moment) => moment !== undefined && Number.isNaN(Date.parse(moment)))) return undefined;
  const when = { account: Number(number), ...(from && { from }), ...(until && { until }) };
  if (plain === 'absent' || plain === 'deleted') return { ...when, kind: plain };
  if (kind === 'role') {
    return { ...when, kind, permissions: value === '' ? [] : value.split('+'), ...(user && { user }) };
  }
  if (value === '' || user !== undefined) return undefined;
  return kind === 'approval' ? { ...when, kind, status: value } : { ...when, kind: 'currency', currency: value };
};

/** The accounts as they are at a moment of data time (milliseconds). */
export class AccountChanges {
  readonly #changes: readonly AccountChange[];

  constructor(changes: readonly AccountChange[]) {
    this.#changes = changes;
  }

  #now({ index }: Account, now: number): readonly AccountChange[] {
    return this.#changes.filter(
      ({ account, from, until }) =>
        account === index &&
        (from === undefined || Date.parse(from) <= now) &&
        (until === undefined || now < Date.parse(until)),
    );
  }

  /** What the user may do there; nothing, when the account is not there (yet). */
  permissions(account: Account, user: User, now: number): readonly string[] {
    const usual = user.permissions(account.index);
    if (usual.length === 0) return usual;
    return this.#now(account, now).reduce<readonly string[]>((permissions, change) => {
      if (change.kind === 'absent') return [];
      if (change.kind !== 'role') return permissions;
      return change.user === undefined || change.user === user.screenName ? change.permissions : permissions;
    }, usual);
  }

  isDeleted(account: Account, now: number): boolean {
    return this.#now(account, now).some(({ kind }) => kind === 'deleted');
  }

  row(account: Account, now: number): Row {
    return this.#now(account, now).reduce<Row>(
      (row, change) => {
        if (change.kind === 'deleted') return { ...row, deleted: true };
        return change.kind === 'approval' ? { ...row, approval_status: change.status } : row;
      },
      account.row(Math.floor(now / 1000)),
    );
  }

  /** Entities of the account, with the currency that is in force. The numbers stay what they were. */
  entities(account: Account, rows: readonly Listed[], now: number): readonly Listed[] {
    const change = this.#now(account, now).findLast(({ kind }) => kind === 'currency');
    if (change?.kind !== 'currency') return rows;
    const { currency } = change;
    return rows.map((each) => ('currency' in each.row ? { ...each, row: { ...each.row, currency } } : each));
  }
}
