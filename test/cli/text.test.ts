import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Cli } from '../../cli/command.js';
import { watching } from '../../cli/watch.js';
import { percent } from '../../cli/text/restatements.js';
import { describeProgress, noProgress } from '../../domain/progress.js';

test('a share that rounds to nothing has no sign', () => {
  expect([-0.001, 0.001, 0.4, -0.4, null].map((share) => percent({ percent: share }))).toEqual([
    '0.00 %',
    '0.00 %',
    '+0.40 %',
    '-0.40 %',
    'from nothing',
  ]);
});

test('what an import has done is counted in jobs, in the Temporal UI as in the terminal', () => {
  expect(describeProgress({ ...noProgress, phase: 'importing', landed: 1, planned: 3 })).toContain(
    '1 of 4 jobs landed',
  );
});

test('Ctrl-C while something is watched leaves the terminal as it was, and says that the import goes on', async () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const interrupts: (() => void)[] = [];
  const onInterrupt = (tell: () => void) => {
    interrupts.push(tell);
    return () => undefined;
  };
  const io = { stderr, interactive: true, onInterrupt };
  const cli = { io, out: { json: false } } as unknown as Cli;
  const watched = watching(
    cli,
    '3f2a9c1d-0000-4000-8000-000000000000',
    ({ signal }) =>
      new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  await expect.poll(() => interrupts.length).toBe(1);
  for (const interrupt of interrupts) interrupt();
  await expect(watched).rejects.toMatchObject({
    code: 'interrupted',
    message: expect.stringContaining('the import goes on') as string,
    nextStep: { action: 'see_status', connectionId: '3f2a9c1d-0000-4000-8000-000000000000' },
  });
  const drawn = String(stderr.read());
  for (const [off, on] of [
    ['\u001B[?25l', '\u001B[?25h'],
    ['\u001B[?7l', '\u001B[?7h'],
  ] as const) {
    expect(drawn).toContain(off);
    expect(drawn.lastIndexOf(on)).toBeGreaterThan(drawn.lastIndexOf(off));
  }
});
