/** A member's role in a workspace. What each may do is decided where actions are taken; what each may see is the same. */
export type Role = 'owner' | 'admin' | 'member' | 'viewer';

/**
 * Who is looking. Every query that serves people takes one and returns only what that viewer may see, so that a forgotten
 * check shows nothing. A member sees the connections of the own workspace that are shared with it or with one of the own
 * teams, and those that they made; `store/views/visibility.sql` has the rule.
 */
export type Viewer =
  /** Whoever holds the password of the database: the command line, and scripts on the operator's machine. */
  | { readonly kind: 'operator' }
  | {
      readonly kind: 'member';
      /** UUID. */
      readonly workspaceId: string;
      /** The member, spelt as `createdBy` of the connections that they made. */
      readonly personId: string;
      /** UUIDs. */
      readonly teamIds: readonly string[];
      readonly role: Role;
    };

export const OPERATOR: Viewer = { kind: 'operator' };
