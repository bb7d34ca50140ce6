import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** The environment is wrong or incomplete; the message names every mistake. */
export class InvalidConfiguration extends ImporterError {
  override readonly name = 'InvalidConfiguration';
  override readonly code = 'invalid_configuration';
  override readonly exitCode = EXIT.usage;
}
