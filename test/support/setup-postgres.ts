import type { TestProject } from 'vitest/node';
import { releaseServers, sharedPostgres, withServers } from './servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** Vitest's global set-up of the projects that need Postgres only. */
export const setup = async (project: TestProject): Promise<void> => {
  await withServers(async () => {
    project.provide('postgresUrl', await sharedPostgres());
  });
};

export const teardown = async (): Promise<void> => await releaseServers();
