import { log } from '@temporalio/activity';
import type { XAds } from '../x-ads/client.js';
import { ConsumerRejected } from '../x-ads/errors/index.js';

/** X refuses the keys of our own app, so a refused token says nothing about the X user. Ends when workers have the right keys. */
export class OwnKeysRefused extends Error {
  override readonly name = 'OwnKeysRefused' as const;
  readonly nextStep: string;

  constructor({ message, nextStep }: ConsumerRejected) {
    super(
      `X refuses the importer's own keys: check X_CONSUMER_KEY and X_CONSUMER_SECRET of the workers (${message}). Nobody has to sign in again; the import goes on by itself once they are right`,
    );
    this.nextStep = nextStep;
  }
}

/**
 * X refuses an invalid token and an unknown app key with the same answer (docs/x-ads-api.md §3.4). So the keys are checked
 * by themselves before a person is asked to sign in again.
 * @throws {OwnKeysRefused} when X refuses the keys; any other error when X does not answer.
 */
export const checkOwnKeys = async ({ authorize }: Pick<XAds, 'authorize'>): Promise<void> => {
  try {
    await authorize.checkKeys();
  } catch (error) {
    if (!(error instanceof ConsumerRejected)) throw error;
    const refused = new OwnKeysRefused(error);
    log.error(refused.message, { nextStep: refused.nextStep });
    throw refused;
  }
};
