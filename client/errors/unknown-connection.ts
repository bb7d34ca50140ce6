import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** No connection has this id or prefix, several have it, or it belongs to another workspace. */
export class UnknownConnection extends ImporterError {
  override readonly name = 'UnknownConnection';
  override readonly code = 'unknown_connection';
  override readonly exitCode = EXIT.notFound;
}
