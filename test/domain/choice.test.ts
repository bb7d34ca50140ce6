import { describe, expect, test } from 'vitest';
import { accountsOf, parseTimeOfDay, whyRefused } from '../../domain/choice.js';

describe('a choice', () => {
  test('keeps a wait of 1 or 3 days, and no other', () => {
    expect(whyRefused({ wait: 1 })).toBeUndefined();
    expect(whyRefused({ wait: 3, dailyAt: '07:30' })).toBeUndefined();
    for (const wait of [0, 2, 4, 1.5, Number.NaN]) expect(whyRefused({ wait })).toMatch(/give 1 .* or 3 /);
  });

  test.each(['9:30', '24:00', '10:60', '10', '10:00:00', '', 'noon', '10:00 pm'])(
    'refuses "%s" as a daily time, and says how to write one',
    (dailyAt) => {
      expect(parseTimeOfDay(dailyAt)).toBeUndefined();
      expect(whyRefused({ wait: 1, dailyAt })).toContain('HH:MM');
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

  test('of all takes in what may be read, and keeps what is read although its role is lost or X shows it no more', () => {
    expect(accountsOf({ accounts: 'all' }, visible, ['a', 'b', 'gone'])).toEqual(['a', 'c', 'b', 'gone']);
    expect(accountsOf({ accounts: 'all' }, visible, [])).toEqual(['a', 'c']);
  });

  test('of some is these, each once', () => {
    expect(accountsOf({ accounts: ['b', 'a', 'b'] }, visible, ['c'])).toEqual(['b', 'a']);
  });
});
