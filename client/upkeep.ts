import { resealSecrets } from './act/rotate-key.js';
import { setUpTemporal } from './act/set-up.js';
import type { SecretsResealed, SetUp } from './answers.js';
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
   * Seals every stored secret again with the first of the importer's keys; the others may be removed then.
   * @throws `InvalidConfiguration` where no key opens one of them; nothing is changed then.
   * @example await importer.rotateKey();
   */
  rotateKey(): Promise<SecretsResealed>;
}

export const upkeepOf = (context: Context): Upkeep => ({
  setUp: () => setUpTemporal(context),
  rotateKey: () => resealSecrets(context),
});
