import { resealAll, type Resealed } from '../../store/connection/rotate-key.js';
import { SealBroken } from '../../store/secrets.js';
import type { Context } from '../context.js';
import { InvalidConfiguration } from '../errors/invalid-configuration.js';

/** Seals every stored secret again with the first key of IMPORTER_KEY; afterwards the others may go. */
export const rotateKey = async ({ db, sealer }: Pick<Context, 'db' | 'sealer'>): Promise<Resealed> => {
  try {
    return await resealAll(db, sealer);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new InvalidConfiguration(`Nothing was changed: ${error.message}.`, {
      nextStep: 'List the new key first and every older one after it in IMPORTER_KEY, separated by commas.',
      cause: error,
    });
  }
};
