import { openWith } from '../../client/open.js';
import type { ImporterConfig, Opened } from '../../client/open.js';
import { allow } from '../../local/once/consent.js';
import { startStack } from '../../local/stack.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import type { Stack } from '../../local/stack.js';
import { throwawayEnvironment } from '../../local/environment.js';

export const SCREEN_NAME = 'all_accounts';

/** A throw-away installation with a simulated X whose clock the soak moves. */
export interface World extends AsyncDisposable, Opened {
  readonly stack: Stack;
  readonly simulatorUrl: string;
  control(method: 'PUT' | 'POST', path: string, body: unknown): Promise<void>;
}

export type LoadConfig = (environment: NodeJS.ProcessEnv) => ImporterConfig;

export const makeWorld = async (
  simulator: readonly string[],
  loadConfig: LoadConfig,
  progress: (text: string) => void,
): Promise<World> => {
  const folder = throwawayFolder();
  const stack = await startStack({
    dataDir: folder.path,
    environment: throwawayEnvironment(),
    simulator,
    ui: false,
    progress,
  });
  const { simulatorUrl } = stack;
  if (simulatorUrl === undefined) throw new Error('the soak speaks to the simulator only');
  const opened = await openWith(loadConfig(stack.environment), { actor: 'soak' });
  return {
    ...opened,
    stack,
    simulatorUrl,
    control: async (method, path, body) => {
      const response = await fetch(`${simulatorUrl}/_simulator/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
    },
    [Symbol.asyncDispose]: async () => {
      await opened.importer.close();
      await stack.stop();
      folder[Symbol.dispose]();
    },
  };
};

/** Signs in, for the first time or anew, as a person would in the browser. */
export const signIn = async ({ importer }: World, connectionId: string | undefined): Promise<string> => {
  const begun =
    connectionId === undefined ? await importer.connect({ displayName: 'Soak' }) : await importer.signIn(connectionId);
  await importer.completeSignIn(await allow(begun.authorizeUrl, SCREEN_NAME));
  if (connectionId === undefined)
    await importer.waitUntilChoosing(begun.connectionId, { oauthRequestId: begun.oauthRequestId });
  return begun.connectionId;
};
