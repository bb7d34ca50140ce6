import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NumbersQuery } from '../../simulator/numbers/query.js';
import { DEFAULTS } from '../../simulator/options.js';
import { Files } from '../../simulator/state/files.js';
import type { SimulatedJob } from '../../simulator/state/jobs.js';
import { Simulator } from '../../simulator/state/simulator.js';

const NOW = '2026-03-10T15:30:00Z';
const DAY = 86_400;

beforeEach(() => vi.useFakeTimers({ now: Date.parse(NOW) }));
afterEach(() => vi.useRealTimers());

const jobOf = (simulator: Simulator): SimulatedJob => {
  const [account] = simulator.world.accounts.values();
  if (account === undefined) throw new Error('the world has no account');
  const start = account.calendar.at(simulator.clock.dataSeconds()).start(Math.floor(Date.parse(NOW) / 86_400_000) - 5);
  const query: NumbersQuery = {
    level: 'CAMPAIGN',
    entityIds: [...(account.measured.get('CAMPAIGN')?.keys() ?? [])].slice(0, 3),
    start,
    end: start + 5 * DAY,
    granularity: 'DAY',
    placement: 'ALL_ON_TWITTER',
    groups: ['ENGAGEMENT', 'BILLING'],
    media: false,
    segmentation: null,
    country: null,
    platform: null,
  };
  return simulator.jobs.create(account, 'someone', query, {
    queuedFor: 0,
    processingFor: 8_000,
    hiddenFor: 0,
    urlNullFor: 0,
    fails: false,
    gluedUrl: false,
    missingIds: new Set(),
  });
};

const read = async (files: Files, simulator: Simulator, job: SimulatedJob): Promise<string> => {
  expect(simulator.jobs.status(job)).toBe('SUCCESS');
  return (await files.read(job)).toString('base64');
};

test('a file that was computed ahead is the file that a download computes', async () => {
  const simulator = new Simulator({ ...DEFAULTS, accounts: 1, ads: 20, now: NOW });
  const job = jobOf(simulator);
  simulator.files.computeAhead(job);
  await vi.advanceTimersByTimeAsync(8_000);
  const ahead = await read(simulator.files, simulator, job);
  expect(ahead).toBe(await read(new Files(simulator.clock), simulator, job));
});

test('where the clock was changed meanwhile, the numbers are those of the end that came', async () => {
  const simulator = new Simulator({ ...DEFAULTS, accounts: 1, ads: 20, now: NOW });
  const job = jobOf(simulator);
  simulator.files.computeAhead(job);
  await vi.advanceTimersByTimeAsync(7_500);
  simulator.clock.change({ advance_seconds: 3 * DAY });
  await vi.advanceTimersByTimeAsync(500);
  expect(await read(simulator.files, simulator, job)).toBe(await read(new Files(simulator.clock), simulator, job));
});
