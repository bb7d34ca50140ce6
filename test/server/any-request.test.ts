import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { timelineKinds } from '../../client/console-shapes.js';
import { ASKERS, STANDINGS } from './support/access-rows.js';
import { fitting, misfitting, oddText, type Schema } from './support/any-value.js';
import type { Answer, Credential, Site } from './support/site.js';
import { openWorld, type World } from './support/world.js';

/*
 * The document of the API drives random requests, well formed and not, to every route that it describes. None is answered
 * with an error of ours, each answer is as documented, and none holds a secret or another workspace's data.
 */

/** Requests to each route. `npm run test:long` asks more of them. */
const REQUESTS = Number(process.env['API_REQUESTS'] ?? 20);
/** Some wait for a Temporal that is away, and others go on meanwhile. */
const AT_ONCE = 6;
const TIMEOUT_MS = 900_000 + REQUESTS * 10_000;
/** The same requests each time, unless another seed is given. */
const SEED = Number(process.env['API_SEED'] ?? 1);

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: 'path' | 'query'; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly 'application/json'?: { readonly schema: Schema } } }>
  >;
}
interface Described extends Operation {
  readonly method: string;
  readonly path: string;
}

let world: World;
let site: Site;
let operations: readonly Described[];
const credentials = new Map<string, Credential>();

beforeAll(async () => {
  world = await openWorld();
  ({ site } = world);
  for (const asker of ASKERS) credentials.set(asker, await world.credentialOf(asker));
  const { body } = await site.ask('GET /openapi.json');
  const { paths } = body as unknown as { paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
  );
});
afterAll(() => site[Symbol.asyncDispose]());

/** What is there, beside what is made up. */
const known = (name: string): readonly string[] => {
  if (name === 'id') return STANDINGS.map((standing) => world.connections.get(standing) ?? '').filter(Boolean);
  if (name === 'account' || name === 'accounts') return ['a1'];
  if (name === 'kind') return timelineKinds;
  // Most requests do not wait: there is nothing to wait for.
  if (name === 'wait') return ['0'];
  return name === 'run' ? [randomUUID()] : [];
};

interface Request {
  readonly asker: string;
  readonly url: string;
  readonly body: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const requestsTo = ({ path, parameters = [], requestBody }: Described): fc.Arbitrary<Request> => {
  const values = parameters.map(({ name, schema, ...parameter }) => {
    const there = known(name);
    const fit =
      there.length === 0
        ? fitting(schema)
        : fc.oneof({ arbitrary: fc.constantFrom(...there), weight: 9 }, fitting(schema));
    const isNeeded = parameter.in === 'path';
    return fc.oneof(
      { arbitrary: fit.map(textOf), weight: 6 },
      { arbitrary: oddText.filter((text) => !isNeeded || !/^\.{0,2}$/.test(text)), weight: 1 },
      ...(isNeeded ? [] : [{ arbitrary: fc.constant(undefined), weight: 9 }]),
    );
  });
  const schema = requestBody?.content['application/json'].schema;
  const body =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof({ arbitrary: fitting(schema), weight: 3 }, { arbitrary: misfitting(schema), weight: 2 });
  return fc
    .record({ asker: fc.constantFrom(...ASKERS), given: fc.tuple(...values), body })
    .map(({ given, ...rest }) => {
      const search = new URLSearchParams();
      let url = path;
      parameters.forEach(({ name, in: where }, index) => {
        const value = given[index];
        if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value ?? ''));
        else if (value !== undefined) search.append(name, value);
      });
      return { ...rest, url: search.size === 0 ? url : `${url}?${search.toString()}` };
    });
};

/** They end the session that they come with. */
const ENDS = new Set(['postSignOut', 'postSignOutEverywhere', 'postPassword']);

const credentialFor = async (operationId: string, asker: string): Promise<Credential> =>
  ENDS.has(operationId)
    ? await world.credentialOf(ASKERS.find((each) => each === asker) ?? 'owner')
    : credentials.get(asker);

/** Temporal is not there, and the answer says so. */
const isAway = ({ status, body }: Answer): boolean =>
  [503, 504].includes(status) &&
  ['unreachable', 'worker_not_answering', 'timed_out'].includes(
    (body as unknown as { readonly error: { readonly code: string } }).error.code,
  );

const shapes = new Map<Schema, z.ZodType>();
/** To JSON Schema every UUID is one; zod wants the bits of its version, too. */
const withoutVersions = (schema: Schema): Parameters<typeof z.fromJSONSchema>[0] =>
  JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'format' in value && value.format === 'uuid'
      ? { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' }
      : value,
  ) as Parameters<typeof z.fromJSONSchema>[0];

const shapeOf = (schema: Schema): z.ZodType => {
  const shape = shapes.get(schema) ?? z.fromJSONSchema(withoutVersions(schema));
  shapes.set(schema, shape);
  return shape;
};

const mistakesIn = ({ responses }: Described, answer: Answer): readonly string[] => {
  const { status, text, body } = answer;
  const documented = responses[status] ?? responses[`${String(status)[0]}XX`] ?? responses[`${String(status)[0]}xx`];
  const mistakes: string[] = world.told(text).map((secret) => `tells “${secret}”`);
  if (status >= 500 && !isAway(answer)) mistakes.push(`${status}: ${text}`);
  if (documented === undefined) return [...mistakes, `${status} is not documented`];
  const schema = documented.content?.['application/json']?.schema;
  if (schema === undefined)
    return text === '' ? mistakes : [...mistakes, `${status} has a body: ${text.slice(0, 200)}`];
  const { error } = shapeOf(schema).safeParse(body);
  return error === undefined ? mistakes : [...mistakes, `${status} is not as documented: ${error.message} in ${text}`];
};

const askAny = async (operation: Described): Promise<readonly string[]> => {
  const { operationId, method } = operation;
  const mistaken: string[] = [];
  const { failed, errorInstance } = await fc.check(
    fc.asyncProperty(requestsTo(operation), async ({ asker, url, body }) => {
      const answer = await site.ask(`${method} ${url}` as Parameters<Site['ask']>[0], {
        headers: { 'if-match': '"1"' },
        as: await credentialFor(operationId, asker),
        ...(body === undefined ? {} : { body }),
      });
      const mistakes = mistakesIn(operation, answer);
      if (mistakes.length > 0)
        mistaken.push(`${operationId}: ${mistakes.join('; ')}: ${`${url} ${JSON.stringify(body)}`.slice(0, 1_000)}`);
      return mistakes.length === 0;
    }),
    { numRuns: REQUESTS, seed: SEED, endOnFailure: true },
  );
  // What a request ends with but an answer is a mistake, too.
  if (failed && mistaken.length === 0) mistaken.push(`${operationId}: ${String(errorInstance)}`);
  return mistaken;
};

test(
  'every route answers every request as documented, with no error of ours and nothing that the asker may not see',
  { timeout: TIMEOUT_MS },
  async () => {
    expect(operations.length).toBeGreaterThan(50);
    const limit = pLimit(AT_ONCE);
    const others = operations.filter(({ operationId }) => !ENDS.has(operationId));
    const mistaken = await limit.map(others, askAny);
    for (const operation of operations) if (ENDS.has(operation.operationId)) mistaken.push(await askAny(operation));
    expect(mistaken.flat()).toEqual([]);
  },
);
