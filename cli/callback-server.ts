import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ImporterError } from '../client/errors/importer-error.js';
import { page } from './callback-page.js';
import { EXIT } from './exit-codes.js';
import type { Importer } from '../client/importer.js';

/*
 * The loopback address that X sends the browser back to. It listens on 127.0.0.1 only, answers one path, keeps nothing
 * in memory and hands the verifier to the store at once: whether a return is genuine, first and in time is decided
 * there, so that a second listener, or a crash between two returns, changes nothing.
 */

export const CALLBACK_PATH = '/oauth/callback';

export class PortTaken extends ImporterError {
  override readonly name = 'PortTaken';
  override readonly code = 'port_taken';
  override readonly exitCode = EXIT.usage;
}

export interface CallbackServerOptions {
  /** X matches callbacks exactly, so the port is part of what is registered in the app. 0 takes a free one. */
  readonly port: number;
  /** The sign-in that this listener waits for: a return that names none is taken as its denial. (Default: none) */
  readonly waitsFor?: () => string | undefined;
  /** Told of every return, good or bad, in the words of the page. (Default: nothing) */
  readonly onReturn?: (outcome: CallbackAnswer) => void;
}

export interface CallbackAnswer {
  readonly status: 'signed_in' | 'denied' | 'refused' | 'failed';
  readonly message: string;
}

export interface CallbackServer extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

type Completing = Pick<Importer, 'completeSignIn' | 'denySignIn'>;

const receive = async (
  importer: Completing,
  query: URLSearchParams,
  waitsFor: string | undefined,
): Promise<{ readonly code: number; readonly title: string; readonly outcome: CallbackAnswer }> => {
  const verifier = query.get('oauth_verifier') ?? '';
  const requestToken = query.get('oauth_token') ?? query.get('denied') ?? '';
  try {
    if (verifier !== '' && requestToken !== '' && !query.has('denied')) {
      await importer.completeSignIn({ requestToken, verifier });
      const message = 'X has signed you in. The importer goes on in the terminal; you can close this window.';
      return { code: 200, title: 'Signed in', outcome: { status: 'signed_in', message } };
    }
    // A return with neither token nor verifier has been seen in the wild and means the same (reference §3.2).
    if (requestToken !== '') await importer.denySignIn({ requestToken });
    else if (waitsFor !== undefined) await importer.denySignIn({ oauthRequestId: waitsFor });
    const message =
      'You did not allow the importer to read your ads, so nothing was stored. You can close this window.';
    return { code: 200, title: 'Not connected', outcome: { status: 'denied', message } };
  } catch (error) {
    if (!(error instanceof ImporterError)) {
      const message = 'The importer could not take this answer from X. The terminal says why; try signing in again.';
      return { code: 500, title: 'Something went wrong', outcome: { status: 'failed', message } };
    }
    const message = [error.message, error.nextStep].filter((part) => part !== undefined).join(' ');
    const refused = error.code === 'return_refused';
    return {
      code: refused ? 400 : 503,
      title: refused ? 'This sign-in was refused' : 'Something went wrong',
      outcome: { status: refused ? 'refused' : 'failed', message },
    };
  }
};

const send = (response: ServerResponse, code: number, title: string, message: string): void => {
  response.writeHead(code, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // The address bar holds the request token and the verifier: no other page may learn them, and no script may run.
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(page(title, message));
};

const handle = async (
  importer: Completing,
  options: CallbackServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname !== CALLBACK_PATH) {
    send(response, 404, 'Nothing here', 'This address only takes the answer of a sign-in at X.');
    return;
  }
  if (request.method !== 'GET') {
    send(response, 405, 'Not like this', 'X comes back with a GET; nothing else is taken.');
    return;
  }
  const { code, title, outcome } = await receive(importer, url.searchParams, options.waitsFor?.());
  send(response, code, title, outcome.message);
  options.onReturn?.(outcome);
};

/** Listens for X's answer until closed. */
export const startCallbackServer = async (
  importer: Completing,
  options: CallbackServerOptions,
): Promise<CallbackServer> => {
  const server = createServer((request, response) => {
    void handle(importer, options, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new PortTaken(`Port ${options.port} is taken by another program.`, {
              cause,
              nextStep:
                'End the other sign-in, or set XADS_CALLBACK_PORT to a free port and register that callback in the X app.',
            })
          : cause,
      );
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  return { url: `http://127.0.0.1:${port}${CALLBACK_PATH}`, close, [Symbol.asyncDispose]: close };
};
