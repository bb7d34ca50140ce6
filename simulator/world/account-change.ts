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
