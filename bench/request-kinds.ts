/** Requests by what they are for, from the simulator's counts by family. */
export const REQUEST_KINDS: readonly (readonly [kind: string, family: RegExp])[] = [
  ['active_entities', /active_entities$/],
  ['creates', /^POST .*stats\/jobs/],
  ['polls', /^GET .*stats\/jobs/],
  ['files', /async-analytics/],
];

/** Of one kind; without one, of no kind in the list. */
export const requestsOf = (requests: Readonly<Record<string, number>>, kind: RegExp | undefined): number =>
  Object.entries(requests)
    .filter(([family]) =>
      kind === undefined ? REQUEST_KINDS.every(([, other]) => !other.test(family)) : kind.test(family),
    )
    .reduce((sum, [, count]) => sum + count, 0);
