import type { FastifyRequest } from 'fastify';
import { ApiError, couldNotAuthenticate, gatewayError, invalidToken } from '../../errors.js';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedAccessToken } from '../../state/tokens.js';
import { isSignedBy, parseAuthorization, parsePairs, type Pair, type SignedRequest } from './signature.js';

const SKEW_SECONDS = 300;

/** The parameters of query and form body. A JSON body is neither signed nor read (docs/x-ads-api.md §3.3). */
export const requestPairs = (request: FastifyRequest): Pair[] => {
  const query = request.originalUrl.split('?', 2)[1] ?? '';
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return [...parsePairs(query), ...(isForm && typeof request.body === 'string' ? parsePairs(request.body) : [])];
};

export const bodyPairs = (request: FastifyRequest): ReadonlyMap<string, string> =>
  new Map(typeof request.body === 'string' ? parsePairs(request.body) : []);

/**
 * What a request has signed.
 *
 * @throws ApiError when its Authorization header is missing or malformed (docs/x-ads-api.md §17.4).
 */
const readSigned = (request: FastifyRequest): SignedRequest => {
  const oauth = parseAuthorization(request.headers.authorization);
  if (oauth === null) throw gatewayError(400, 215, 'Bad Authentication data.');
  const path = request.originalUrl.split('?', 1)[0] ?? '/';
  return {
    method: request.method,
    url: `http://${(request.headers.host ?? '').toLowerCase()}${path}`,
    parameters: requestPairs(request),
    oauth,
  };
};

const hasDuplicates = ({ parameters }: SignedRequest): boolean =>
  new Set(parameters.map(([name]) => name)).size !== parameters.length;

/**
 * Checks everything but the token: consumer, signature method, signature, time and nonce (docs/x-ads-api.md §17.3,
 * §17.6, §17.7).
 */
const check = (simulator: Simulator, signed: SignedRequest, tokenSecret: string): void => {
  const { oauth } = signed;
  const { consumerKey, consumerSecret } = simulator.options;
  const wire = simulator.clock.wire();
  const version = oauth.get('oauth_version') ?? '1.0';
  const wellFormed = oauth.get('oauth_signature_method') === 'HMAC-SHA1' && version === '1.0';
  const known = oauth.get('oauth_consumer_key') === consumerKey;
  if (!wellFormed || !known || hasDuplicates(signed)) throw couldNotAuthenticate();
  if (!isSignedBy(signed, consumerSecret, tokenSecret)) throw couldNotAuthenticate();
  const timestamp = Number(oauth.get('oauth_timestamp') ?? Number.NaN);
  if (!(Math.abs(wire / 1000 - timestamp) <= SKEW_SECONDS)) throw gatewayError(401, 135, 'Timestamp out of bounds.');
  const nonce = oauth.get('oauth_nonce') ?? '';
  const key = [oauth.get('oauth_token') ?? '', timestamp, nonce].join(' ');
  if (nonce === '' || !simulator.nonces.isFresh(key, wire)) throw couldNotAuthenticate();
};

/**
 * Verifies a call that is signed with the consumer secret alone (request_token), and returns its parameters.
 *
 * @throws ApiError when the signature is not valid.
 */
export const verifyConsumer = (simulator: Simulator, request: FastifyRequest): ReadonlyMap<string, string> => {
  const signed = readSigned(request);
  check(simulator, signed, '');
  return new Map([...signed.parameters, ...signed.oauth]);
};

/**
 * Verifies a call that is signed with the secret of a token, which `find` returns, and returns its parameters.
 *
 * @throws ApiError when the signature is not valid.
 */
export const verifyWith = (
  simulator: Simulator,
  request: FastifyRequest,
  find: (fields: ReadonlyMap<string, string>) => string,
): ReadonlyMap<string, string> => {
  const signed = readSigned(request);
  const fields = new Map([...signed.parameters, ...signed.oauth]);
  check(simulator, signed, find(fields));
  return fields;
};

/**
 * Verifies a call on behalf of a user, and returns the access token.
 *
 * @throws ApiError when the token is unknown or the signature not valid.
 */
export const verifyUser = (simulator: Simulator, request: FastifyRequest): IssuedAccessToken => {
  const { oauth } = readSigned(request);
  const name = oauth.get('oauth_token');
  if (name === undefined || name === '') {
    // Signed by the app without a user: "no usable user context" (docs/x-ads-api.md §3.4).
    verifyConsumer(simulator, request);
    throw new ApiError({
      status: 401,
      errors: [{ code: 'UNAUTHORIZED_ACCESS', message: 'This request is not properly authenticated' }],
    });
  }
  if (oauth.get('oauth_consumer_key') !== simulator.options.consumerKey) throw couldNotAuthenticate();
  const token = simulator.tokens.find(name);
  if (token === null) throw invalidToken();
  verifyWith(simulator, request, () => token.secret);
  return token;
};
