import type { Membership } from '../store/people/memberships.js';
import type { Viewer } from '../domain/viewer.js';
import type { RoleOrKey } from './access.js';

/** A person who is signed in, with the session that says so. */
export interface SignedInPerson {
  readonly kind: 'person';
  readonly person: { readonly id: string; readonly name: string; readonly email: string };
  readonly session: { readonly id: string };
  readonly memberships: readonly Membership[];
}

export interface KeyHolder {
  readonly kind: 'api_key';
  readonly apiKey: { readonly id: string; readonly name: string };
}

/** Who sends a request, in which workspace, and as what. */
export type Asker = (SignedInPerson | KeyHolder) & {
  readonly workspaceId: string;
  readonly subject: RoleOrKey;
  readonly viewer: Extract<Viewer, { kind: 'member' }>;
};
