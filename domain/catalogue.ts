import type { Actor, CatalogueEntry } from './catalogue-entry.js';
import { ON_THE_WAY } from './catalogue-on-the-way.js';
import { PROBLEMS } from './catalogue-problems.js';
import { OF_REQUESTS, REFUSALS } from './catalogue-refusals.js';
import type { NextStepAction } from './next-step.js';

/*
 * Every refusal and problem by its code: why it happens, the one step, and who can take it. The API's error body, `xads`, the
 * status of a connection and docs/errors.md speak from this table. Where more is known, the error itself says it in place of
 * the general step.
 */

/** By what they are about, as docs/errors.md has them. */
export const CATALOGUE_PARTS: Readonly<Record<string, Readonly<Record<string, CatalogueEntry>>>> = {
  'Refusals of a request': { ...REFUSALS, ...OF_REQUESTS },
  'Problems of a connection, a sign-in or an account': PROBLEMS,
  'On the way to X and back': ON_THE_WAY,
};
const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = Object.assign({}, ...Object.values(CATALOGUE_PARTS));

/** What the table says of a code; `undefined` of one that is none of ours, such as a word of X that is new. */
export const entryOf = (code: string): CatalogueEntry | undefined =>
  Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code] : undefined;

/** Who takes a step whose code says nothing of it. */
const ACTORS: Partial<Record<NextStepAction, Actor>> = {
  ask_administrator: 'administrator',
  wait: 'nobody',
  migrate: 'operator',
  start: 'operator',
  restore: 'operator',
  set_up: 'operator',
  start_worker: 'operator',
  check_configuration: 'operator',
  doctor: 'operator',
  see_temporal: 'operator',
};

export const actorOf = (code: string, action?: NextStepAction): Actor =>
  entryOf(code)?.who ?? (action === undefined ? undefined : ACTORS[action]) ?? 'you';
