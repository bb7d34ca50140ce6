import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { connectionWorkflowId } from '../domain/ids.js';
import type { ConnectionId } from '../domain/ids.js';
import type { NextStep } from '../domain/next-step.js';
import { sealingKey } from '../temporal/codec.js';

/** What to do where a payload is sealed with a key that is not there. */
export const ADD_PAYLOAD_KEY: NextStep = {
  action: 'check_configuration',
  text: 'Put the key back, at the end of PAYLOAD_KEY of every worker and of this command, and start the workers again.',
};

const opens = async ({ options }: Client, payload: Payload): Promise<boolean> => {
  const { payloadCodecs } = options.loadedDataConverter;
  if (payloadCodecs.length === 0) return false;
  try {
    for (const codec of payloadCodecs) await codec.decode([payload]);
    return true;
  } catch {
    return false;
  }
};

/**
 * The id of the key that sealed the state of a connection's workflow, where PAYLOAD_KEY does not hold it: then no worker
 * with these keys can go on with the connection. Undefined where all is readable, or there is no such workflow.
 */
export const missingPayloadKey = async (temporal: Client, id: ConnectionId): Promise<string | undefined> => {
  const { history } = await temporal.workflowService
    .getWorkflowExecutionHistory({
      namespace: temporal.options.namespace,
      execution: { workflowId: connectionWorkflowId(id) },
      maximumPageSize: 1,
    })
    .catch(() => ({ history: undefined }));
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  for (const payload of payloads) {
    const key = sealingKey(payload);
    if (key !== undefined && !(await opens(temporal, payload))) return key;
  }
  return undefined;
};
