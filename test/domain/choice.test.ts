import { describe, expect, test } from 'vitest';
import { accountsOf, parseTimeOfDay, refuseChoice, whyInvalid } from '../../domain/choice.js';
import type { Choice } from '../../domain/connection.js';

const choose = (accounts: Choice['accounts']): Choice => ({ accounts, history: { kind: 'none' }, wait: 1 });

describe('a choice', () => {
  test('keeps a wait of 1 or 3 days, and no other', () => {
    expect(whyInvalid({ wait: 1 })).toBeUndefined();
    expect(whyInvalid({ wait: 3, dailyAt: '07:30' })).toBeUndefined();
    for (const wait of [0, 2, 4, 1.5, Number.NaN]) expect(whyInvalid({ wait })).toMatch(/give 1 .* or 3 /);
  });

  test.each(['9:30', '24:00', '10:60', '10', '10:00:00', '', 'noon', '10:00 pm'])(
    'refuses "%s" as a daily time, and says how to write one',
    (dailyAt) => {
      expect(parseTimeOfDay(dailyAt)).toBeUndefined();
      expect(whyInvalid({ wait: 1, dailyAt })).toContain('HH:MM');
    },
  );

  test.each(['00:00', '09:05', '23:59'])('takes %s', (time) => {
    expect(parseTimeOfDay(time)).toBe(time);
  });

  const visible = [
    { id: 'a', selectable: true, granted: true },
    { id: 'b', selectable: false, granted: true },
    { id: 'c', selectable: true, granted: false },
    { id: 'd', selectable: false, granted: false },
  ];

  const reasons = { reason: 'Your role cannot read it.', cure: 'Ask for another role.' };

  test('is kept when its accounts may be read or are read already', () => {
    expect(refuseChoice(choose('all'), visible, [])).toBeUndefined();
    expect(refuseChoice(choose(['a', 'b', 'gone']), visible, ['b', 'gone'])).toBeUndefined();
  });

  test('of accounts that the user cannot see or read is refused with the reason and what solves it', () => {
    expect(refuseChoice(choose(['a', 'x', 'y']), visible, [])).toEqual({
      code: 'account_unknown',
      reason: 'This X user cannot see the account x, y.',
    });
    const named = [{ ...reasons, id: 'd', name: 'Acme', selectable: false }];
    expect(refuseChoice(choose(['d']), named, [])).toEqual({
      code: 'account_not_selectable',
      reason: 'Acme (d) cannot be chosen. Your role cannot read it.',
      cure: 'Ask for another role.',
    });
    const nameless = [{ ...reasons, id: 'd', selectable: false }];
    expect(refuseChoice(choose(['d']), nameless, [])?.reason).toBe(
      'The account d cannot be chosen. Your role cannot read it.',
    );
  });

  test('of no account, or with an invalid wait, is refused', () => {
    expect(refuseChoice(choose([]), visible, [])).toMatchObject({ code: 'choice_refused' });
    expect(refuseChoice({ ...choose('all'), wait: 2 as 1 }, visible, [])).toMatchObject({ code: 'choice_refused' });
  });

  test('of all takes in what may be read, and keeps what is read although its role is lost or X shows it no more', () => {
    expect(accountsOf({ accounts: 'all' }, visible, ['a', 'b', 'gone'])).toEqual(['a', 'c', 'b', 'gone']);
    expect(accountsOf({ accounts: 'all' }, visible, [])).toEqual(['a', 'c']);
  });

  test('of some is these, each once', () => {
    expect(accountsOf({ accounts: ['b', 'a', 'b'] }, visible, ['c'])).toEqual(['b', 'a']);
  });
});
