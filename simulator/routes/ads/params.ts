import { invalidParameter, missingParameter } from '../../errors.js';
import type { Json } from '../../json.js';
import type { Pair } from '../oauth/signature.js';

/**
 * Reads the parameters of a call and records the parsed values: `request.params` of the answer has those that were
 * sent, without unknown ones (docs/x-ads-api.md §4.1, §17.15, §17.16, §17.57). All methods throw an `ApiError` for a
 * wrong value.
 */
export class Params {
  readonly echo: Record<string, Json> = {};
  readonly #values: ReadonlyMap<string, string>;

  constructor(pairs: readonly Pair[]) {
    this.#values = new Map(pairs);
  }

  raw(name: string): string | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value !== undefined) this.echo[name] = value;
    return value;
  }

  flag(name: string): boolean {
    const value = this.#values.get(name);
    if (value === undefined) return false;
    if (value !== 'true' && value !== 'false') {
      throw invalidParameter(name, `Expected Boolean, got "${value}" for ${name}`, { value });
    }
    this.echo[name] = value === 'true';
    return value === 'true';
  }

  integer(name: string, min: number, max: number, otherwise: number): number {
    const value = this.#values.get(name);
    if (value === undefined) return otherwise;
    if (!/^-?\d+$/.test(value)) throw invalidParameter(name, `Expected Integer, got "${value}" for ${name}`, { value });
    const number = Number(value);
    if (number < min || number > max) {
      throw invalidParameter(name, `${name} must be between ${min} and ${max}`, { value });
    }
    this.echo[name] = number;
    return number;
  }

  /** A comma-separated list of at most `max` items; undefined when it was not sent. */
  list(name: string, max: number): readonly string[] | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const items = value.split(',').filter((item) => item !== '');
    if (items.length > max) throw invalidParameter(name, `A maximum of ${max} items can be provided for ${name}`);
    this.echo[name] = items;
    return items;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) {
      throw invalidParameter(name, `Expected one of ${choices.join(', ')}, got "${value}" for ${name}`, { value });
    }
    this.echo[name] = chosen;
    return chosen;
  }

  required<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.choice(name, choices);
    if (value === undefined) throw missingParameter(name);
    return value;
  }
}
