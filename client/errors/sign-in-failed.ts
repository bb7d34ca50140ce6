import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** X did not authorize: denied, expired, or refused for the reason that the message gives. */
export class SignInFailed extends ImporterError {
  override readonly name = 'SignInFailed';
  override readonly code = 'sign_in_failed';
  override readonly exitCode = EXIT.needsPerson;
}
