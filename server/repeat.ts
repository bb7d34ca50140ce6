/** `Idempotency-Key`: a request that starts something can be repeated after its answer was lost, and starts nothing more. */
import { claimRequest, giveUpRequest, keepAnswer } from '../store/repeatable-answers.js';
import { conflict, RefusedRequest } from './errors.js';
import type { RouteContext } from './route.js';

const MAX_KEY = 200;

const keyOf = (given: string | readonly string[] | undefined): string | undefined => {
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || given === '' || given.length > MAX_KEY)
    throw new RefusedRequest(400, 'invalid_request', `An Idempotency-Key has 1 to ${MAX_KEY} characters.`, {
      fields: { 'idempotency-key': 'is not valid' },
    });
  return given;
};

/** Does the work, or gives the answer that the same request under the same key has had within a day. */
export const answeredOnce = async <A>(
  { db, asker, request }: RouteContext,
  route: string,
  work: () => Promise<A>,
): Promise<A> => {
  const key = keyOf(request.headers['idempotency-key']);
  if (key === undefined) return work();
  const asked = JSON.stringify([request.params, request.query, request.body ?? null]);
  const keyed = { workspaceId: asker.workspaceId, key, route, request: asked };
  const known = await claimRequest(db, keyed);
  switch (known.kind) {
    case 'answered':
      return known.answer as A;
    case 'under_way':
      throw conflict('The same request is being worked on. Repeat it in a moment for its answer.');
    case 'other':
      throw new RefusedRequest(422, 'invalid_request', 'This Idempotency-Key was used for another request.', {
        fields: { 'idempotency-key': 'was used for another request' },
      });
    case 'new':
      break;
  }
  try {
    const answer = await work();
    await keepAnswer(db, keyed, answer);
    return answer;
  } catch (error) {
    await giveUpRequest(db, keyed);
    throw error;
  }
};
