import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { prepareNamespace, prepareSearchAttributes, SearchAttributesMissing } from '../temporal/namespace.js';

const NOT_FOUND = 5;

/**
 * Makes the search attributes that the namespace lacks, and a namespace that is gone, where the server lets us. Without
 * them no workflow starts: the worker works all the same, and `/readyz` says what is missing.
 */
export const prepareTemporal = async (
  connection: NativeConnection,
  namespace: string,
  { log, setUp }: { readonly log: Logger; readonly setUp: string },
): Promise<void> => {
  try {
    const made = await connection.workflowService.describeNamespace({ namespace }).then(
      () => prepareSearchAttributes(connection, namespace),
      (error: unknown) => {
        const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
        if (code !== NOT_FOUND) throw error;
        return prepareNamespace(connection, namespace);
      },
    );
    if (made.length > 0)
      log.warn({ namespace, searchAttributes: made }, 'Temporal lacked search attributes; they are made');
  } catch (error) {
    if (!(error instanceof SearchAttributesMissing)) throw error;
    log.error({ namespace }, `${error.message} Make them with the rights to it: ${setUp}`);
  }
};
