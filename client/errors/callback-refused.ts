import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** A return from X that is forged, replayed or late. Nothing was stored. */
export class CallbackRefused extends ImporterError {
  override readonly name = 'CallbackRefused';
  override readonly code = 'return_refused';
  override readonly exitCode = EXIT.refused;
}
