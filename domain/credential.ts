/** A user's token pair of X, in clear: it exists only inside one activity. */
export interface TokenPair {
  readonly token: string;
  readonly tokenSecret: string;
}

/**
 * The codes of X's refusals that end a credential: nothing can be read with it until the person signs in again. The names
 * of the error classes in `x-ads/`, the codes of a `Problem`.
 */
export const CREDENTIAL_REFUSALS = ['CredentialsRejected', 'TokenTooOld', 'AppNotApproved', 'AccountLocked'] as const;
export type CredentialRefusal = (typeof CREDENTIAL_REFUSALS)[number];

const CODES: ReadonlySet<string> = new Set(CREDENTIAL_REFUSALS);

export const isCredentialRefusal = (code: string): code is CredentialRefusal => CODES.has(code);
