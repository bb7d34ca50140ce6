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
