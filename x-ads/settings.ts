/** In milliseconds. */
export interface Timeouts {
  /** From the name of the host to a socket. (Default: 5,000) */
  readonly connectMs: number;
  /** From sending to the last byte of the answer. (Default: 30,000) */
  readonly responseMs: number;
  /** The same, for a job's creation. It is short, because a lost one is repeated only after it. (Default: 10,000) */
  readonly jobCreateMs: number;
  /** The same, for a result file. (Default: 120,000) */
  readonly downloadMs: number;
}

export const defaultTimeouts: Timeouts = {
  connectMs: 5_000,
  responseMs: 30_000,
  jobCreateMs: 10_000,
  downloadMs: 120_000,
};

export interface SizeCaps {
  /** An answer, unzipped. (Default: 64 MiB) */
  readonly responseBytes: number;
  /** A result file as it is sent. (Default: 64 MiB) */
  readonly fileBytes: number;
  /** A result file, unzipped. (Default: 512 MiB) */
  readonly unzippedFileBytes: number;
}

const MIB = 1024 * 1024;
export const defaultCaps: SizeCaps = { responseBytes: 64 * MIB, fileBytes: 64 * MIB, unzippedFileBytes: 512 * MIB };
