/** Reads the version that an edit was made on: `If-Match: "7"`, or without quotes. */
import type { FastifyRequest } from 'fastify';
import { RefusedRequest } from './errors.js';

export const ifMatch = ({ headers }: Pick<FastifyRequest, 'headers'>): number | undefined => {
  const given = headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const [, digits] = /^(?:W\/)?"?(\d{1,9})"?$/.exec(given) ?? [];
  if (digits === undefined)
    throw new RefusedRequest(400, 'invalid_request', 'If-Match has the `version` of the connection.', {
      fields: { 'if-match': 'is not a version' },
    });
  return Number(digits);
};
