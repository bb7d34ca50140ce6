import { z } from 'zod';
import { keepUnderWay } from '../oidc-cookie.js';
import { notFound } from '../errors.js';
import { defineRoute } from '../route.js';

export const getSignInOidc = defineRoute({
  name: 'getSignInOidc',
  method: 'GET',
  path: '/sign-in/oidc',
  access: 'public',
  summary: "Leads the browser to the company's provider of identities.",
  query: { back: z.string().max(2_000).exactOptional() },
  answer: 'redirect',
  handle: async ({ options, reply, request }, { query: { back = '/connections' } }) => {
    const { oidc, publicUrl } = options;
    if (oidc === undefined) throw notFound('way to sign in');
    // A path of the console, and nothing that leads away from it.
    const safe = /^\/(?![/\\])/.test(back) && !back.includes('\\') ? back : '/connections';
    try {
      const { location, kept } = await oidc.begin(publicUrl, safe);
      keepUnderWay(reply, publicUrl, kept);
      return { location };
    } catch (error) {
      request.log.warn({ err: error }, 'the provider of identities cannot be asked');
      return { location: '/sign-in?problem=oidc_failed' };
    }
  },
});
