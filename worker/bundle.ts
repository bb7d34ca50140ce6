/** Bundles the workflows at build time, so that workers in production start without webpack. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { failureConverterPath } from '../temporal/converter.js';
import { bundlePaths, workflowsPath } from './create.js';

// The failure converter is part of the bundle, so that installations with PAYLOAD_KEY need a bundle of their own.
const plain = await bundleWorkflowCode({ workflowsPath });
await writeFile(bundlePaths.plain, plain.code);
const sealed = await bundleWorkflowCode({ workflowsPath, failureConverterPath });
await writeFile(bundlePaths.sealed, sealed.code);
process.stdout.write(`${bundlePaths.plain}\n${bundlePaths.sealed}\n`);
