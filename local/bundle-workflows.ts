import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { repositoryFolder } from './processes.js';

/** Bundles the workflows as a worker does and discards the result: the check is that bundling succeeds. */
await bundleWorkflowCode({
  workflowsPath: join(repositoryFolder, 'workflows', 'index.ts'),
  logger: new DefaultLogger('ERROR'),
});
