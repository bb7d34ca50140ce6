import { readFileSync } from 'node:fs';

export interface Memory {
  readonly megabytes: number;
  /** The peak so far. */
  readonly peakMegabytes: number;
}

/** Resident memory of another process in megabytes; only Linux reports its peak, so elsewhere `undefined`. */
export const memoryOf = (pid: number | undefined): Memory | undefined => {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number => {
    const kilobytes = new RegExp(String.raw`^${name}:\s+(\d+) kB`, 'm').exec(text)?.[1];
    return Math.round(Number(kilobytes) / 1_024);
  };
  return { megabytes: megabytes('VmRSS'), peakMegabytes: megabytes('VmHWM') };
};
