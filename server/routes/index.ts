import { getHealth } from './get-health.js';
import { getReadiness } from './get-readiness.js';

/** Every route that there is. The console imports the types. */
export const routes = { getHealth, getReadiness } as const;
export type Routes = typeof routes;
