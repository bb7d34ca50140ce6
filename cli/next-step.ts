import type { NextStep } from '../domain/next-step.js';
import { commandIn, type CommandPlace } from '../domain/place.js';
import { shortId } from './text/words.js';

/** A next step in one sentence, with the command that does it where that is typed. */
export const nextStepText = ({ action, connectionId, text }: NextStep, place: CommandPlace): string => {
  const command = commandIn(place, { action }, connectionId === undefined ? undefined : shortId(connectionId));
  return command === undefined ? text : `${text.replace(/\.$/, '')} (\`${command}\`).`;
};
