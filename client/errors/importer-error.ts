import type { ExitCode } from '../../cli/exit-codes.js';

/**
 * What a person may see: the message says what happened, `nextStep` what to do, `code` is a stable word for programs.
 * `exitCode` is what the command line ends with.
 */
export abstract class ImporterError extends Error {
  abstract readonly code: string;
  abstract readonly exitCode: ExitCode;
  readonly nextStep: string | undefined;

  constructor(message: string, options: { readonly nextStep?: string | undefined; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.nextStep = options.nextStep;
  }
}
