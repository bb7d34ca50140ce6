import { createSimulator } from '../../../simulator/server.js';
import type { SimulatorOptions } from '../../../simulator/options.js';
import { type AccessToken, authorizeUrl } from '../../../x-ads/authorize.js';
import { createXAds, type UserApi, type XAds } from '../../../x-ads/client.js';

export interface SimulatedX extends AsyncDisposable {
  readonly url: string;
  readonly xAds: XAds;
  /** Goes through the three legs as a browser would. */
  authorize(screenName: string): Promise<AccessToken>;
  asUser(screenName: string): Promise<UserApi>;
  control(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<string>;
}

export const CALLBACK = 'http://127.0.0.1:8788/oauth/callback';

const fieldOf = (page: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';

/** What a person does on the consent page: signs in and presses the button. The answer is where X sends the browser. */
export const consent = async (address: string, screenName: string): Promise<URL> => {
  const page = await (await fetch(address)).text();
  const answer = await fetch(new URL('/oauth/authorize', address), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      oauth_token: fieldOf(page, 'oauth_token'),
      authenticity_token: fieldOf(page, 'authenticity_token'),
      screen_name: screenName,
      decision: 'allow',
    }),
  });
  return new URL(answer.headers.get('location') ?? '');
};

/** A simulated X in this process, and our client pointed at it. */
export const startX = async (options: Partial<SimulatorOptions> = {}): Promise<SimulatedX> => {
  const simulator = await createSimulator({ accounts: 2, ads: 30, days: 60, jobSeconds: 0, ...options });
  const { url, consumerKey: key, consumerSecret: secret } = simulator;
  const xAds = createXAds({ baseUrl: url, oauthUrl: url, consumer: { key, secret } });
  const authorize = async (screenName: string): Promise<AccessToken> => {
    const request = await xAds.authorize.requestToken({ callbackUrl: CALLBACK });
    const back = await consent(authorizeUrl(new URL(url), request.requestToken), screenName);
    return xAds.authorize.accessToken({ ...request, verifier: back.searchParams.get('oauth_verifier') ?? '' });
  };
  return {
    url,
    xAds,
    authorize,
    asUser: async (screenName) => xAds.forUser(await authorize(screenName)),
    async control(method, path, body) {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const answer = await fetch(`${url}/_simulator/${path}`, init);
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.text();
    },
    async [Symbol.asyncDispose]() {
      await xAds.close();
      await simulator.close();
    },
  };
};
