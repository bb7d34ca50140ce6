/** A company's provider of identities, asked by OpenID Connect: it says who somebody is, and `oidc-entry.ts` whether they may be here. */
import * as oidc from 'openid-client';
import { z } from 'zod';

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Only addresses of these are believed. */
  readonly allowedDomains: readonly string[];
  /** For a provider on this machine, in tests. (Default: https only) */
  readonly allowHttp?: boolean | undefined;
}

/** Where the provider sends the browser back to. */
export const oidcCallback = (publicUrl: string): string => new URL('/oidc/callback', publicUrl).href;

/** As people know it: the host, without what is before the company's name. */
export const oidcName = ({ issuer }: Pick<OidcOptions, 'issuer'>): string => new URL(issuer).hostname;

/** What the browser keeps of a sign-in that is under way. */
const underWayShape = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  back: z.string(),
});
type UnderWay = z.output<typeof underWayShape>;

/** Discovered once; a provider that could not be reached is asked again. */
export const createOidc = (options: OidcOptions) => {
  let discovered: Promise<oidc.Configuration> | undefined;
  const configuration = (): Promise<oidc.Configuration> => {
    const { issuer, clientId, clientSecret, allowHttp = false } = options;
    discovered ??= oidc
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        timeout: 10,
        ...(allowHttp ? { execute: [oidc.allowInsecureRequests] } : {}),
      })
      .catch((error: unknown) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  };
  return {
    options,
    /** The provider's page, and what the browser must bring back. */
    async begin(publicUrl: string, back: string): Promise<{ readonly location: string; readonly kept: string }> {
      const verifier = oidc.randomPKCECodeVerifier();
      const underWay: UnderWay = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, back };
      const { state, nonce } = underWay;
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: oidcCallback(publicUrl),
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { location: url.href, kept: Buffer.from(JSON.stringify(underWay)).toString('base64url') };
    },
    /** Whom the provider's answer is about. @throws where it is not the answer to what this browser has begun */
    async finish(publicUrl: string, search: string, kept: string) {
      const { state, nonce, verifier, back } = underWayShape.parse(
        JSON.parse(Buffer.from(kept, 'base64url').toString('utf8')),
      );
      const tokens = await oidc.authorizationCodeGrant(
        await configuration(),
        new URL(`${oidcCallback(publicUrl)}${search}`),
        { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
      );
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the provider sent no ID token');
      // Some providers say the address only where it is asked for.
      const info =
        typeof claims['email'] === 'string'
          ? claims
          : await oidc.fetchUserInfo(await configuration(), tokens.access_token, claims.sub);
      return { back, identity: { issuer: claims.iss, subject: claims.sub }, claims: info };
    },
  };
};
export type Oidc = ReturnType<typeof createOidc>;
