import { resealSecrets } from './act/rotate-key.js';
import { restoreConnections } from './act/restore.js';
import { setUpTemporal } from './act/set-up.js';
import type { Restored, SecretsResealed, SetUp } from './answers.js';
import type { Context } from './context.js';

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
  restore(): Promise<Restored>;
  /**
   * Seals every stored secret again with the first of the importer's keys; the others may be removed then.
   * @throws `InvalidConfiguration` where no key opens one of them; nothing is changed then.
   * @example await importer.rotateKey();
   */
  rotateKey(): Promise<SecretsResealed>;
}

export const upkeepOf = (context: Context): Upkeep => ({
  setUp: () => setUpTemporal(context),
  restore: () => restoreConnections(context),
  rotateKey: () => resealSecrets(context),
});
