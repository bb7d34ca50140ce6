import { ImporterError } from '../client/errors.js';
import type { ConnectionId } from '../domain/ids.js';
import type { Cli } from './command.js';
import { type ProgressSample, secondsLeft } from '../client/read/progress.js';
import { holdText, phaseText } from './text/words.js';
import type { WaitOptions } from '../client/options.js';
import type { ConnectionStatus } from '../client/shapes.js';

/** A line when there is no terminal to draw on: often enough to see life, rarely enough for a log. */
const LOG_EVERY_MS = 5_000;
/** Older samples than this say nothing of the present speed. */
const KEEP_SAMPLES_MS = 120_000;

const duration = (seconds: number): string => {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`;
};

/** What happens now, in one line: the phase of a connection that does not import, else its jobs, and why it waits. */
export const activityText = (status: ConnectionStatus, left: number | undefined): string => {
  const { progress, phase, holds } = status;
  const parts: string[] = [];
  if (phase !== 'active') parts.push(phaseText(phase));
  else if (progress.jobs === 0 && progress.planning > 0) parts.push('asking X what was active');
  else if (progress.jobs > 0) {
    parts.push(`${progress.landed} of ${progress.jobs} jobs landed, ${progress.inFlight} at X`);
    if (progress.failed > 0) parts.push(`${progress.failed} failed`);
  }
  const [hold] = holds;
  if (hold !== undefined) parts.push(holdText(hold));
  else if (left !== undefined) parts.push(`about ${duration(left)} left`);
  return parts.join(' · ');
};

interface Display {
  show(status: ConnectionStatus): void;
  stop(): void;
}

const estimating = (): ((status: ConnectionStatus) => number | undefined) => {
  const samples: ProgressSample[] = [];
  return ({ progress }) => {
    const at = Date.now();
    samples.push({ at, fraction: progress.fraction });
    while ((samples[0]?.at ?? at) < at - KEEP_SAMPLES_MS) samples.shift();
    return secondsLeft(samples);
  };
};

const bar = async ({ io }: Cli): Promise<Display> => {
  const { Presets, SingleBar } = await import('cli-progress');
  const estimate = estimating();
  const drawn = new SingleBar(
    {
      format: '{bar} {percentage} % · {activity}',
      stream: io.stderr,
      hideCursor: true,
      clearOnComplete: false,
      barsize: 30,
      // The estimate is ours: cli-progress knows nothing of waves of jobs.
      etaBuffer: 1,
    },
    Presets.shades_classic,
  );
  drawn.start(1_000, 0, { activity: 'looking' });
  let furthest = 0;
  return {
    show: (status) => {
      // Between two runs of an account none of its jobs count for a moment; the bar must not jump back then.
      furthest = Math.max(furthest, status.progress.fraction);
      drawn.update(Math.floor(furthest * 1_000), { activity: activityText(status, estimate(status)) });
    },
    stop: () => drawn.stop(),
  };
};

const log = ({ out }: Cli): Display => {
  const estimate = estimating();
  let last = '';
  let lastAt = 0;
  return {
    show: (status) => {
      const percent = Math.floor(status.progress.fraction * 100);
      const line = `${percent} % · ${activityText(status, estimate(status))}`;
      if (line === last || Date.now() < lastAt + LOG_EVERY_MS) return;
      last = line;
      lastAt = Date.now();
      out.note(line);
    },
    stop: () => undefined,
  };
};

/** Ctrl-C while something is watched: what is watched goes on. */
class Interrupted extends ImporterError {
  override readonly name = 'Interrupted';
  readonly code = 'interrupted';
}

/**
 * Shows the progress of whatever is waited for, as a bar in a terminal and as lines elsewhere. Ctrl-C leaves the terminal as
 * it was and ends the watching only.
 */
export const watching = async <T>(
  cli: Cli,
  connectionId: ConnectionId,
  wait: (options: WaitOptions) => Promise<T>,
): Promise<T> => {
  const display = cli.io.interactive && !cli.out.json ? await bar(cli) : log(cli);
  const interrupted = new AbortController();
  const { signal } = interrupted;
  const release = cli.io.onInterrupt(() => {
    display.stop();
    interrupted.abort();
  });
  try {
    return await wait({ signal, onProgress: (status) => (signal.aborted ? undefined : display.show(status)) });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted('Nobody watches any more; the import goes on by itself.', {
      nextStep: { action: 'see_status', connectionId, text: 'See how far it is; with --watch you follow it again.' },
    });
  } finally {
    release();
    if (!signal.aborted) display.stop();
  }
};

/** Follows the backfill of a connection to its end. */
export const watchBackfill = async (cli: Cli, id: ConnectionId): Promise<ConnectionStatus> => {
  const importer = await cli.importer();
  return watching(cli, id, (options) => importer.waitForBackfill(id, options));
};
