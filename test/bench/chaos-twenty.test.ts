import { expect, it } from 'vitest';
import { chaos } from './support.js';

it('twenty installations in trouble end with every cell true, every day green and nothing that waits', async () => {
  const { exitCode, errors, figures } = await chaos('--runs', '20', '--seed', '100');
  expect(exitCode, errors).toBe(0);
  expect(figures).toMatchObject({ runs: 20, failed: [] });
});
