import { getHealth } from './get-health.js';
import { getReadiness } from './get-readiness.js';
import { postSimulatedTrouble } from './post-simulated-trouble.js';

/** Every route that there is. The console imports the types. */
export const routes = { getHealth, getReadiness, postSimulatedTrouble } as const;
export type Routes = typeof routes;
