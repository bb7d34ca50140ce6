import open from 'open';
import { type Environment, loadClientConfig } from '../config.js';
import { openImporter } from '../client/index.js';

/** A link that signs in to the console of a running stack, once. */
export const signInLinkOf = async (environment: Environment): Promise<string> => {
  await using importer = await openImporter(loadClientConfig(environment));
  return (await importer.signInLink()).url;
};

/** Whether somebody sits before this machine's screen. */
const hasScreen = (): boolean => {
  const { CI, DISPLAY, SSH_CONNECTION, WAYLAND_DISPLAY } = process.env;
  if (!process.stdout.isTTY || CI !== undefined || SSH_CONNECTION !== undefined) return false;
  return process.platform !== 'linux' || DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined;
};

/** Opens a page in the person's browser, where there is one; a browser that does not start is nobody's trouble. */
export const openPage = async (url: string): Promise<void> => {
  if (!hasScreen()) return;
  const browser = await open(url).catch(() => undefined);
  browser?.once('error', () => undefined);
};
