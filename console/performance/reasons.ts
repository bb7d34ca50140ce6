import { words } from '../words.js';

const { reasons, noValue } = words.performance;

/** Why there is no number, in a sentence. */
export const noValueText = (reason: string | undefined): string =>
  reason !== undefined && reason in reasons ? reasons[reason as keyof typeof reasons] : noValue;
