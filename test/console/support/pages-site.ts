import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createImporter, type Importer } from '../../../client/importer.js';
import type { DayRange } from '../../../domain/calendar.js';
import type { AccountId } from '../../../domain/ids.js';
import { prepareConsole } from '../../../local/console-build.js';
import { repositoryFolder } from '../../../local/processes.js';
import { throwawayFolder } from '../../../local/throwaway-folder.js';
import { freePort } from '../../../process/free-port.js';
import { createLogger } from '../../../process/logger.js';
import { buildApp } from '../../../server/app.js';
import { createAuth } from '../../../server/auth.js';
import { openSite, type Site } from '../../activities/site.js';

/** Pages over numbers that activities have imported: all but Temporal, which no page about numbers asks. */
export interface PagesSite extends Pick<Site, 'db' | 'control'>, AsyncDisposable {
  readonly consoleUrl: string;
  readonly simulatorUrl: string;
  readonly accounts: readonly AccountId[];
  /** A link that signs the first person in, once. */
  readonly signInLink: Importer['signInLink'];
  /** Imports days of every account, or of some; of days that have been imported what X says now. */
  readonly read: (range: DayRange, accounts?: readonly AccountId[]) => Promise<void>;
}

export const openPagesSite = async (simulated: Parameters<typeof openSite>[0]): Promise<PagesSite> => {
  const site = await openSite(simulated);
  const { db, sealer, disposals } = site;
  return await disposals.guard(async () => {
    const logs = throwawayFolder();
    disposals.add(() => logs[Symbol.dispose]());
    await prepareConsole({ logFolder: logs.path, signal: undefined });
    const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: '50 milliseconds', interceptors: [] });
    disposals.add(() => connection.close());
    const temporal = new Client({ connection });
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const app = await buildApp({
      db,
      importerFor: (viewer, actor) => createImporter({ db, sealer, temporal, viewer, actor, publicUrl }),
      auth: createAuth({ db, publicUrl, importerKeys: site.importerKeys }),
      sealer,
      publicUrl,
      trustedProxies: [],
      consoleFolder: join(repositoryFolder, 'dist', 'console'),
      xApiUrl: site.url,
      logger: createLogger('error'),
    });
    disposals.add(() => app.close());
    await app.listen({ port, host: '127.0.0.1' });
    const { connectionId } = await site.choose();
    const accounts = site.simulator.world.accounts.map(({ id }) => id);
    const operator = createImporter({ db, sealer, temporal, publicUrl });
    return {
      db,
      control: (method, path, body) => site.control(method, path, body),
      consoleUrl: publicUrl,
      simulatorUrl: site.url,
      accounts,
      signInLink: () => operator.signInLink(),
      read: async (range, of = accounts) => {
        for (const accountId of of) {
          const runId = await site.plan({ connectionId, accountId }, { range, refetch: true });
          await site.finish(runId);
          await site.call('closeRun', { runId, state: 'completed' });
        }
      },
      [Symbol.asyncDispose]: () => disposals.dispose(),
    };
  });
};
