/** The package's entry point: everything that a script needs, from `import { … } from 'x-ads-importer'`. */
import { ConfigError, explainConfigError, loadClientConfig } from '../config.js';
import { InvalidConfiguration } from './errors.js';
import type { Importer } from './importer.js';
import { type ImporterConfig, type OpenOptions, openWith } from './open.js';

/**
 * The configuration in the environment; `.env.example` explains each variable.
 * @throws `InvalidConfiguration` with every mistake at once.
 */
export const configFromEnvironment = (): ImporterConfig => {
  try {
    return loadClientConfig();
  } catch (error) {
    if (error instanceof ConfigError) throw new InvalidConfiguration(explainConfigError(error), { cause: error });
    throw error;
  }
};

/**
 * Opens an importer; close it in the end. (Default: with the configuration in the environment)
 * @throws `InvalidConfiguration`, `Unreachable`.
 * @example const importer = await openImporter();
 */
export const openImporter = async (
  config: ImporterConfig = configFromEnvironment(),
  options: OpenOptions = {},
): Promise<Importer> => (await openWith(config, options)).importer;

export type { CoverageDay } from '../domain/coverage.js';
export { type Day, type DayRange, type Instant, parseDay } from '../domain/calendar.js';
export type { Choice, History, Privacy, WaitDays } from '../domain/connection.js';
export type { AccountId, ConnectionId } from '../domain/ids.js';
export type { NextStep, NextStepAction } from '../domain/next-step.js';
export { type CallbackQuery, type DeniedSignIn, readCallback } from './act/callback.js';
export type * from './answers.js';
export type * from './console-shapes.js';
export type { ImporterOptions } from './context.js';
export * from './errors.js';
export { createImporter, type Importer } from './importer.js';
export type { ImporterConfig, OpenOptions } from './open.js';
export type * from './options.js';
export type { Performance, PerformanceRow } from './performance-shapes.js';
export type { UtmWorklist } from './utm-shapes.js';
export type { SettlingOutlook } from './outlook-shapes.js';
export type { PerformanceVisit } from './performance-visit-shapes.js';
export type * from './report-shapes.js';
export type * from './shapes.js';
