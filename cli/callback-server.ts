import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readCallback } from '../client/act/callback.js';
import { ImporterError } from '../client/errors.js';
import type { Importer } from '../client/importer.js';
import { CALLBACK_PATH, isLoopbackHost, loopbackCallback } from '../domain/addresses.js';
import { callbackPage } from './callback-page.js';

/*
 * The loopback address that X sends the browser back to. It listens on 127.0.0.1 only, answers one path, keeps nothing in
 * memory and hands the verifier to the façade at once: the store decides whether a callback is genuine, first and in time,
 * so that a second listener, or a crash between two callbacks, changes nothing.
 */

export class PortTaken extends ImporterError {
  override readonly name = 'PortTaken';
  readonly code = 'port_taken';
}

export interface CallbackServerOptions {
  /** X matches callbacks exactly, so the port is part of what is registered in the app. 0 takes a free one. */
  readonly port: number;
  /** Called with the answer to every callback, accepted or refused. (Default: nothing) */
  readonly onCallback?: (answer: CallbackAnswer) => void;
}

export interface CallbackAnswer {
  readonly status: 'signed_in' | 'denied' | 'says_nothing' | 'refused' | 'failed';
  /** The sentence on the page. */
  readonly message: string;
}

export interface CallbackServer extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

type CallbackTaker = Pick<Importer, 'completeSignIn' | 'denySignIn'>;

interface TakenCallback {
  readonly code: number;
  readonly title: string;
  readonly answer: CallbackAnswer;
}

const takeCallback = async (importer: CallbackTaker, query: URLSearchParams): Promise<TakenCallback> => {
  const callback = readCallback(query);
  try {
    if (callback.kind === 'allowed') {
      await importer.completeSignIn(callback);
      const message = 'X has signed you in. The importer goes on in the terminal; you can close this window.';
      return { code: 200, title: 'Signed in', answer: { status: 'signed_in', message } };
    }
    if (callback.requestToken === undefined) {
      // Any page can open this address. Who really denied goes to the terminal, or lets the sign-in expire.
      const message =
        'This answer names no sign-in, so nothing was changed. If you did not allow at X, end the sign-in in the terminal.';
      return { code: 400, title: 'Not connected', answer: { status: 'says_nothing', message } };
    }
    await importer.denySignIn({ requestToken: callback.requestToken });
    const message =
      'You did not allow the importer to read your ads, so nothing was stored. You can close this window.';
    return { code: 200, title: 'Not connected', answer: { status: 'denied', message } };
  } catch (error) {
    if (!(error instanceof ImporterError)) {
      const message = 'The importer could not take this answer from X. The terminal says why; try signing in again.';
      return { code: 500, title: 'Something went wrong', answer: { status: 'failed', message } };
    }
    const message = [error.message, error.nextStep?.text].filter((part) => part !== undefined).join(' ');
    const refused = error.code === 'callback_refused';
    return {
      code: refused ? 400 : 503,
      title: refused ? 'This sign-in was refused' : 'Something went wrong',
      answer: { status: refused ? 'refused' : 'failed', message },
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
  response.end(callbackPage(title, message));
};

/** A page of another site can load this address as an image or in a frame; X sends the browser itself here. */
const isNavigation = ({ headers }: IncomingMessage): boolean =>
  headers['sec-fetch-site'] === undefined ||
  (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document');

const handle = async (
  importer: CallbackTaker,
  options: CallbackServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const [path, query] = (request.url ?? '').split('?', 2);
  if (!isLoopbackHost(request.headers.host) || !isNavigation(request)) {
    send(
      response,
      403,
      'Not like this',
      'This address takes the answer of X from the browser itself, and from nobody else.',
    );
    return;
  }
  if (path !== CALLBACK_PATH) {
    send(response, 404, 'Nothing here', 'This address only takes the answer of a sign-in at X.');
    return;
  }
  if (request.method !== 'GET') {
    send(response, 405, 'Not like this', 'X comes back with a GET; nothing else is taken.');
    return;
  }
  const { code, title, answer } = await takeCallback(importer, new URLSearchParams(query));
  send(response, code, title, answer.message);
  options.onCallback?.(answer);
};

/** Listens for X's callbacks until closed. Throws `PortTaken` where another program listens there. */
export const startCallbackServer = async (
  importer: CallbackTaker,
  options: CallbackServerOptions,
): Promise<CallbackServer> => {
  const server = createServer((request, response) => {
    handle(importer, options, request, response).catch(() => {
      if (!response.headersSent) send(response, 500, 'Something went wrong', 'This request could not be answered.');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new PortTaken(`Port ${options.port} is taken by another program.`, {
              cause,
              nextStep: {
                action: 'check_configuration',
                text: 'End the other sign-in, or set XADS_CALLBACK_PORT to a free port and register that callback in the X app.',
              },
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
  return { url: loopbackCallback(port), close, [Symbol.asyncDispose]: close };
};
