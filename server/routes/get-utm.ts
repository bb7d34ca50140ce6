import { z } from 'zod';
import { utmWorklistShape } from '../../client/utm-shapes.js';
import { listedValues } from '../../domain/performance.js';
import { defineRoute } from '../route.js';

export const getUtm = defineRoute({
  name: 'getUtm',
  method: 'GET',
  path: '/performance/utm',
  access: 'see_connections',
  summary: 'Ads that spend money without UTM parameters, or with such that other tools do not match; worst first.',
  query: {
    account: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    last: z.string().optional(),
    /** `true`: values that differ in case only are one. */
    foldCase: z.enum(['true', 'false']).optional(),
    limit: z.coerce.number().int().min(1).max(10_000).optional(),
    offset: z.coerce.number().int().min(0).optional(),
  },
  answer: utmWorklistShape,
  handle: ({ importer }, { query: { account, foldCase, ...rest } }) =>
    importer.utm({
      ...rest,
      accounts: account === undefined || account === '' ? undefined : listedValues(account),
      foldCase: foldCase === 'true',
    }),
});
