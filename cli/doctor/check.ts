import type { z } from 'zod';
import { ImporterError } from '../../client/errors.js';
import type { NextStep, NextStepAction } from '../../domain/next-step.js';
import { SealBroken } from '../../store/secrets.js';
import { XAdsError } from '../../x-ads/errors/x-ads-error.js';
import type { doctorCheckShape } from '../documents.js';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.js';

/** One thing that was looked at, with the one step that cures it, and what the command ends with if this is the worst. */
export type DoctorCheck = z.output<typeof doctorCheckShape> & { readonly exitCode?: ExitCode };

/** A next step of the doctor. */
export const step = (action: NextStepAction, text: string): NextStep => ({ action, text });

export const ok = (name: string, detail: string): DoctorCheck => ({ name, status: 'ok', detail });
export const skipped = (name: string, detail: string): DoctorCheck => ({ name, status: 'skipped', detail });
export const warning = (name: string, detail: string, nextStep?: NextStep): DoctorCheck => ({
  name,
  status: 'warning',
  detail,
  ...(nextStep === undefined ? {} : { nextStep }),
});
export const failed = (name: string, detail: string, exitCode: ExitCode, nextStep?: NextStep): DoctorCheck => ({
  name,
  status: 'failed',
  detail,
  exitCode,
  ...(nextStep === undefined ? {} : { nextStep }),
});

/** Refusals of X that say nothing about our configuration: only time helps. */
const PASSING: ReadonlySet<string> = new Set(['Unavailable', 'ConnectionFailed', 'RateLimited']);

/** An error as a failed check, with the error's own next step. */
export const failure = (name: string, error: unknown): DoctorCheck => {
  if (error instanceof ImporterError) return failed(name, error.message, exitCodeOf(error), error.nextStep);
  if (error instanceof XAdsError) {
    const passing = PASSING.has(error.name);
    const text = error.nextStep ?? (passing ? 'Nothing is wrong here: try again in a few minutes.' : undefined);
    const action = error.name === 'ConnectionFailed' && error.nextStep !== undefined ? 'check_configuration' : 'see_x';
    const nextStep =
      text === undefined ? undefined : step(passing && error.nextStep === undefined ? 'retry' : action, text);
    if (error.name === 'RateLimited') return warning(name, error.message, nextStep);
    return failed(name, error.message, passing ? EXIT.unreachable : EXIT.needsPerson, nextStep);
  }
  if (error instanceof SealBroken) {
    const text = 'Add the key that sealed it to the end of IMPORTER_KEY, or sign in again.';
    return failed(name, error.message, EXIT.usage, step('reconnect', text));
  }
  return failed(name, error instanceof Error ? error.message : String(error), EXIT.failed);
};

/** Runs one check; an error is its result. */
export const runCheck = async (
  name: string,
  look: () => Promise<DoctorCheck | readonly DoctorCheck[]>,
): Promise<readonly DoctorCheck[]> => {
  try {
    const seen = await look();
    return Array.isArray(seen) ? seen : [seen as DoctorCheck];
  } catch (error) {
    return [failure(name, error)];
  }
};

/** What cannot be reached comes first, because everything else follows from it; then what a person must do. */
const ORDER: readonly ExitCode[] = [EXIT.unreachable, EXIT.usage, EXIT.needsPerson, EXIT.failed];

export const exitOf = (checks: readonly DoctorCheck[]): ExitCode => {
  const codes = new Set(
    checks.filter(({ status }) => status === 'failed').map(({ exitCode }) => exitCode ?? EXIT.failed),
  );
  return ORDER.find((code) => codes.has(code)) ?? (codes.size > 0 ? EXIT.failed : EXIT.ok);
};
