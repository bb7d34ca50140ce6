import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { searchAttributes } from './search-attributes.js';

const notFound = 5;
const alreadyExists = 6;
const becomesKnownMillis = 30_000;
const millisPerDay = 86_400_000;
const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/** Long enough to look into what happened to a day while X may still correct it. */
export const defaultRetentionDays = 30;

/**
 * Makes the namespace, keeps closed workflows for a while, and registers our search attributes; what is already so
 * stays as it is. For servers of one's own: Temporal Cloud has its own ways for all three.
 */
export const prepareNamespace = async (
  connection: Connection,
  namespace: string,
  retentionDays: number = defaultRetentionDays,
): Promise<void> => {
  await keepNamespace(connection, namespace, retentionDays * millisPerDay);
  await onceKnown(async () => await registerSearchAttributes(connection, namespace));
};

const keepNamespace = async (connection: Connection, namespace: string, retentionMillis: number): Promise<void> => {
  const workflowExecutionRetentionPeriod = msToTs(retentionMillis);
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const kept = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000;
    // A longer retention is somebody's decision, not ours to shorten.
    if (kept >= retentionMillis) return;
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: workflowExecutionRetentionPeriod },
    });
  } catch (error) {
    if (!hasCode(error, notFound)) throw error;
    await tolerating(alreadyExists, async () => {
      await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    });
  }
};

const registerSearchAttributes = async (connection: Connection, namespace: string): Promise<void> => {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return;
  await tolerating(alreadyExists, async () => {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  });
};

/** The names of our search attributes that the namespace does not know. A start with one of them would be refused. */
export const missingSearchAttributes = async (
  connection: Connection,
  namespace: string,
): Promise<readonly string[]> => {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return searchAttributes.map(({ name }) => name).filter((name) => customAttributes?.[name] === undefined);
};

/** The server's parts learn of a new namespace from a cache, a moment after it was made. */
const onceKnown = async (call: () => Promise<void>): Promise<void> => {
  const giveUp = Date.now() + becomesKnownMillis;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!hasCode(error, notFound) || Date.now() > giveUp) throw error;
      await sleep(200);
    }
  }
};

const hasCode = (error: unknown, code: number): boolean => {
  if (!isGrpcServiceError(error)) return false;
  const found: number = error.code;
  return found === code;
};

const tolerating = async (code: number, call: () => Promise<void>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    if (!hasCode(error, code)) throw error;
  }
};
