import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeSlots, JOB_SLOTS, onlyHeaderBinds } from '../../domain/slots.js';

const header = (remaining: number, reservedSince = 0, limit = 100) => ({ limit, remaining, reservedSince });

const all = { header: undefined, refused: false, classShare: 1 };

test.each([
  ['nothing is known yet', { held: 0, header: undefined, refused: false, classShare: 1 }, 100],
  ['some are ours', { held: 30, header: undefined, refused: false, classShare: 1 }, 70],
  ['other tools hold some', { held: 30, header: header(50), refused: false, classShare: 1 }, 50],
  ['we reserved since the header', { held: 40, header: header(50, 10), refused: false, classShare: 1 }, 40],
  ['the header is late in seeing ours', { held: 90, header: header(100), refused: false, classShare: 1 }, 10],
  ['X lowers the limit', { held: 0, header: header(25, 0, 25), refused: false, classShare: 1 }, 25],
  [
    'X raises the limit above what is documented',
    { held: 0, header: header(500, 0, 500), refused: false, classShare: 1 },
    100,
  ],
  ['X refused lately', { held: 0, header: header(100), refused: true, classShare: 1 }, 0],
  ['a higher class waits', { held: 0, header: header(100), refused: false, classShare: 0.8 }, 80],
  ['a higher class waits and its share is used', { held: 85, header: undefined, refused: false, classShare: 0.8 }, 0],
  ['another connection waits, too', { ...all, held: 30, shares: { rivals: 1, own: 30, heldBySatisfied: 0 } }, 20],
  ['another waits and all are ours', { ...all, held: 100, shares: { rivals: 1, own: 100, heldBySatisfied: 0 } }, 0],
  ['another waits and holds more', { ...all, held: 80, shares: { rivals: 1, own: 20, heldBySatisfied: 0 } }, 20],
  ['a third one has all that it needs', { ...all, held: 60, shares: { rivals: 1, own: 0, heldBySatisfied: 60 } }, 20],
  ['two others wait', { ...all, held: 0, shares: { rivals: 2, own: 0, heldBySatisfied: 0 } }, 34],
  ['nobody else waits', { ...all, held: 60, shares: { rivals: 0, own: 0, heldBySatisfied: 60 } }, 40],
])('when %s', (_name, slots, free) => {
  expect(freeSlots(slots)).toBe(free);
});

test.each([
  ['the header says that none is left', { ...all, held: 0, header: header(0) }, true],
  ['X lowers the limit to nothing', { ...all, held: 0, header: header(0, 0, 0) }, true],
  ['what the header left is reserved', { ...all, held: 40, header: header(40, 40) }, true],
  ['the header leaves one', { ...all, held: 0, header: header(1) }, false],
  ['nothing is known yet', { ...all, held: 100 }, false],
  ['all are ours', { ...all, held: 100, header: header(0) }, false],
  ['X refused lately', { ...all, held: 0, header: header(0), refused: true }, false],
  ['a higher class waits and our share is used', { ...all, held: 80, header: header(0), classShare: 0.8 }, false],
  [
    'it is the turn of another',
    { ...all, held: 60, header: header(0), shares: { rivals: 1, own: 60, heldBySatisfied: 0 } },
    false,
  ],
])('whether only the header is in the way when %s', (_name, slots, binds) => {
  expect(onlyHeaderBinds(slots)).toBe(binds);
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
    classShare: fc.double({ min: 0.5, max: 1, noNaN: true }),
    shares: fc.record({
      rivals: fc.integer({ min: 0, max: 5 }),
      own: fc.integer({ min: 0, max: 120 }),
      heldBySatisfied: fc.integer({ min: 0, max: 120 }),
    }),
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

test('those who wait come to equal parts, whoever held how many before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      (wished, dice) => {
        // Everybody has endless work; whose job ends, and who asks next, is chance.
        const held = wished.map((n) =>
          Math.floor(
            (n * JOB_SLOTS) /
              Math.max(
                1,
                wished.reduce((a, b) => a + b, 0),
              ),
          ),
        );
        const roll = (below: number): number => dice.next().value % below;
        const total = (): number => held.reduce((a, b) => a + b, 0);
        for (let step = 0; step < 3_000; step += 1) {
          const ending = roll(held.length);
          if (roll(2) === 0) held[ending] = Math.max(0, (held[ending] ?? 0) - 1);
          const asking = roll(held.length);
          const own = held[asking] ?? 0;
          const shares = { rivals: held.length - 1, own, heldBySatisfied: 0 };
          held[asking] = own + Math.min(3, freeSlots({ ...all, held: total(), shares }));
          expect(total()).toBeLessThanOrEqual(JOB_SLOTS);
        }
        for (const each of held) expect(each).toBeLessThanOrEqual(Math.ceil(JOB_SLOTS / held.length));
      },
    ),
    { numRuns: 30 },
  );
});
