import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createCodec } from './codec.js';

/** Where `bundleWorkflowCode` finds the failure converter, too: `.ts` in development, `.js` when built. */
export const failureConverterPath = fileURLToPath(
  new URL(`./failure-converter${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

/** What every client and worker of an installation must share. Without keys, Temporal's own: everything readable. */
export const createDataConverter = (payloadKeys: readonly Uint8Array[]): DataConverter =>
  payloadKeys.length === 0 ? {} : { payloadCodecs: [createCodec(payloadKeys)], failureConverterPath };
