import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ChangedMeanwhile, ImporterError, Unreachable } from '../client/errors.js';
import { nextStepShape } from '../client/shapes.js';
import { translateTemporalError } from '../client/temporal.js';
import { actorOf, entryOf } from '../domain/catalogue.js';
import type { NextStep } from '../domain/next-step.js';
import { isConnectionError, isRefusedData } from '../store/pool.js';

/** The body of every answer that is a refusal. */
export const errorShape = z.strictObject({
  error: z.strictObject({
    /** A stable word for programs. */
    code: z.string(),
    /** A sentence for people. */
    message: z.string(),
    next_step: nextStepShape.exactOptional(),
    /** Who can take the step. */
    who: z.enum(['nobody', 'you', 'administrator', 'operator']).exactOptional(),
    /** What is wrong with a field of the request, by its path (`name`, `accounts.0`). */
    fields: z.record(z.string(), z.string()).exactOptional(),
    /** Of an error that is ours: the log names it. */
    id: z.string().exactOptional(),
  }),
});
export type ErrorBody = z.infer<typeof errorShape>;

interface RefusalDetails {
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly nextStep?: NextStep | undefined;
  /** In seconds, as the header `retry-after`. */
  readonly retryAfter?: number | undefined;
}

/** What the server itself refuses; refusals of the façade have classes of their own in `client/errors.ts`. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: number;
  readonly code: string;
  readonly details: RefusalDetails;

  constructor(status: number, code: string, message: string, details: RefusalDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const signedOut = (): RefusedRequest => new RefusedRequest(401, 'signed_out', 'Sign in first.');
export const forbidden = (reason: string): RefusedRequest => new RefusedRequest(403, 'forbidden', reason);
/** For what does not exist and for what belongs to another workspace: nobody can tell which. */
export const notFound = (what: string): RefusedRequest =>
  new RefusedRequest(404, 'not_found', `There is no such ${what}.`);
export const conflict = (message: string): RefusedRequest => new RefusedRequest(409, 'conflict', message);
/** A field that is well formed and cannot be accepted. */
export const invalidField = (path: string, problem: string): RefusedRequest =>
  new RefusedRequest(422, 'invalid_request', problem, { fields: { [path]: problem } });

const STATUS: Readonly<Record<string, number>> = {
  invalid_configuration: 503,
  invalid_choice: 422,
  invalid_question: 422,
  invalid_range: 422,
  unknown_connection: 404,
  unknown_account: 404,
  unknown_run: 404,
  sign_in_failed: 409,
  callback_refused: 410,
  needs_person: 409,
  not_permitted: 409,
  changed_meanwhile: 412,
  unreachable: 503,
  worker_not_answering: 503,
  timed_out: 504,
  backfill_failed: 409,
};

/** Fastify's own refusals of a request, whose messages speak of its internals. */
const REQUEST_REFUSALS: Readonly<Record<string, readonly [number, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'The body is larger than 1 MB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'The body must be JSON: send content-type: application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'The body is empty; it must be a JSON object.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'The length of the body is not the one that was announced.'],
};

interface Answer {
  readonly status: number;
  readonly body: ErrorBody;
  readonly retryAfter?: number | undefined;
}

const withStep = (code: string, step: NextStep | undefined): Pick<ErrorBody['error'], 'next_step' | 'who'> =>
  step === undefined ? {} : { next_step: step, who: actorOf(code, step.action) };

/** The step that the error names, or that its code has in general. */
const stepFor = (code: string, given: NextStep | undefined): NextStep | undefined => {
  const { action, step } = entryOf(code) ?? {};
  return given ?? (action === undefined || step === undefined ? undefined : { action, text: step });
};

const answer = (status: number, code: string, message: string, details: RefusalDetails = {}): Answer => ({
  status,
  body: {
    error: {
      code,
      message,
      ...withStep(code, stepFor(code, details.nextStep)),
      ...(details.fields === undefined ? {} : { fields: { ...details.fields } }),
    },
  },
  retryAfter: details.retryAfter,
});

const validationAnswer = ({ validation }: Pick<FastifyError, 'validation'>): Answer => {
  const fields = Object.fromEntries(
    (validation ?? []).map(({ instancePath, message }) => [
      instancePath.slice(1).replaceAll('/', '.'),
      message ?? 'is not valid',
    ]),
  );
  const [first] = Object.entries(fields);
  const where = first === undefined ? '' : first[0] === '' ? ` ${first[1]}` : ` ${first[0]}: ${first[1]}`;
  return answer(400, 'invalid_request', `The request is not valid.${where}`, { fields });
};

/** Undefined for a defect. */
const known = (given: unknown): Answer | undefined => {
  const error = translateTemporalError(given, 'do this');
  if (error instanceof RefusedRequest) return answer(error.status, error.code, error.message, error.details);
  if (error instanceof ImporterError) {
    const fields = error instanceof ChangedMeanwhile ? error.present : error.fields;
    return answer(STATUS[error.code] ?? 409, error.code, error.message, { nextStep: error.nextStep, fields });
  }
  if (isConnectionError(error)) {
    const { code, message } = new Unreachable('The database cannot be reached. Try again in a moment.');
    return answer(503, code, message);
  }
  if (hasZodFastifySchemaValidationErrors(error)) return validationAnswer(error);
  // Postgres refuses the values themselves, such as a NUL in a text.
  if (isRefusedData(error)) return answer(422, 'invalid_request', 'The request holds a value that cannot be stored.');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const refusal = REQUEST_REFUSALS[code];
  if (refusal !== undefined) return answer(refusal[0], 'invalid_request', refusal[1]);
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? answer(status, 'invalid_request', 'The request is not valid.') : undefined;
};

/** Answers with what is known to be harmless; what is not is logged under an id, and the answer has that id only. */
export const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const found = known(error);
  if (found !== undefined) {
    if (found.retryAfter !== undefined) void reply.header('retry-after', String(found.retryAfter));
    return reply.code(found.status).send(found.body);
  }
  const id = randomUUID();
  request.log.error({ err: error, errorId: id }, 'a request failed');
  const message = `Something went wrong here, and it is not your mistake. The log has the details under ${id}.`;
  return reply.code(500).send({ error: { code: 'internal', message, id } } satisfies ErrorBody);
};
