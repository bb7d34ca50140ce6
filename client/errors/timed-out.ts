import { EXIT } from '../exit-codes.js';
import { ImporterError } from './importer-error.js';

/** What was waited for did not happen in the time that the caller gave. It may still happen. */
export class TimedOut extends ImporterError {
  override readonly name = 'TimedOut';
  override readonly code = 'timed_out';
  override readonly exitCode = EXIT.failed;
}
