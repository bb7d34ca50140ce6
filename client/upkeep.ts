import type { Readable, Writable } from 'node:stream';
import { resealSecrets } from './act/rotate-key.js';
import { deletePerson, deleteWorkspace } from './act/delete-people.js';
import { backUpDatabase, restoreDatabase } from './act/backup.js';
import { restoreConnections } from './act/restore.js';
import { setUpTemporal } from './act/set-up.js';
import { makeSignInLink } from './act/sign-in-link.js';
import { letSqlRoleRead } from './act/sql-role.js';
import type {
  BackedUp,
  DatabaseRestored,
  PersonDeleted,
  Restored,
  SecretsResealed,
  SetUp,
  SignInLink,
  SqlRole,
  WorkspaceDeleted,
} from './answers.js';
import type { Context } from './context.js';
import { readWatched, type WatchedConnection } from './read/watched.js';
import type { DeletePersonOptions, RestoreOptions, SignInLinkOptions } from './options.js';

/** What an operator does for the whole installation; a member is refused with `NotPermitted`. */
export interface Upkeep {
  /**
   * Makes the namespace of Temporal and the search attributes that the importer needs, as far as they are missing.
   * @throws `InvalidConfiguration` where Temporal does not let us.
   * @example const { searchAttributes } = await importer.setUp();
   */
  setUp(): Promise<SetUp>;
  /**
   * Starts the workflows anew that Temporal has lost: of connections, of imports that were going on, of deletions. Nobody signs
   * in again, and nothing is fetched twice. Repeating it changes nothing, and several may do it at once.
   * @example const { connections } = await importer.restore();
   */
  restore(options?: RestoreOptions): Promise<Restored>;
  /**
   * Writes the whole database, as it is at one moment, as one compressed file; imports go on meanwhile. The tokens in it are
   * sealed: keep the importer's keys apart from it.
   * @example await importer.backUp(createWriteStream('importer.backup', { mode: 0o600 }));
   */
  backUp(out: Writable): Promise<BackedUp>;
  /**
   * Restores what `backUp` has written into a migrated, empty database, whole or not at all. `restore({ anew: true })` follows.
   * @throws `InvalidChoice` for a file that is damaged or of another schema; `NotPermitted` where the database is not empty.
   * @example await importer.restoreDatabase(createReadStream('importer.backup'));
   */
  restoreDatabase(source: Readable): Promise<DatabaseRestored>;
  /**
   * Seals every stored secret again with the first of the importer's keys; the others may be removed then.
   * @throws `InvalidConfiguration` where no key opens one of them; nothing is changed then.
   * @example await importer.rotateKey();
   */
  rotateKey(): Promise<SecretsResealed>;
  /**
   * Makes a link that signs somebody in to the console, once and within the hour: where nobody is there yet, the first owner,
   * else a person who is locked out. It leaves their password and sessions as they are.
   * @throws `InvalidChoice` where nobody has the mail address.
   * @example const { url } = await importer.signInLink();
   */
  signInLink(options?: SignInLinkOptions): Promise<SignInLink>;
  /**
   * Makes a role of the database that signs in and reads the views, and nothing else; one that exists gets the views that are new.
   * @throws `InvalidChoice` for a name that no role can have; `InvalidConfiguration` where Postgres does not let us.
   * @example const { password } = await importer.sqlRole('metabase');
   */
  sqlRole(name: string): Promise<SqlRole>;
  /**
   * Deletes a person with passwords and sessions; their connections are handed over. The audit log keeps the name.
   * @throws `InvalidChoice` where nobody has the address, and for the last owner of a workspace.
   * @example const { connectionsHandedOver } = await importer.deletePerson({ email: 'ada@example.com' });
   */
  deletePerson(options: DeletePersonOptions): Promise<PersonDeleted>;
  /**
   * Deletes a workspace, by name or id, whose connections have ended and whose data are gone. The audit log keeps what was done.
   * @throws `InvalidChoice` where there is no such workspace; `NotPermitted` while something of it goes on.
   * @example const { connections } = await importer.deleteWorkspace('Agency Berlin');
   */
  deleteWorkspace(nameOrId: string): Promise<WorkspaceDeleted>;
  /**
   * How each connection of a workspace stands, whoever sees it: what its people are told of.
   * @example const needing = (await importer.watched(workspaceId)).filter(({ mark }) => mark.who !== 'nobody');
   */
  watched(workspaceId: string): Promise<readonly WatchedConnection[]>;
}

export const upkeepOf = (context: Context): Upkeep => ({
  setUp: () => setUpTemporal(context),
  restore: (options) => restoreConnections(context, options),
  backUp: (out) => backUpDatabase(context, out),
  restoreDatabase: (source) => restoreDatabase(context, source),
  rotateKey: () => resealSecrets(context),
  signInLink: (options) => makeSignInLink(context, options),
  sqlRole: (name) => letSqlRoleRead(context, name),
  deletePerson: (options) => deletePerson(context, options),
  deleteWorkspace: (nameOrId) => deleteWorkspace(context, nameOrId),
  watched: (workspaceId) => readWatched(context, workspaceId),
});
