import type { TestProject } from 'vitest/node';
import { releaseServers, sharedPostgres, sharedTemporal, withServers } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
  }
}

/** Vitest's global set-up of the projects that need Temporal and Postgres. */
export const setup = async (project: TestProject): Promise<void> => {
  await withServers(async () => {
    const [postgresUrl, temporalAddress] = await Promise.all([sharedPostgres(), sharedTemporal()]);
    project.provide('postgresUrl', postgresUrl);
    project.provide('temporalAddress', temporalAddress);
  });
};

export const teardown = async (): Promise<void> => await releaseServers();
