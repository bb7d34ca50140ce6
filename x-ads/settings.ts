export interface Timeouts {
  /** (Default: 5,000) */
  readonly connectMs: number;
  /** From sending to the last byte of the answer. (Default: 30,000) */
  readonly responseMs: number;
  /** The same, for creating a job: a create that is lost must be waited out before it is repeated. (Default: 10,000) */
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
