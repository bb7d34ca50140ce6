import { expect, test } from 'vitest';
import { type Alarm, judgeAlarms, type Watched } from '../../domain/alarm.js';
import type { StatusWord } from '../../domain/status.js';

const NOW = '2026-11-30T12:00:00.000Z';
const hoursAgo = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

const watched = (id: string, status: StatusWord, more: Partial<Watched> = {}): Watched => ({
  id,
  mark: { status, label: '', sentence: '', who: 'nobody', accounts: 1, accountsInTrouble: 0 },
  ...more,
});
const alarm = (more: Partial<Alarm> = {}): Alarm => ({
  id: '1',
  kind: 'late',
  subject: 'connection/a',
  connectionIds: ['a'],
  seenAt: hoursAgo(4),
  ...more,
});
const judge = (open: readonly Alarm[], all: readonly Watched[], lateAfterHours = 6) =>
  judgeAlarms(open, all, { now: NOW, lateAfterHours });

test('ten connections of one refused credential make one alarm, at once', () => {
  const ten = Array.from({ length: 10 }, (_, n) => watched(`c${n}`, 'needs_person', { refusedXUser: '7' }));
  const { raised } = judge([], [...ten, watched('other', 'needs_person')]);
  expect(raised.map(({ subject, connectionIds }) => [subject, connectionIds.length])).toEqual([
    ['credential/7', 10],
    ['connection/other', 1],
  ]);
  const told = alarm({ kind: 'needs_person', subject: 'credential/7', raisedAt: hoursAgo(1), connectionIds: ['c0'] });
  expect(judge([told], ten)).toMatchObject({
    seen: [],
    raised: [],
    recovered: [],
    kept: [{ connectionIds: { length: 10 } }],
  });
});

test('a day is late after the hours of the workspace, once it has been seen for half an hour', () => {
  const open = (hours: number) => [watched('a', 'behind', { openSince: hoursAgo(hours) })];
  // Behind for less than two hours is nothing to remember.
  expect(judge([], open(1.9)).seen).toEqual([]);
  expect(judge([], open(5))).toMatchObject({ seen: [{ kind: 'late' }], raised: [] });
  expect(judge([alarm()], open(5.9)).raised).toEqual([]);
  expect(judge([alarm()], open(6)).raised).toMatchObject([{ subject: 'connection/a' }]);
  expect(judge([alarm()], open(6), 24).raised).toEqual([]);
  // Three days that a laptop slept, or a pause lasted, are filled first.
  expect(judge([], open(72)).raised).toEqual([]);
  expect(judge([alarm({ seenAt: hoursAgo(0.4) })], open(72)).raised).toEqual([]);
});

test('every alarm that was told has a recovery, unless a person has paused or ended the connection', () => {
  const told = alarm({ raisedAt: hoursAgo(2) });
  expect(judge([told], [watched('a', 'up_to_date')]).recovered).toEqual([told]);
  for (const still of ['paused', 'disconnected', 'not_finished'] as const) {
    const judged = judge([told], [watched('a', still, { openSince: hoursAgo(90), refusedXUser: '7' })]);
    expect(judged).toMatchObject({ seen: [], raised: [], recovered: [], dropped: [told] });
  }
  expect(judge([told], [])).toMatchObject({ recovered: [], dropped: [told] });
  // Nobody has heard of it.
  expect(judge([alarm()], [watched('a', 'up_to_date')])).toMatchObject({ recovered: [], dropped: [alarm()] });
  // Another alarm takes its place.
  const turned = judge([told], [watched('a', 'needs_person')]);
  expect(turned).toMatchObject({ recovered: [], dropped: [told], raised: [{ kind: 'needs_person' }] });
});
