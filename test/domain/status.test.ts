import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import { type AccountFacts, accountStatus, LATE_AFTER_MS, type StatusFacts, statusOf } from '../../domain/status.js';

const NOW = '2026-11-30T12:00:00.000Z';
const TODAY = '2026-11-30' as Day;
const hours = (n: number): string => new Date(Date.parse(NOW) + n * 3_600_000).toISOString();

const green: AccountFacts = {
  status: 'up_to_date',
  due: 365,
  complete: 365,
  usableFrom: addDays(TODAY, -365),
  lastImported: addDays(TODAY, -1),
  landed: true,
};
const facts = (rest: Partial<StatusFacts> = {}): StatusFacts => ({
  id: 'c',
  phase: 'active',
  accounts: [green],
  now: NOW,
  ...rest,
});

const openSince = (since: string): StatusFacts =>
  facts({ accounts: [{ ...green, complete: 364, open: { day: TODAY, since } }] });

const problem = fc.option(
  fc.constantFrom('role_lost', 'CredentialsRejected', 'zone_unknown', 'a_word_of_tomorrow').map((code) => ({
    code,
    nextStep: 'Do it.',
  })),
  { nil: undefined },
);
const account = fc
  .record({
    status: fc.constantFrom('backfilling', 'up_to_date', 'blocked'),
    problem,
    due: fc.nat(400),
    openShare: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
    landed: fc.boolean(),
    sinceHours: fc.integer({ min: -48, max: 0 }),
    waits: fc.option(fc.record({ until: fc.option(fc.integer({ min: -3, max: 3 }).map(hours), { nil: undefined }) }), {
      nil: undefined,
    }),
  })
  .map(({ openShare, sinceHours, ...rest }): AccountFacts => {
    const complete = Math.floor(rest.due * (1 - openShare));
    return {
      ...rest,
      complete,
      ...(complete < rest.due ? { open: { day: addDays(TODAY, -9), since: hours(sinceHours) } } : {}),
    };
  });
const anything = fc
  .record({
    phase: fc.constantFrom('authorizing', 'choosing', 'active', 'paused', 'needs_reauthorization', 'disconnected'),
    problem,
    credentialProblem: problem,
    screenName: fc.option(fc.constant('acme'), { nil: undefined }),
    note: fc.option(fc.string(), { nil: undefined }),
    accounts: fc.array(account, { maxLength: 5 }),
  })
  .map((rest) => facts(rest as Partial<StatusFacts>));

/** Else a green one would be rare. */
const nearlyGreen = fc.array(account, { minLength: 1, maxLength: 2 }).map((accounts) => facts({ accounts }));

describe('the status of a connection', () => {
  it('is exactly one for every combination of facts, with a word and a sentence', () => {
    fc.assert(
      fc.property(anything, (some) => {
        const mark = statusOf(some);
        expect(mark.label).not.toBe('');
        expect(mark.sentence).toMatch(/\S/);
        expect(mark.accounts).toBe(some.accounts.length);
        expect(mark.accountsInTrouble).toBe(some.accounts.filter(({ status }) => status === 'blocked').length);
        if (mark.status === 'needs_person') expect(mark.nextStep?.text).toMatch(/\S/);
        if (mark.status === 'needs_person') expect(mark.who).not.toBe(undefined);
      }),
      { numRuns: 500 },
    );
  });

  it('is green only where something has landed and no due day is open, of any account', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.oneof(anything, nearlyGreen), (some) => {
        if (statusOf(some).status !== 'up_to_date') return;
        seen += 1;
        expect(some.phase).toBe('active');
        for (const each of some.accounts) {
          expect(each.open).toBe(undefined);
          expect(each.complete).toBe(each.due);
          expect(each.landed || each.complete > 0).toBe(true);
          expect(each.status).toBe('up_to_date');
        }
      }),
      { numRuns: 3_000 },
    );
    expect(seen).toBeGreaterThan(0);
  });

  it('is not changed by a try that failed and is repeated, before the day is late', () => {
    expect(statusOf(openSince(hours(-1)))).toMatchObject({
      status: 'importing_history',
      label: 'Importing',
      who: 'nobody',
    });
    const late = new Date(Date.parse(NOW) - LATE_AFTER_MS - 1).toISOString();
    expect(statusOf(openSince(late))).toMatchObject({ status: 'behind', who: 'nobody' });
  });

  it('says that one of ten accounts needs somebody, and leaves the other nine as they are', () => {
    const blocked: AccountFacts = {
      ...green,
      status: 'blocked',
      problem: { code: 'currency_changed', nextStep: 'Compare.' },
    };
    const accounts = [...Array.from({ length: 9 }, () => green), blocked];
    expect(statusOf(facts({ accounts }))).toMatchObject({
      status: 'needs_person',
      sentence: '1 of 10 accounts needs you.',
      accountsInTrouble: 1,
      accounts: 10,
    });
    expect(accounts.map((each) => accountStatus(each, NOW)).filter((word) => word === 'up_to_date')).toHaveLength(9);
  });

  it('says only the gravest', () => {
    const late: AccountFacts = { ...green, complete: 1, open: { day: addDays(TODAY, -9), since: hours(-30) } };
    const waiting: AccountFacts = { ...green, status: 'backfilling', complete: 9, waits: { until: hours(1) } };
    const blocked: AccountFacts = { ...green, status: 'blocked', problem: { code: 'role_lost', nextStep: 'Ask.' } };
    expect(statusOf(facts({ accounts: [waiting, green] }))).toMatchObject({ status: 'waiting_for_x', until: hours(1) });
    expect(statusOf(facts({ accounts: [waiting, late] })).status).toBe('behind');
    const all = statusOf(facts({ accounts: [waiting, late, blocked] }));
    expect(all).toMatchObject({ status: 'needs_person', who: 'administrator', label: 'Needs your administrator' });
    expect(all.sentence).toBe('1 of 3 accounts needs your administrator.');
  });

  it.each([
    [
      { phase: 'choosing', screenName: 'acme', accounts: [] },
      'not_finished',
      'Authorised as @acme. Choose accounts to finish.',
    ],
    [
      { accounts: [{ ...green, status: 'backfilling', complete: 0, landed: false }] },
      'starting',
      'First numbers in a moment.',
    ],
    [
      {
        accounts: [{ ...green, status: 'backfilling', complete: 214, usableFrom: '2026-04-30' as Day }],
        estimateSeconds: 180,
      },
      'importing_history',
      '214 of 365 days. Usable from 30 Apr 2026. About 3 min.',
    ],
    [{}, 'up_to_date', 'Through 29 Nov 2026.'],
    [
      {
        phase: 'needs_reauthorization',
        screenName: 'acme',
        credentialProblem: { code: 'CredentialsRejected', nextStep: 'x' },
      },
      'needs_person',
      "X no longer accepts @acme's authorization. Reconnect.",
    ],
    [
      { phase: 'paused', note: 'budget stop', accounts: [{ ...green, complete: 348 }] },
      'paused',
      'budget stop. 17 days will be fetched on resume.',
    ],
    [{ phase: 'disconnected' }, 'disconnected', 'Data kept until deleted.'],
  ] as const)('%j reads %s: %s', (some, status, sentence) => {
    expect(statusOf(facts(some as Partial<StatusFacts>))).toMatchObject({ status, sentence });
  });

  it('names the operator where only the operator can act', () => {
    const mark = statusOf(facts({ problem: { code: 'workflow_gone', nextStep: 'Restore.' } }));
    expect(mark).toMatchObject({ who: 'operator', label: 'Needs the operator', nextStep: { action: 'restore' } });
  });
});
