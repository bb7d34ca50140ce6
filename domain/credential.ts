/** A user's token pair of X, in clear: it exists only inside one activity. */
export interface TokenPair {
  readonly token: string;
  readonly tokenSecret: string;
}

/**
 * The refusals of X after which a credential is not tried again until its owner signs in anew, by the names of their error
 * classes in `x-ads/`.
 */
export const CREDENTIAL_REFUSALS = ['CredentialsRejected', 'TokenTooOld', 'AppNotApproved', 'AccountLocked'] as const;
export type CredentialRefusal = (typeof CREDENTIAL_REFUSALS)[number];
