import { describe, expect, test } from 'vitest';
import {
  type Action,
  begunHistories,
  type GrantState,
  newConnection,
  nextHistories,
  permits,
  type Phase,
  turnsOf,
  unfinished,
} from '../../domain/connection.js';

const PHASES = ['authorizing', 'choosing', 'active', 'paused', 'needs_reauthorization', 'disconnected'] as const;
const ACTIONS = ['sign_in', 'choose', 'backfill', 'sync', 'pause', 'resume', 'disconnect', 'rename'] as const;

/** What each phase permits; everything else is refused. */
const TABLE: Readonly<Record<Phase, readonly Action[]>> = {
  authorizing: ['sign_in', 'disconnect', 'rename'],
  choosing: ['sign_in', 'choose', 'disconnect', 'rename'],
  active: ['sign_in', 'choose', 'backfill', 'sync', 'pause', 'disconnect', 'rename'],
  paused: ['sign_in', 'choose', 'resume', 'disconnect', 'rename'],
  needs_reauthorization: ['sign_in', 'choose', 'disconnect', 'rename'],
  disconnected: [],
};

const REASONS: Readonly<Record<Phase, RegExp>> = {
  authorizing: /finish signing in first/,
  choosing: /choose them first/,
  active: /Only a paused connection/,
  paused: /resume it first/,
  needs_reauthorization: /reconnect first/,
  disconnected: /add a new one/,
};

describe('what a phase permits', () => {
  test.each(PHASES.flatMap((phase) => ACTIONS.map((action) => [phase, action] as const)))('%s: %s', (phase, action) => {
    const permission = permits(phase, action);
    expect(permission.allowed).toBe(TABLE[phase].includes(action));
    if (permission.allowed) return;
    // A person reads it beside a disabled button: a whole sentence.
    expect(permission.reason).toMatch(/^[A-Z].*\.$/);
    if (action !== 'resume') expect(permission.reason).toMatch(REASONS[phase]);
  });
});

test('a connection begins by being authorized', () => {
  expect(newConnection('c1')).toEqual({ version: 1, connectionId: 'c1', phase: 'authorizing' });
});

test('what is not up to date is taken up again, a blocked account too', () => {
  const blocked = { status: 'blocked', problem: { code: 'AccountNotVisible', nextStep: 'Ask.' } } as const;
  expect(unfinished({ a: { status: 'up_to_date' }, b: { status: 'backfilling' }, c: blocked })).toEqual(['b', 'c']);
});

describe('turns of histories', () => {
  const grants: Readonly<Record<string, GrantState>> = {
    a: { status: 'up_to_date' },
    b: { status: 'backfilling', waits: true },
    c: { status: 'backfilling' },
    d: { status: 'blocked', problem: { code: 'role_lost', nextStep: 'Ask.' } },
    e: { status: 'backfilling', rerun: true },
    f: { status: 'backfilling', waits: true },
  };

  test('one that waits has not begun, and its turn comes when there is room', () => {
    expect(begunHistories(grants)).toEqual(['c', 'e']);
    expect([1, 2, 3, 9].map((atOnce) => nextHistories(grants, atOnce))).toEqual([[], [], ['b'], ['b', 'f']]);
  });

  test('of accounts that are all to be imported those that have begun go first, beside the others that go on', () => {
    expect(turnsOf(grants, ['b', 'd', 'e'], 3)).toEqual({ now: ['e', 'b'], later: ['d'] });
    expect(turnsOf(grants, unfinished(grants), 3)).toEqual({ now: ['c', 'e', 'b'], later: ['d', 'f'] });
    expect(turnsOf(grants, ['b'], 1)).toEqual({ now: [], later: ['b'] });
  });
});
