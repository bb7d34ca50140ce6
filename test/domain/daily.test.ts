import { describe, expect, test } from 'vitest';
import type { ConnectionState } from '../../domain/connection.js';
import { changesSchedules } from '../../domain/connection.js';
import { describeConnection } from '../../domain/connection-details.js';
import { type DailyGrant, dailySchedule, dailyReader } from '../../domain/daily.js';

const grant = (connectionId: string, values: Partial<DailyGrant> = {}): DailyGrant => ({
  connectionId,
  xUserId: '7',
  phase: 'active',
  credentialValid: true,
  wait: 1,
  dailyAt: '10:00',
  historyFrom: null,
  lookBack: 30,
  status: 'up_to_date',
  ...values,
});

describe('where several grants read one account', () => {
  test('the shortest wait does the sync, and the earliest time sets the schedule', () => {
    const grants = [grant('slow', { wait: 3, dailyAt: '07:00' }), grant('quick', { dailyAt: '12:00' })];
    expect(dailyReader(grants)).toMatchObject({ connectionId: 'quick', wait: 1 });
    expect(dailySchedule(grants)).toEqual({ kind: 'running', at: '07:00' });
  });

  test('those that cannot do it decide neither, as long as one can', () => {
    const grants = [
      grant('paused', { phase: 'paused', dailyAt: '05:00' }),
      grant('dead', { credentialValid: false, dailyAt: '06:00' }),
      grant('able', { wait: 3, dailyAt: '11:00' }),
    ];
    expect(dailyReader(grants)).toMatchObject({ connectionId: 'able' });
    expect(dailySchedule(grants)).toEqual({ kind: 'running', at: '11:00' });
    expect(dailySchedule(grants.slice(0, 2))).toMatchObject({ kind: 'paused', at: '05:00' });
  });

  test('a schedule that cannot run says whether to sign in or to resume', () => {
    const paused = grant('paused', { phase: 'paused', credentialValid: false });
    const dead = grant('dead', { credentialValid: false });
    expect(dailySchedule([paused])).toMatchObject({ note: expect.stringContaining('resume one') as string });
    expect(dailySchedule([paused, dead])).toMatchObject({ note: expect.stringContaining('reconnect') as string });
  });

  test('one whose role X took away leaves the sync to another, and tries when there is none', () => {
    const blocked = grant('blocked', { status: 'blocked' });
    expect(dailyReader([blocked, grant('other', { wait: 3 })])).toMatchObject({ connectionId: 'other' });
    expect(dailyReader([blocked])).toMatchObject({ connectionId: 'blocked' });
    expect(dailySchedule([blocked])).toMatchObject({ kind: 'running' });
  });
});

const active = (dailyAt: string, accounts: readonly string[] = ['a']): ConnectionState => ({
  version: 1,
  connectionId: 'c',
  phase: 'active',
  choice: { accounts: 'all', history: { kind: 'none' }, wait: 1, dailyAt },
  grants: Object.fromEntries(accounts.map((id) => [id, { status: 'up_to_date' }])),
});

describe('the schedules of a connection', () => {
  test('follow its phase, its accounts and its daily time', () => {
    const before = active('10:00');
    expect(changesSchedules(before, active('10:00'))).toBe(false);
    expect(changesSchedules(before, active('09:00'))).toBe(true);
    expect(changesSchedules(before, active('10:00', ['a', 'b']))).toBe(true);
    expect(changesSchedules(before, active('10:00', []))).toBe(true);
  });
});

describe('what the Temporal UI shows of a connection', () => {
  test('is the phase, how the accounts stand, and every reason with its cure', () => {
    const state: ConnectionState = {
      version: 1,
      connectionId: 'c',
      phase: 'active',
      choice: { accounts: 'all', history: { kind: 'none' }, wait: 1 },
      grants: {
        a: { status: 'up_to_date' },
        b: { status: 'blocked', problem: { code: 'role_lost', nextStep: 'Ask the administrator.' } },
      },
    };
    expect(describeConnection(state)).toBe(
      '**active**\n\nAccounts: 1 up to date, 1 blocked\n\n`b` role lost: Ask the administrator.',
    );
    const beginning = { version: 1, connectionId: 'c', phase: 'authorizing' } as const;
    expect(describeConnection(beginning)).toBe('**authorizing**\n\nX is asked for a sign-in page.');
    expect(describeConnection({ ...beginning, oauthRequestId: 'o' })).toContain('Waits for a person who signs in at X');
  });
});
