/** One-time links: what each needs, and their use. A use that fails leaves the link as it was. */
import { noteDeed } from '../store/people/audit.js';
import { type Link, readLink, spendLink } from '../store/people/links.js';
import { addMember } from '../store/people/memberships.js';
import {
  createPerson,
  findPersonByEmail,
  getPerson,
  isAnybodyThere,
  passwordHashOf,
  type PersonRow,
  savePassword,
} from '../store/people/people.js';
import { addTeamMembers } from '../store/people/teams.js';
import { lockUntilCommit, LOCKS } from '../store/locks.js';
import type { Db, Queryable } from '../store/pool.js';
import { passwordShape } from './auth.js';
import { conflict, RefusedRequest } from './errors.js';
import type { PublicContext } from './route.js';
import { signInPerson, tryPassword } from './sign-in.js';

const linkUsed = (): RefusedRequest =>
  new RefusedRequest(
    410,
    'link_used',
    'This link has been used, withdrawn or is too old. Ask whoever gave it to you for another one.',
  );

/** @throws {RefusedRequest} where it cannot be used any more, or never could */
export const requireLink = async (db: Queryable, token: string): Promise<Link> => {
  const link = await readLink(db, token);
  if (link === undefined) throw linkUsed();
  return link;
};

/** Whoever is signed in joins as themselves, unless the invitation names somebody else. */
const joiner = ({ asker }: PublicContext, link: Link): { readonly id: string; readonly name: string } | undefined =>
  link.kind === 'invitation' && asker?.kind === 'person' && (link.email === null || link.email === asker.person.email)
    ? asker.person
    : undefined;

interface Needs {
  readonly needs: { readonly name: boolean; readonly email: boolean; readonly password: boolean };
  readonly personName?: string | undefined;
}

export const needsOf = async (context: PublicContext, link: Link): Promise<Needs> => {
  const nothing = { name: false, email: false, password: false };
  if (link.personName !== null) return { needs: nothing, personName: link.personName };
  const signedIn = joiner(context, link);
  if (signedIn !== undefined) return { needs: nothing, personName: signedIn.name };
  const known = link.email === null ? undefined : await findPersonByEmail(context.db, link.email);
  return {
    needs: { name: known === undefined, email: link.email === null, password: true },
    personName: known?.name,
  };
};

interface Given {
  readonly name?: string;
  readonly email?: string;
  readonly password?: string;
}

const missing = (fields: Readonly<Record<string, string>>): RefusedRequest =>
  new RefusedRequest(422, 'invalid_request', Object.values(fields)[0] ?? '', { fields });

/** The hash of a password that is being chosen. @throws {RefusedRequest} where it is too short or too long */
const newHash = async ({ options }: PublicContext, password: string): Promise<string> => {
  const parsed = passwordShape.safeParse(password);
  if (!parsed.success) throw missing({ password: parsed.error.issues[0]?.message ?? 'Choose another password.' });
  const { password: hasher } = await options.auth.$context;
  return await hasher.hash(parsed.data);
};

/** A person who is there already proves it: a link alone lets nobody in as them. */
const provePerson = async (context: PublicContext, person: PersonRow, password: string): Promise<void> => {
  const hash = await passwordHashOf(context.db, person.id);
  if (hash === undefined)
    throw conflict('There is a person with this address already. Sign in, then open the link again.');
  const { password: hasher } = await context.options.auth.$context;
  await tryPassword(context, person.email, async () =>
    (await hasher.verify({ hash, password })) ? person : undefined,
  );
};

type Enter = (tx: Queryable) => Promise<string>;

/** How whoever uses an invitation, or the first link, becomes a person. */
const entrance = async (context: PublicContext, link: Link, given: Given): Promise<Enter> => {
  const signedIn = joiner(context, link);
  if (signedIn !== undefined) return () => Promise.resolve(signedIn.id);
  const email = link.email ?? given.email;
  const { name, password } = given;
  const known = email === undefined ? undefined : await findPersonByEmail(context.db, email);
  if (email === undefined || password === undefined || (known === undefined && name === undefined)) {
    throw missing({
      ...(known === undefined && name === undefined ? { name: 'Give your name.' } : {}),
      ...(email === undefined ? { email: 'Give your mail address.' } : {}),
      ...(password === undefined ? { password: 'Give a password.' } : {}),
    });
  }
  if (known !== undefined) {
    await provePerson(context, known, password);
    return () => Promise.resolve(known.id);
  }
  const hash = await newHash(context, password);
  return async (tx) => {
    const created = await createPerson(tx, { name: name ?? email, email, emailVerified: link.email !== null });
    if (created === undefined) throw conflict('There is a person with this address by now. Open the link again.');
    await savePassword(tx, created, hash);
    return created;
  };
};

/** Whoever uses an invitation becomes a member. */
export const join = async (tx: Queryable, context: PublicContext, link: Link, personId: string): Promise<void> => {
  const { workspaceId, role, teamIds, id } = link;
  if (role === null) return;
  await addMember(tx, { workspaceId, personId, role });
  await addTeamMembers(tx, workspaceId, teamIds, [personId]);
  const name = (await getPerson(tx, personId))?.name ?? personId;
  await noteDeed(tx, {
    workspaceId,
    actor: personId,
    actorName: name,
    action: 'member.joined',
    subjectKind: 'link',
    subjectId: id,
    subjectName: name,
    became: { role, invitedBy: link.createdBy },
    address: context.ip,
  });
};

/** Uses the link up, and does what it is for, in one transaction. */
const spend = (db: Db, context: PublicContext, token: string, link: Link, enter: Enter): Promise<string> =>
  db.transaction(async (tx) => {
    await lockUntilCommit(tx, LOCKS.firstPerson);
    if (!(await spendLink(tx, token))) throw linkUsed();
    if (link.kind === 'first_person' && (await isAnybodyThere(tx))) throw linkUsed();
    const personId = await enter(tx);
    await join(tx, context, link, personId);
    return personId;
  });

/** @throws {RefusedRequest} */
export const useLink = async (context: PublicContext, token: string, given: Given): Promise<void> => {
  const { db } = context;
  const link = await requireLink(db, token);
  const { personId } = link;
  const hash = personId !== null && given.password !== undefined ? await newHash(context, given.password) : undefined;
  const enter: Enter =
    personId === null
      ? await entrance(context, link, given)
      : async (tx) => {
          if (hash !== undefined) await savePassword(tx, personId, hash);
          return personId;
        };
  await signInPerson(context, await spend(db, context, token, link, enter));
};
