import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** A range of days that cannot be imported: malformed, reversed, in the future, over a year. */
export class InvalidRange extends ImporterError {
  override readonly name = 'InvalidRange';
  override readonly code = 'invalid_range';
  override readonly exitCode = EXIT.usage;
}
