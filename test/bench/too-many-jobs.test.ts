import { expect, test } from 'vitest';
import { refusals, tooManyJobs } from '../../bench/figures.js';
import { requestReport, resetRequests } from '../../local/once/simulated.js';
import { startX } from '../simulator/support/x.js';

test('a refusal for want of a job slot is counted, under the name that the simulator gives it', async () => {
  const x = await startX({ ads: 1, accounts: 1, jobSeconds: 60 });
  try {
    const [account = ''] = await x.accountIds();
    const [ad = ''] = await x.ids(account, 'promoted_tweets');
    await resetRequests(x.running.url);
    const job = {
      entity: 'PROMOTED_TWEET',
      entity_ids: ad,
      start_time: '2026-08-01',
      end_time: '2026-08-02',
      granularity: 'DAY',
      placement: 'ALL_ON_TWITTER',
      metric_groups: 'ENGAGEMENT',
    };
    await Promise.all(Array.from({ length: 102 }, () => x.call('POST', `/12/stats/jobs/accounts/${account}`, job)));
    const report = await requestReport(x.running.url);
    expect(tooManyJobs(report)).toBe(2);
    expect(refusals(report)).toEqual({ '400': 2 });
    expect(report.peak_jobs_in_processing).toBe(100);
  } finally {
    await x.running.close();
  }
});
