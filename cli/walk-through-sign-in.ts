import type { Cli } from './command.js';
import type { CallbackServer } from './callback-server.js';
import type { Importer } from '../client/importer.js';
import { clockTime } from './text/words.js';
import type { SignIn } from '../client/answers.js';
import type { AccountSummary } from '../client/shapes.js';

export interface WalkThroughOptions {
  /** Prompt for X's PIN instead of listening for the browser. */
  readonly pin: boolean;
  /** Only print the address. */
  readonly noBrowser: boolean;
  readonly callbackPort: number;
}

const show = async ({ io, out }: Cli, signIn: SignIn, { noBrowser, pin }: WalkThroughOptions): Promise<void> => {
  const until = clockTime(signIn.expiresAt);
  out.note(
    `Open this address, sign in at X and allow the importer to read your ads (until ${until}):\n\n  ${signIn.authorizeUrl}\n`,
  );
  if (noBrowser || pin) return;
  try {
    await io.browse(signIn.authorizeUrl);
  } catch {
    out.note('No browser could be opened; open the address yourself.');
  }
};

/** Prompts for the PIN and waits until the accounts are listed. */
const withPin = async (cli: Cli, importer: Importer, signIn: SignIn): Promise<readonly AccountSummary[]> => {
  const pin = await cli.prompter.prompt('PIN that X shows: ');
  await importer.completeWithPin(signIn.oauthRequestId, pin);
  return importer.waitUntilChoosing(signIn.connectionId, { oauthRequestId: signIn.oauthRequestId });
};

/**
 * Walks a person through signing in: begins it with the right callback, shows the address, waits for X's answer and for
 * the accounts. `begin` gets the callback that X sends the browser to.
 */
export const walkThroughSignIn = async (
  cli: Cli,
  options: WalkThroughOptions,
  begin: (callbackUrl: string) => Promise<SignIn>,
): Promise<{ readonly signIn: SignIn; readonly accounts: readonly AccountSummary[] }> => {
  const importer = await cli.importer();
  if (options.pin) {
    const signIn = await begin('oob');
    await show(cli, signIn, options);
    return { signIn, accounts: await withPin(cli, importer, signIn) };
  }
  const { startCallbackServer } = await import('./callback-server.js');
  await using callback: CallbackServer = await startCallbackServer(importer, {
    port: options.callbackPort,
    onCallback: ({ status, message }) => {
      if (status === 'says_nothing') cli.out.note('The browser came back without an answer of X; nothing was changed.');
      else if (status === 'refused' || status === 'failed')
        cli.out.note(`✗ The browser came back, and was refused: ${message}`);
      else if (status === 'signed_in') cli.out.note('✓ X has signed you in; reading the ad accounts …');
    },
  });
  const signIn = await begin(callback.url);
  await show(cli, signIn, options);
  return {
    signIn,
    accounts: await importer.waitUntilChoosing(signIn.connectionId, { oauthRequestId: signIn.oauthRequestId }),
  };
};
