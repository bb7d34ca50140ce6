import { describe, expect, it } from 'vitest';
import { bench } from './support.js';

describe('npm run bench -- landing', () => {
  it('lands the files as they must be and says how that compares with bare COPY', async () => {
    const { failure, figures } = await bench('landing', '--files', '2', '--ids', '3', '--days', '20', '--repeat', '1');
    expect(failure).toBeUndefined();
    expect(figures).toMatchObject({ scenario: 'landing', correct: true, rows: 120, bar: 0.5 });
    expect(figures['ways']).toHaveLength(4);
    expect(figures['ratio']).toBeGreaterThan(0);
  });

  it('refuses a size that X does not allow', async () => {
    const { failure } = await bench('landing', '--ids', '21');
    expect(failure).toContain('exit code 1');
    expect(failure).toContain('a number from 1 to 20');
  });
});
