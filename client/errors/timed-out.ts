import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** What was waited for did not happen in the time that the caller gave. It may still happen. */
export class TimedOut extends ImporterError {
  override readonly name = 'TimedOut';
  override readonly code = 'timed_out';
  override readonly exitCode = EXIT.failed;
}

/** What was asked of a connection was taken, and nobody knows yet that it is done: that is no success. */
export const stillWorkedOn = (what: string, id: string): TimedOut =>
  new TimedOut(`${what}; it goes on by itself.`, { nextStep: `See how it stands with \`xads status ${id}\`.` });
