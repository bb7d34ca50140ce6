import type { TestProject } from 'vitest/node';
import { releaseServers, sharedPostgres, sharedTemporal, sharedWorkflowBundle, withServers } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    workflowBundle: string;
  }
}

/** Vitest's global set-up of the projects that need Temporal and Postgres. */
export const setup = async (project: TestProject): Promise<void> => {
  await withServers(async () => {
    const [postgresUrl, temporalAddress, workflowBundle] = await Promise.all([
      sharedPostgres(),
      sharedTemporal(),
      sharedWorkflowBundle(),
    ]);
    project.provide('postgresUrl', postgresUrl);
    project.provide('temporalAddress', temporalAddress);
    project.provide('workflowBundle', workflowBundle);
  });
};

export const teardown = async (): Promise<void> => await releaseServers();
