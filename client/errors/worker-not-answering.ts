import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** Temporal is there, but no worker took the request in time. Repeating it is safe. */
export class WorkerNotAnswering extends ImporterError {
  override readonly name = 'WorkerNotAnswering';
  override readonly code = 'worker_not_answering';
  override readonly exitCode = EXIT.unreachable;
}
