import { expect, it } from 'vitest';
import { chaos } from './support.js';

it('kills, stops, faults, pauses and reconnects at random end with every cell true, every day green and nothing that waits', async () => {
  const { failure, figures } = await chaos('--runs', '2', '--troubles', '5', '--seed', '1');
  expect(failure).toBeUndefined();
  expect(figures).toMatchObject({ runs: 2, failed: [] });
  expect(Number(figures['kills']) + Number(figures['hangs'])).toBeGreaterThan(0);
  expect(Number(figures['cells'])).toBeGreaterThan(0);
});
