/** Addresses that several rooms must spell alike. Paths of X's API are in `x-ads/`. */

/** The Ads API. */
export const X_ADS_API_URL = 'https://ads-api.x.com';
/** Where X's OAuth lives. */
export const X_API_URL = 'https://api.x.com';

/** The port of the command line's callback server where nothing else is set. */
export const CALLBACK_PORT = 8788;
/** Where X sends the browser after the consent page. */
export const CALLBACK_PATH = '/oauth/callback';
/** The callback address of the command line. X compares it character for character, hence never `localhost`. */
export const loopbackCallback = (port: number): string => `http://127.0.0.1:${port}${CALLBACK_PATH}`;

export const CONSOLE_PORT = 8080;

/** Of the console on this machine. */
export const consoleAddress = (port: number = CONSOLE_PORT): string => `http://127.0.0.1:${port}`;

/** Where X sends the browser after a sign-in that was begun in the console. */
export const CONSOLE_CALLBACK_PATH = '/x/callback';
/** The callback address of the console; register it with the app at X, character for character. */
export const consoleCallback = (publicUrl: string): string => new URL(CONSOLE_CALLBACK_PATH, publicUrl).href;

/**
 * Whether a `Host` header names this machine by its loopback address. Any other name may belong to a foreign page whose DNS
 * entry points here.
 */
export const isLoopbackHost = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? '');

/**
 * Whether a `Host` header is an address, or a name that no public DNS entry has: a foreign page has neither, and machines
 * of one's own network ask by them.
 */
export const isPrivateHost = (host: string | undefined): boolean =>
  /^(\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\]|[\w-]+|[\w.-]+\.(local|localhost|internal))(:\d+)?$/i.test(host ?? '');
