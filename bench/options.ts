import { InvalidArgumentError } from 'commander';

export const MEASURED_PROFILES = ['always-on', 'flighted', 'messy'];

export const number =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
      throw new InvalidArgumentError(`a number from ${least} to ${most}`);
    return value;
  };

export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = number(least, most)(text);
    if (!Number.isInteger(value)) throw new InvalidArgumentError('a whole number');
    return value;
  };

export const listOf =
  <T>(item: (text: string) => T) =>
  (text: string): readonly T[] =>
    text.split(',').map((part) => item(part.trim()));

export const profile = (text: string): string => {
  if (!MEASURED_PROFILES.includes(text)) throw new InvalidArgumentError(`one of ${MEASURED_PROFILES.join(', ')}`);
  return text;
};
