import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** A backfill ended without all of its days; coverage says which, and why. */
export class BackfillFailed extends ImporterError {
  override readonly name = 'BackfillFailed';
  override readonly code = 'backfill_failed';
  override readonly exitCode = EXIT.failed;
}
