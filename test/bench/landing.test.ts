import { describe, expect, it } from 'vitest';
import { bench } from './support.js';

describe('npm run bench -- landing', () => {
  it('lands the files as they must be and says how that compares with bare COPY', async () => {
    const { exitCode, errors, figures } = await bench(
      'landing',
      '--files',
      '2',
      '--ids',
      '3',
      '--days',
      '20',
      '--repeat',
      '1',
    );
    expect(exitCode, errors).toBe(0);
    expect(figures).toMatchObject({ scenario: 'landing', correct: true, rows: 120, bar: 0.5 });
    expect(figures['ways']).toHaveLength(4);
    expect(figures['ratio']).toBeGreaterThan(0);
  });

  it('refuses a size that X does not allow', async () => {
    const { exitCode, errors } = await bench('landing', '--ids', '21');
    expect(exitCode).toBe(1);
    expect(errors).toContain('a number from 1 to 20');
  });
});
