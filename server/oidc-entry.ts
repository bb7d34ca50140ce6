/**
 * Who may be here of those whom a provider of identities knows: people whose address was named by whoever let them in, and those
 * whom an open invitation names.
 */
import { z } from 'zod';
import { lockUntilCommit, LOCKS } from '../store/locks.js';
import { findInvitation, spendLinkById } from '../store/people/links.js';
import { membershipsOf } from '../store/people/memberships.js';
import {
  createPerson,
  findPersonByEmail,
  type Identity,
  linkIdentity,
  personOfIdentity,
  verifyEmail,
} from '../store/people/people.js';
import type { Queryable } from '../store/pool.js';
import { join } from './links.js';
import type { OidcOptions } from './oidc.js';
import type { PublicContext } from './route.js';
import { signInPerson } from './sign-in.js';

/** Why somebody whom the provider knows is not let in here: a word for the sign-in page. */
export type OidcRefusal = 'oidc_unverified' | 'oidc_domain' | 'oidc_unknown' | 'oidc_unproved' | 'oidc_failed';

type Entered = { readonly personId: string } | { readonly refused: OidcRefusal };

const claimsShape = z.looseObject({
  email: z.string().toLowerCase().optional(),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  name: z.string().optional(),
});

const isMember = async (db: Queryable, personId: string): Promise<boolean> =>
  (await membershipsOf(db, personId)).length > 0;

/** Finds the person, or makes one whom an open invitation names. */
const enter = async (
  tx: Queryable,
  context: PublicContext,
  identity: Identity,
  { email, name }: { readonly email: string; readonly name: string },
): Promise<Entered> => {
  const invitation = await findInvitation(tx, email);
  const person = await findPersonByEmail(tx, email);
  const { asker } = context;
  if (person !== undefined) {
    // Whoever is signed in as this person has proved it; else only an address that was named by others is believed.
    const isSelf = asker?.kind === 'person' && asker.person.id === person.id;
    if (!person.emailVerified && !isSelf) return { refused: 'oidc_unproved' };
    if (isSelf) await verifyEmail(tx, person.id);
  }
  if (person === undefined && invitation === undefined) return { refused: 'oidc_unknown' };
  const personId = person?.id ?? (await createPerson(tx, { name, email, emailVerified: true }));
  if (personId === undefined) return { refused: 'oidc_failed' };
  if (invitation !== undefined && (await spendLinkById(tx, invitation.id)))
    await join(tx, context, invitation, personId);
  if (!(await isMember(tx, personId))) return { refused: 'oidc_unknown' };
  await linkIdentity(tx, personId, identity);
  return { personId };
};

/** Lets whoever the provider knows in, or says why not. */
export const signInByIdentity = async (
  context: PublicContext,
  { allowedDomains }: OidcOptions,
  identity: Identity,
  given: unknown,
): Promise<OidcRefusal | undefined> => {
  const claims = claimsShape.safeParse(given);
  if (!claims.success) return 'oidc_failed';
  const { email, email_verified: verified, name = email ?? '' } = claims.data;
  const known = await personOfIdentity(context.db, identity);
  if (email === undefined || !(verified === true || verified === 'true')) return 'oidc_unverified';
  if (!allowedDomains.includes(email.split('@').at(-1) ?? '')) return 'oidc_domain';
  const entered: Entered =
    known !== undefined && (await isMember(context.db, known))
      ? { personId: known }
      : await context.db.transaction(async (tx) => {
          await lockUntilCommit(tx, LOCKS.firstPerson);
          return enter(tx, context, identity, { email, name: name.trim() === '' ? email : name.trim().slice(0, 200) });
        });
  if ('refused' in entered) return entered.refused;
  await signInPerson(context, entered.personId);
  return undefined;
};
