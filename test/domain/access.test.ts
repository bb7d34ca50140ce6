import { expect, test } from 'vitest';
import { selectable } from '../../domain/access.js';

test.each(['ACCOUNT_ADMIN', 'AD_MANAGER', 'CREATIVE_MANAGER', 'CAMPAIGN_ANALYST'])('%s is enough to import', (role) => {
  expect(selectable([role])).toEqual({ selectable: true });
  expect(selectable(['ANALYST', 'TWEET_COMPOSER', role])).toEqual({ selectable: true });
});

test.each([
  [['ANALYST'], 'Organic Analyst'],
  [['PARTNER_AUDIENCE_MANAGER', 'TWEET_COMPOSER'], 'Partner Audience Manager, Tweet Composer'],
  [['A_ROLE_OF_TOMORROW'], 'A_ROLE_OF_TOMORROW'],
  [[], 'no role'],
])('with %j the account is listed with the reason and the cure', (permissions, reason) => {
  expect(selectable(permissions)).toEqual({
    selectable: false,
    reason: expect.stringContaining(reason) as string,
    cure: expect.stringContaining('Business Settings → Collaborators → People') as string,
  });
});
