import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

const quiet = new DefaultLogger('ERROR', () => undefined);

/** One attempt of an activity, with what the attempt before it has kept; what this one keeps is in the answer. */
export const attempt = async <T>(work: () => Promise<T>, heartbeatDetails?: unknown) => {
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger: quiet });
  // As Temporal does: what an attempt does not say anew stays.
  let kept: unknown = heartbeatDetails;
  environment.on('heartbeat', (details: unknown) => (kept = structuredClone(details)));
  const result = await environment.run(work).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { ...result, kept };
};
