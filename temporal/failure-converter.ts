import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Encrypts the message and the stack of failures. Their type stays readable, so that the Temporal UI still shows what
 * went wrong. Temporal loads this file by its path, also into workflows.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
