import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts the message and the stack of a failure into its encrypted part. The failure's type stays readable, so that the
 * Temporal UI still says what went wrong. Temporal loads this file by its path, into workflows too.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
