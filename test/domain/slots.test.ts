import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeSlots, JOB_SLOTS } from '../../domain/slots.js';

const header = (remaining: number, reservedSince = 0, limit = 100) => ({ limit, remaining, reservedSince });

test.each([
  ['nothing is known yet', { held: 0, header: undefined, refused: false, share: 1 }, 100],
  ['some are ours', { held: 30, header: undefined, refused: false, share: 1 }, 70],
  ['other tools hold some', { held: 30, header: header(50), refused: false, share: 1 }, 50],
  ['we reserved since the header', { held: 40, header: header(50, 10), refused: false, share: 1 }, 40],
  ['the header is late in seeing ours', { held: 90, header: header(100), refused: false, share: 1 }, 10],
  ['X lowers the limit', { held: 0, header: header(25, 0, 25), refused: false, share: 1 }, 25],
  [
    'X raises the limit above what is documented',
    { held: 0, header: header(500, 0, 500), refused: false, share: 1 },
    100,
  ],
  ['X refused lately', { held: 0, header: header(100), refused: true, share: 1 }, 0],
  ['a higher class waits', { held: 0, header: header(100), refused: false, share: 0.8 }, 80],
  ['a higher class waits and its share is used', { held: 85, header: undefined, refused: false, share: 0.8 }, 0],
])('when %s', (_name, slots, free) => {
  expect(freeSlots(slots)).toBe(free);
});

test('never more than a hundred in processing, and never a negative number', () => {
  const slots = fc.record({
    held: fc.integer({ min: 0, max: 150 }),
    header: fc.option(
      fc.record({
        limit: fc.integer({ min: 0, max: 200 }),
        remaining: fc.integer({ min: 0, max: 200 }),
        reservedSince: fc.integer({ min: 0, max: 150 }),
      }),
      { nil: undefined },
    ),
    refused: fc.boolean(),
    share: fc.double({ min: 0.5, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(slots, (state) => {
      const free = freeSlots(state);
      expect(Number.isInteger(free)).toBe(true);
      expect(free).toBeGreaterThanOrEqual(0);
      expect(free === 0 || state.held + free <= JOB_SLOTS).toBe(true);
    }),
  );
});
