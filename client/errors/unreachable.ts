import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** Postgres or Temporal cannot be reached. Nothing is wrong with the request; try again. */
export class Unreachable extends ImporterError {
  override readonly name = 'Unreachable';
  override readonly code = 'unreachable';
  override readonly exitCode = EXIT.unreachable;
}
