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

/** As long as X may correct a day, so that its imports can be looked into. */
export const defaultRetentionDays = 30;

/**
 * Makes the namespace, sets its retention, and registers our search attributes; each only where it is not so already.
 * For self-hosted servers: Temporal Cloud does all three in its own way.
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
    // Somebody has chosen a longer retention: it stays.
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

/**
 * The names of our search attributes that the namespace lacks. Temporal refuses to start a workflow with one of them.
 */
export const missingSearchAttributes = async (
  connection: Connection,
  namespace: string,
): Promise<readonly string[]> => {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return searchAttributes.map(({ name }) => name).filter((name) => customAttributes?.[name] === undefined);
};

/** Repeats the call while the server's caches do not have the new namespace yet. */
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
