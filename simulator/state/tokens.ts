import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { userNamed, userOfToken, type User } from '../world/users.js';

export interface IssuedRequestToken {
  readonly token: string;
  readonly secret: string;
  /** A registered address, or `oob`. */
  readonly callback: string;
  /** Wire time in milliseconds. */
  readonly createdAt: number;
  verifier: string | null;
  user: User | null;
  ended: boolean;
}

export interface IssuedAccessToken {
  readonly token: string;
  readonly secret: string;
  readonly user: User;
  readonly generation: number;
  calls: number;
}

/** Milliseconds of wire time. X does not document the lifetime; the value is inferred (docs/x-ads-api.md §17.9). */
const REQUEST_TOKEN_LIFE = 900_000;

/**
 * The tokens that the simulated X has issued. Request tokens are random. Access tokens are derived from the app's
 * secret and the user, so that a simulator that is started again accepts the tokens an importer has kept. Revoking one
 * raises the user's generation, and with it the next token differs.
 */
export class Tokens {
  readonly #secret: string;
  readonly #requests = new Map<string, IssuedRequestToken>();
  readonly #access = new Map<string, IssuedAccessToken>();
  readonly #generations = new Map<string, number>();
  readonly #approved = new Set<string>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Issues a request token; `now` is wire time in milliseconds. */
  request(callback: string, now: number): IssuedRequestToken {
    for (const [token, { createdAt }] of this.#requests) {
      if (now - createdAt > 4 * REQUEST_TOKEN_LIFE) this.#requests.delete(token);
    }
    const made = {
      token: randomBytes(20).toString('base64url').replaceAll(/[-_]/g, 'A'),
      secret: randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'b'),
      callback,
      createdAt: now,
      verifier: null,
      user: null,
      ended: false,
    };
    this.#requests.set(made.token, made);
    return made;
  }

  /** A request token that may still be used. */
  pending(token: string, now: number): IssuedRequestToken | null {
    const found = this.#requests.get(token);
    return found === undefined || found.ended || now - found.createdAt > REQUEST_TOKEN_LIFE ? null : found;
  }

  /**
   * Records the user's consent. Returns the verifier: a PIN of seven digits for `oob`, else 32 characters
   * (docs/x-ads-api.md §3.1).
   */
  approve(request: IssuedRequestToken, user: User): string {
    const verifier =
      request.callback === 'oob'
        ? String(randomInt(1_000_000, 10_000_000))
        : randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'z');
    request.verifier = verifier;
    request.user = user;
    this.#approved.add(user.screenName);
    return verifier;
  }

  hasApproved(user: User): boolean {
    return this.#approved.has(user.screenName);
  }

  /** The access token of the user: the same pair each time until it is revoked (docs/x-ads-api.md §3.1, inferred). */
  grant(user: User): IssuedAccessToken {
    // "After approval the user tokens must be regenerated": authorising again gives a token that works
    // (docs/x-ads-api.md §2).
    const known = this.#current(user);
    if (user.sentinel === 'old_token' && known.calls > 0 && known.generation === 0) this.revoke(known.token);
    const token = this.#current(user);
    this.#access.set(token.token, token);
    return token;
  }

  /** The access token with this text, also when an earlier process issued it; null when it is unknown or revoked. */
  find(token: string): IssuedAccessToken | null {
    const known = this.#access.get(token);
    if (known !== undefined) return known;
    const user = userOfToken(token);
    const current = user === undefined ? null : this.#current(user);
    return current?.token === token ? this.#remember(current) : null;
  }

  revoke(token: string): void {
    const known = this.find(token);
    if (known === null) return;
    this.#access.delete(token);
    this.#approved.delete(known.user.screenName);
    this.#generations.set(known.user.screenName, known.generation + 1);
  }

  /** The access token of a user without the three legs, for scripts and tests. */
  forScreenName(screenName: string): IssuedAccessToken | null {
    const user = userNamed(screenName);
    return user === undefined ? null : this.grant(user);
  }

  #remember(token: IssuedAccessToken): IssuedAccessToken {
    this.#access.set(token.token, token);
    return token;
  }

  #current(user: User): IssuedAccessToken {
    const generation = this.#generations.get(user.screenName) ?? 0;
    const part = (name: string): string =>
      createHmac('sha256', this.#secret).update(`${name} ${user.screenName} ${generation}`).digest('hex').slice(0, 40);
    const token = `${user.userId}-${part('token')}`;
    return this.#access.get(token) ?? { token, secret: part('secret'), user, generation, calls: 0 };
  }
}
