import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionLike, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { searchAttributes } from './search-attributes.js';

const notFound = 5;
const alreadyExists = 6;
/** PERMISSION_DENIED, UNIMPLEMENTED and UNAUTHENTICATED: of Temporal Cloud, or of a server that lets us do less. */
const refusals: ReadonlySet<number> = new Set([7, 12, 16]);
const becomesKnownMillis = 30_000;
const millisPerDay = 86_400_000;
const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/** As long as X may correct a day, so that its imports can be looked into. */
export const defaultRetentionDays = 30;

/** What the calls of this file need: the client's connection, or the worker's. */
type Server = Pick<ConnectionLike, 'workflowService' | 'operatorService'>;

/** The namespace lacks search attributes without which no workflow can start, and we may not make them. */
export class SearchAttributesMissing extends Error {
  override readonly name = 'SearchAttributesMissing' as const;

  constructor(namespace: string, missing: readonly string[], cause?: unknown) {
    super(
      `The namespace ${namespace} of Temporal lacks the search attributes ${missing.join(', ')} (of type Keyword).`,
      cause === undefined ? undefined : { cause },
    );
  }
}

/**
 * Makes the namespace, sets its retention, and registers our search attributes; each only where it is not so already.
 * Returns the names of the search attributes that it has made. For self-hosted servers: Temporal Cloud does all three in its
 * own way.
 * @throws {SearchAttributesMissing} where we may not make them
 */
export const prepareNamespace = async (
  connection: Server,
  namespace: string,
  retentionDays: number = defaultRetentionDays,
): Promise<readonly string[]> => {
  await keepNamespace(connection, namespace, retentionDays * millisPerDay);
  return await prepareSearchAttributes(connection, namespace);
};

/**
 * Registers those of our search attributes that the namespace lacks, and returns their names. A server may refuse them for
 * some seconds more, until its caches know them.
 * @throws {SearchAttributesMissing} where we may not make them
 */
export const prepareSearchAttributes = (connection: Server, namespace: string): Promise<readonly string[]> =>
  onceKnown(async () => await registerSearchAttributes(connection, namespace));

const keepNamespace = async (connection: Server, namespace: string, retentionMillis: number): Promise<void> => {
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

const registerSearchAttributes = async (connection: Server, namespace: string): Promise<readonly string[]> => {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  try {
    await tolerating(alreadyExists, async () => {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
      });
    });
  } catch (error) {
    throw isRefused(error) ? new SearchAttributesMissing(namespace, missing, error) : error;
  }
  return missing;
};

/**
 * The names of our search attributes that the namespace lacks. Temporal refuses to start a workflow with one of them. None
 * where the server does not say what it has, such as Temporal Cloud.
 */
export const missingSearchAttributes = async (connection: Server, namespace: string): Promise<readonly string[]> => {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return searchAttributes.map(({ name }) => name).filter((name) => customAttributes?.[name] === undefined);
  } catch (error) {
    if (isRefused(error)) return [];
    throw error;
  }
};

/** Repeats the call while the server's caches do not have the new namespace yet. */
const onceKnown = async <T>(call: () => Promise<T>): Promise<T> => {
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

const codeOf = (error: unknown): number | undefined => (isGrpcServiceError(error) ? error.code : undefined);
const hasCode = (error: unknown, code: number): boolean => codeOf(error) === code;
const isRefused = (error: unknown): boolean => refusals.has(codeOf(error) ?? -1);

const tolerating = async (code: number, call: () => Promise<void>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    if (!hasCode(error, code)) throw error;
  }
};
