import { EXIT } from '../../cli/exit-codes.js';
import { ImporterError } from './importer-error.js';

/** The import cannot go on before a person acts; `nextStep` is the one thing to do. */
export class NeedsPerson extends ImporterError {
  override readonly name = 'NeedsPerson';
  override readonly code = 'needs_person';
  override readonly exitCode = EXIT.needsPerson;
}
