/** Bundles the workflows at build time, so that a worker in production starts without webpack. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { failureConverterPath } from '../temporal/converter.js';
import { bundlePaths, workflowsPath } from './create.js';

// How failures are written is part of the bundle, so an installation with PAYLOAD_KEY needs one of its own.
const plain = await bundleWorkflowCode({ workflowsPath });
await writeFile(bundlePaths.plain, plain.code);
const sealed = await bundleWorkflowCode({ workflowsPath, failureConverterPath });
await writeFile(bundlePaths.sealed, sealed.code);
process.stdout.write(`${bundlePaths.plain}\n${bundlePaths.sealed}\n`);
