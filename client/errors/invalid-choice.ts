import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** Accounts, history, wait or another option that nobody can choose. */
export class InvalidChoice extends ImporterError {
  override readonly name = 'InvalidChoice';
  override readonly code = 'invalid_choice';
  override readonly exitCode = EXIT.usage;
}
