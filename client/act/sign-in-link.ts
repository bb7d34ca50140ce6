import { LINK_MINUTES, linkAddress } from '../../domain/one-time-link.js';
import { createLink, type LinkKind } from '../../store/people/links.js';
import { findPersonByEmail, firstOwner, isAnybodyThere } from '../../store/people/people.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import type { Db } from '../../store/pool.js';
import type { SignInLink } from '../answers.js';
import { type Context, requireOperator } from '../context.js';
import { InvalidChoice } from '../errors.js';
import type { SignInLinkOptions } from '../options.js';

const address = (email: string): string => email.trim().toLowerCase();

/** For whom, and what kind of link that makes. */
const target = async (db: Db, email: string | undefined) => {
  if (!(await isAnybodyThere(db)))
    return { kind: 'first_person', workspaceId: DEFAULT_WORKSPACE, role: 'owner', email } as const;
  const person = email === undefined ? await firstOwner(db) : await findPersonByEmail(db, email);
  if (person === undefined) {
    throw new InvalidChoice(`Nobody here has the mail address ${email ?? ''}.`, {
      nextStep: {
        action: 'retry',
        text: 'Leave the address out for a link of the first owner, who can invite others.',
      },
    });
  }
  return { kind: 'sign_in', workspaceId: DEFAULT_WORKSPACE, personId: person.id, person } as const;
};

export const makeSignInLink = async (context: Context, options: SignInLinkOptions = {}): Promise<SignInLink> => {
  requireOperator(context, 'make links that sign in');
  const email = options.email === undefined ? undefined : address(options.email);
  const { kind, ...forWhom } = await target(context.db, email);
  const person = 'person' in forWhom ? forWhom.person : undefined;
  const made = await createLink(context.db, {
    ...forWhom,
    kind: kind satisfies LinkKind,
    createdBy: context.actor,
    minutes: LINK_MINUTES.signIn,
  });
  return {
    url: linkAddress(context.publicUrl, made.token),
    kind,
    ...(person === undefined ? {} : { email: person.email }),
    expiresAt: made.expiresAt,
  };
};
