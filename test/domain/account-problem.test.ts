import { describe, expect, test } from 'vitest';
import { accountProblem, refusalOf, roleProblem } from '../../domain/account-problem.js';

const GOOD = { deleted: false, approvalStatus: 'ACCEPTED' };

describe('an account that X stands in the way of', () => {
  test('is told with the reason and the one step that cures it', () => {
    expect(accountProblem(GOOD)).toBeUndefined();
    expect(accountProblem({ ...GOOD, deleted: true })).toMatchObject({ code: 'account_deleted' });
    expect(accountProblem({ ...GOOD, approvalStatus: 'REJECTED' })).toEqual({
      code: 'account_not_approved',
      nextStep: expect.stringContaining('ads.x.com') as string,
    });
    expect(accountProblem({ ...GOOD, approvalStatus: 'UNDER_REVIEW' })?.nextStep).toContain('Nothing to do but wait');
    expect(accountProblem({ ...GOOD, currencyChange: { was: 'EUR', is: 'USD' } })).toMatchObject({
      code: 'currency_changed',
      nextStep: expect.stringMatching(/EUR .* USD.*refetch/) as string,
    });
  });

  test('is not held up by a status that X never named', () => {
    expect(accountProblem({ ...GOOD, approvalStatus: 'UNKNOWN' })).toBeUndefined();
  });

  test('has lost its role when none reads campaigns, and is not shown at all when there is none', () => {
    expect(roleProblem(['CAMPAIGN_ANALYST'])).toBeUndefined();
    expect(roleProblem(['ANALYST'])?.nextStep).toMatch(/Organic Analyst.*Business Settings/);
    expect(roleProblem(undefined)?.nextStep).toMatch(/no longer shows.*Business Settings/);
  });
});

describe('why an import was refused', () => {
  const refused = { code: 'AccountNotVisible', nextStep: 'Ask.' };

  test('is what is known of the account where that explains it, else the role', () => {
    expect(refusalOf(refused, { ...GOOD, deleted: true })).toMatchObject({ code: 'account_deleted' });
    expect(refusalOf(refused, { ...GOOD, approvalStatus: 'REJECTED' })).toMatchObject({ code: 'account_not_approved' });
    expect(refusalOf(refused, GOOD)).toEqual({ code: 'role_lost', nextStep: 'Ask.' });
    expect(refusalOf({ ...refused, code: 'Forbidden' }, undefined)).toMatchObject({ code: 'role_lost' });
  });

  test("is X's own word for all else", () => {
    const other = { code: 'zone_unknown', nextStep: 'Update.' };
    expect(refusalOf(other, { ...GOOD, deleted: true })).toEqual(other);
  });
});
