import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** The connection's phase does not permit this; the message is the reason of `domain/connection.ts`. */
export class NotPermitted extends ImporterError {
  override readonly name = 'NotPermitted';
  override readonly code = 'not_permitted';
  override readonly exitCode = EXIT.refused;
}
