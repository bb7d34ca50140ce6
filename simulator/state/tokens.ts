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

/** Line 9: lifetime not documented; the value is an inference. */
const REQUEST_TOKEN_LIFE = 900_000;

/**
 * Request tokens are random. Access tokens follow from the app's secret and the user, so that a simulator that is
 * started again still knows the tokens an importer has kept; a revoked one makes way for the next generation.
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

  /** The person said yes: a PIN of seven digits for `oob`, else 32 characters (x-ads-api.md §3.1). */
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

  /** The same pair each time, until it is revoked (x-ads-api.md §3.1, I). */
  grant(user: User): IssuedAccessToken {
    // "After approval the user tokens must be regenerated": authorising again is the cure (x-ads-api.md §2.4).
    const known = this.#current(user);
    if (user.sentinel === 'old_token' && known.calls > 0 && known.generation === 0) this.revoke(known.token);
    const token = this.#current(user);
    this.#access.set(token.token, token);
    return token;
  }

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
