import type { Browser } from 'playwright-core';
import type { ConnectionId } from '../../../domain/ids.js';
import { Disposals } from '../../../local/disposals.js';
import { allow } from '../../../local/once/consent.js';
import { type Processes, startProcesses } from '../../support/installation.js';
import { launchBrowser, visit, type Visitor } from './browser.js';
import { enter } from './pages.js';

export interface OpenConsole extends AsyncDisposable {
  readonly installation: Processes;
  readonly browser: Browser;
  /** The first person, the workspace's owner. */
  readonly ana: Visitor;
  /** Of the console. */
  readonly address: string;
}

/** One installation, as `npm start` makes it, and one person's browser. */
export const openConsole = async (
  simulated: readonly string[],
  { isSignedIn = true, firstPauseMillis }: { readonly isSignedIn?: boolean; readonly firstPauseMillis?: number } = {},
): Promise<OpenConsole> => {
  const disposals = new Disposals();
  return await disposals.guard(async () => {
    const pause = firstPauseMillis === undefined ? {} : { firstPauseMillis };
    const installation = await startProcesses(simulated, { server: true, ...pause });
    disposals.add(() => installation[Symbol.asyncDispose]());
    const address = installation.stack.consoleUrl;
    if (address === undefined) throw new Error('the console is not served');
    const browser = await launchBrowser();
    disposals.add(() => browser.close());
    const ana = await visit(browser, address);
    if (isSignedIn) await enter(installation, ana, address);
    return { installation, browser, ana, address, [Symbol.asyncDispose]: () => disposals.dispose() };
  });
};

/** Connects every account of an X user, for the whole workspace, without the pages, which another test walks. */
export const connectAll = async ({ importer }: Processes, name: string, days: 30 | 90): Promise<ConnectionId> => {
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: name });
  await importer.completeSignIn(await allow(authorizeUrl, 'all_accounts'));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  await importer.setPrivacy(connectionId, 'workspace');
  await importer.choose(connectionId, { history: { kind: 'days', days } });
  return connectionId;
};
