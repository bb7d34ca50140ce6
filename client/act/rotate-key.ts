import { resealAll } from '../../store/connection/rotate-key.js';
import { SealBroken } from '../../store/secrets.js';
import type { SecretsResealed } from '../answers.js';
import { type Context, requireOperator } from '../context.js';
import { InvalidConfiguration } from '../errors.js';

/** Seals every stored secret again with the first key of IMPORTER_KEY; afterwards the others may be removed. */
export const resealSecrets = async (context: Pick<Context, 'db' | 'sealer' | 'viewer'>): Promise<SecretsResealed> => {
  requireOperator(context, 'change the key');
  try {
    return await resealAll(context.db, context.sealer);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new InvalidConfiguration(`Nothing was changed: ${error.message}.`, {
      nextStep: {
        action: 'check_configuration',
        text: 'List the new key first and every older one after it in IMPORTER_KEY, separated by commas.',
      },
      cause: error,
    });
  }
};
