import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createCodec } from './codec.js';

/** Also for `bundleWorkflowCode`. `.ts` in development, `.js` when built. */
export const failureConverterPath = fileURLToPath(
  new URL(`./failure-converter${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

/** All clients and workers of an installation need the same. Without keys it is Temporal's own: all is readable. */
export const createDataConverter = (payloadKeys: readonly Uint8Array[]): DataConverter =>
  payloadKeys.length === 0 ? {} : { payloadCodecs: [createCodec(payloadKeys)], failureConverterPath };
