import { authorization, type Keys, type SignOptions } from './sign.js';
import { readReply, type Reply, type X } from './x.js';

export interface Begun {
  readonly token: string;
  readonly secret: string;
  readonly confirmed: string;
}

const fieldsOf = (text: string): Readonly<Record<string, string>> => Object.fromEntries(new URLSearchParams(text));

/** Signs in: submits the consent page as a person would, and makes the calls of an app before and after it. */
export class Consent {
  /** How far the test has advanced wire time, in seconds, for the timestamps of signatures. */
  wireOffset = 0;
  readonly #x: X;

  constructor(x: X) {
    this.#x = x;
  }

  requestToken(callback: string): Promise<Reply> {
    return this.#signed('/oauth/request_token', { extra: { oauth_callback: callback } });
  }

  async begin(callback: string): Promise<Begun> {
    const fields = fieldsOf((await this.requestToken(callback)).text);
    return {
      token: fields['oauth_token'] ?? '',
      secret: fields['oauth_token_secret'] ?? '',
      confirmed: fields['oauth_callback_confirmed'] ?? '',
    };
  }

  async page(token: string): Promise<string> {
    return (await fetch(`${this.#x.url}/oauth/authorize?oauth_token=${token}`)).text();
  }

  /** Reads the page's hidden fields and submits its form. */
  async decide(
    token: string,
    screenName: string,
    decision: 'allow' | 'cancel',
  ): Promise<{ status: number; text: string; location: string | null }> {
    const hidden = [...(await this.page(token)).matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const body = new URLSearchParams(hidden.map(([, name = '', value = '']): [string, string] => [name, value]));
    body.set('screen_name', screenName);
    body.set('decision', decision);
    const reply = await fetch(`${this.#x.url}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });
    return { status: reply.status, text: await reply.text(), location: reply.headers.get('location') };
  }

  async allow(token: string, screenName: string): Promise<URL> {
    const { location } = await this.decide(token, screenName, 'allow');
    return new URL(location ?? 'about:blank');
  }

  async pin(token: string, screenName: string): Promise<string> {
    const { text } = await this.decide(token, screenName, 'allow');
    return /id="oauth_pin">(\d+)</.exec(text)?.[1] ?? '';
  }

  async accessToken(
    begun: Begun,
    verifier: string,
  ): Promise<Reply & { fields: Readonly<Record<string, string>>; keys: Keys }> {
    const token = { key: begun.token, secret: begun.secret };
    const reply = await this.#signed('/oauth/access_token', { token, extra: { oauth_verifier: verifier } });
    const fields = fieldsOf(reply.text);
    return {
      ...reply,
      fields,
      keys: { key: fields['oauth_token'] ?? '', secret: fields['oauth_token_secret'] ?? '' },
    };
  }

  async walk(callback: string, screenName: string): Promise<Keys> {
    const begun = await this.begin(callback);
    const location = await this.allow(begun.token, screenName);
    return (await this.accessToken(begun, location.searchParams.get('oauth_verifier') ?? '')).keys;
  }

  async bare(path: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
    return readReply(await fetch(`${this.#x.url}${path}`, { headers }));
  }

  async signedForAnotherHost(path: string): Promise<Reply> {
    const url = `${this.#x.url.replace('127.0.0.1', 'localhost')}${path}`;
    return this.bare(path, { authorization: this.#header('GET', url, { token: this.#x.token }) });
  }

  async #signed(path: string, options: Partial<SignOptions>): Promise<Reply> {
    const url = `${this.#x.url}${path}`;
    const headers = { authorization: this.#header('POST', url, options) };
    return readReply(await fetch(url, { method: 'POST', headers }));
  }

  #header(method: string, url: string, options: Partial<SignOptions>): string {
    const timestamp = Math.floor(Date.now() / 1000) + this.wireOffset;
    return authorization(method, url, { consumer: this.#x.consumer, timestamp, ...options });
  }
}
