import { env } from 'node:process';
import { withoutOurs } from '../local/environment.js';

/**
 * What is set outside speaks of another installation; a bench measures one of its own and must end without a trace.
 * Nothing is read from it here: it is handed on to the processes that are started, less every setting of ours.
 */
export const throwawayEnvironment = (): NodeJS.ProcessEnv => withoutOurs(env);
