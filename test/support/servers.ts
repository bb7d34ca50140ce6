import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { Client } from 'pg';
import { type Postgres, startPostgres } from '../../local/postgres.js';
import { startTemporalServer, type TemporalServer } from '../../local/temporal-server.js';
import { progressLine } from '../../local/progress.js';
import { workflowsPath } from '../../worker/create.js';

/**
 * The servers of one test run: one Postgres, one Temporal, started for the first project that needs them and ended
 * with the last. All projects of a run share them; two runs at once share nothing.
 */
interface Servers {
  users: number;
  folder: string | undefined;
  postgres: Promise<Postgres> | undefined;
  temporal: Promise<TemporalServer> | undefined;
  workflowBundle: Promise<string> | undefined;
}

/** Vitest loads this module once per project, so the servers are shared through the global object. */
const slot = Symbol.for('x-ads-importer.test-servers');
const shared = globalThis as typeof globalThis & { [slot]?: Servers };
const none = { folder: undefined, postgres: undefined, temporal: undefined, workflowBundle: undefined };
const servers: Servers = (shared[slot] ??= { users: 0, ...none });

export const templateDatabase = 'template_importer';

/** The run's folder, which Postgres' own user may enter. */
export const testFolder = (): string => {
  if (servers.folder === undefined) {
    servers.folder = mkdtempSync(join(tmpdir(), 'x-ads-importer-test-'));
    chmodSync(servers.folder, 0o711);
  }
  return servers.folder;
};

export const sharedPostgres = async (): Promise<string> => {
  servers.postgres ??= startTestPostgres();
  return (await servers.postgres).url;
};

export const sharedTemporal = async (): Promise<string> => {
  servers.temporal ??= startTestTemporal();
  return (await servers.temporal).address;
};

/** The file that every worker in a test's own process runs: bundling takes seconds. */
export const sharedWorkflowBundle = async (): Promise<string> => {
  servers.workflowBundle ??= bundleForTests();
  return await servers.workflowBundle;
};

const bundleForTests = async (): Promise<string> => {
  const path = join(testFolder(), 'workflow-bundle.js');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  writeFileSync(path, code);
  return path;
};

const startTestTemporal = async (): Promise<TemporalServer> => {
  const { report, clear } = progressLine();
  try {
    return await startTemporalServer({
      dbFile: join(testFolder(), 'temporal.db'),
      uiPort: false,
      progress: report,
      // A new namespace can be used at once, not after the second or more that the server's cache lives by default.
      dynamicConfig: { 'system.namespaceCacheRefreshInterval': '200ms' },
    });
  } finally {
    clear();
  }
};

const startTestPostgres = async (): Promise<Postgres> => {
  const postgres = await startPostgres({
    dataDir: join(testFolder(), 'postgres'),
    // These data end with the run, so nothing needs to reach the disk.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
  });
  try {
    await makeTemplate(postgres);
  } catch (error) {
    await postgres.destroy();
    throw error;
  }
  return postgres;
};

const makeTemplate = async (postgres: Postgres): Promise<void> => {
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`create database ${templateDatabase}`);
  await admin.end();
  const template = new URL(postgres.url);
  template.pathname = `/${templateDatabase}`;
  const { migrate } = await import('../../store/migrate.js');
  await migrate(template.href);
};

/** Runs the set-up of a project. When it fails, what it started is ended here, since vitest does not call the teardown then. */
export const withServers = async (start: () => Promise<void>): Promise<void> => {
  servers.users += 1;
  try {
    await start();
  } catch (error) {
    await releaseServers();
    throw error;
  }
};

export const releaseServers = async (): Promise<void> => {
  servers.users -= 1;
  if (servers.users > 0) return;
  const { postgres, temporal, folder } = servers;
  Object.assign(servers, none);
  await (await temporal?.catch(() => undefined))?.kill();
  await (await postgres?.catch(() => undefined))?.destroy();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
};
