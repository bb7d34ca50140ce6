/**
 * A change of an account while data time advances. It is in force from `from` (by default from the beginning) until
 * `until` (by default for ever). X changes accounts without a call of the importer, so data time alone starts a change.
 */
export type AccountChange = {
  /** Index of the account, from 0. */
  readonly account: number;
  /** Instants, ISO 8601. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
} & (
  | { readonly kind: 'absent' | 'deleted' }
  | { readonly kind: 'approval'; readonly status: string }
  /**
   * With no permissions the account is not visible. Without `user` the change is for everybody who sees the account.
   */
  | { readonly kind: 'role'; readonly permissions: readonly string[]; readonly user?: string | undefined }
  | { readonly kind: 'currency'; readonly currency: string }
);

const FORM =
  /^(\d+) (?:(absent|deleted)|(approval|currency|role)=([A-Z_+]*)(?:@(\w+))?)(?: from (\S+))?(?: until (\S+))?$/;

/**
 * Reads `2 approval=REJECTED from 2026-01-31T00:00:00Z until 2026-02-03T00:00:00Z`; `undefined` when the text is no
 * such change.
 */
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
