import { expect, test } from 'vitest';
import { compareWithTruth } from '../support/truth.js';
import { openSite, rowsOf } from './site.js';

const HOUR = 3_600;

test.each([
  ['an hour ahead, and X an hour behind', HOUR, -HOUR],
  ['an hour behind, and X an hour ahead', -HOUR, HOUR],
])(
  'with Postgres %s of this machine the import of a year meets no 429, and every cell is the truth',
  async (_name, ahead, xAhead) => {
    const now = new Date(Date.now() + xAhead * 1_000).toISOString();
    await using site = await openSite({ accounts: 1, ads: 2, days: 370, jobSeconds: 0, postgresAhead: ahead, now });
    const grant = await site.choose({ history: { kind: 'days', days: 365 } });
    const runId = await site.plan(grant, { kind: 'history' });
    await site.finish(runId);
    const [run] = await rowsOf<{ from: string; to: string }>(
      site.db,
      'select first_day as "from", last_day as "to" from importer.import_runs where id = $1',
      [runId],
    );
    const compared = await compareWithTruth(site.db, site.url, () => run as never);
    expect(compared).toMatchObject({ missing: 0, wrong: 0, doubled: 0 });
    expect(compared.rows['PROMOTED_TWEET']).toBeGreaterThan(0);
    expect(await site.control('GET', 'requests')).toMatchObject({ limits_hit: {} });
  },
);
