import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** The account is not among those that the connection's X user can read. */
export class UnknownAccount extends ImporterError {
  override readonly name = 'UnknownAccount';
  override readonly code = 'unknown_account';
  override readonly exitCode = EXIT.notFound;
}
