import { expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.js';
import { createActivities, factories } from '../../activities/index.js';

/** No factory does anything with what it is given before an activity runs. */
const nothing = {} as Deps;

test('no activity name is given twice: a spread would silently overwrite the first', () => {
  const names = factories.flatMap((create) => Object.keys(create(nothing)));
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});

test('every factory reaches the worker', () => {
  const names = factories.flatMap((create) => Object.keys(create(nothing)));
  expect(Object.keys(createActivities(nothing)).toSorted()).toEqual(names.toSorted());
});
