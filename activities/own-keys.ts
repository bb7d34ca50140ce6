import { log } from '@temporalio/activity';
import type { XAds } from '../x-ads/client.js';
import { ConsumerRejected } from '../x-ads/errors/index.js';

/** X refuses the keys of our own app, so its refusals say nothing of any X user. Heals when a worker has the right ones. */
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
 * X answers a token that it does not take and an app key that it does not know in the same words (x-ads-api.md §3.4). So
 * the keys are asked about by themselves before anybody is sent to sign in again. Throws where X does not answer that.
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
