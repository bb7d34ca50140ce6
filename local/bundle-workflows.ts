import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { repositoryFolder } from './processes.js';

/** Bundles the workflows as a worker would, and keeps nothing: that it can be done is what matters. */
await bundleWorkflowCode({
  workflowsPath: join(repositoryFolder, 'workflows', 'index.ts'),
  logger: new DefaultLogger('ERROR'),
});
