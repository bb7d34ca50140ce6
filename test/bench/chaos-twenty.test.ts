import { expect, it } from 'vitest';
import { chaos } from './support.js';

it('twenty installations in trouble end with every cell true, every day green and nothing that waits', async () => {
  const { failure, figures } = await chaos('--runs', '20', '--seed', '100');
  expect(failure).toBeUndefined();
  expect(figures).toMatchObject({ runs: 20, failed: [] });
});
