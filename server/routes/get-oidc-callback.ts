import { notFound } from '../errors.js';
import { signInByIdentity } from '../oidc-entry.js';
import { takeUnderWay } from '../oidc-cookie.js';
import { defineRoute } from '../route.js';

export const getOidcCallback = defineRoute({
  name: 'getOidcCallback',
  method: 'GET',
  base: '',
  path: '/oidc/callback',
  access: 'public',
  summary:
    "The answer of the company's provider of identities. It signs in, or leads to the sign-in page with the reason.",
  answer: 'redirect',
  handle: async (context) => {
    const { options, request, reply } = context;
    const { oidc, publicUrl } = options;
    if (oidc === undefined) throw notFound('way to sign in');
    const kept = takeUnderWay(request, reply, publicUrl);
    if (kept === undefined) return { location: '/sign-in?problem=oidc_failed' };
    try {
      const { back, identity, claims } = await oidc.finish(publicUrl, new URL(request.url, publicUrl).search, kept);
      const refused = await signInByIdentity(context, oidc.options, identity, claims);
      return { location: refused === undefined ? back : `/sign-in?problem=${refused}` };
    } catch (error) {
      request.log.warn({ err: error }, 'a sign-in at the provider of identities came to nothing');
      return { location: '/sign-in?problem=oidc_failed' };
    }
  },
});
