import type { ExactNumber } from '../../domain/money.js';

/*
 * Bytes for COPY. Digits are written into the buffer directly: making, joining and encoding strings of numbers costs
 * three times as much in the inner loop of landing.
 */

const DIGIT_ZERO = 48;
/** Up to this number the engine uses machine integers. */
const INT31 = 0x7f_ff_ff_ff;
/** Up to this length a loop is quicker than a call of `set`. */
const LOOPED_BYTES = 24;
/** The longest safe integer with its sign. */
export const INTEGER_BYTES = 17;

export class CopyBuffer {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Starts again in the same memory. What `finish` returned before is overwritten. */
  clear(): void {
    this.#length = 0;
  }

  /** Makes room for so many more bytes; the other methods do not check. */
  reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  byte(code: number): void {
    this.#bytes[this.#length++] = code;
  }

  bytes(source: Uint8Array): void {
    const bytes = this.#bytes;
    let at = this.#length;
    if (source.length > LOOPED_BYTES) {
      bytes.set(source, at);
      this.#length = at + source.length;
      return;
    }
    for (let i = 0; i < source.length; i++) bytes[at++] = source[i] ?? 0;
    this.#length = at;
  }

  integer(value: number): void {
    const bytes = this.#bytes;
    const start = this.#length;
    if (value >= 0 && value < 10) {
      bytes[start] = DIGIT_ZERO + value;
      this.#length = start + 1;
    } else if (value > INT31 || value < 0) {
      this.#length += bytes.write(String(value), start, 'latin1');
    } else {
      let end = start + 2;
      for (let bound = 100; value >= bound; bound *= 10) end++;
      this.#length = end;
      for (let rest = value; end > start;) {
        const tenth = (rest / 10) | 0;
        bytes[--end] = DIGIT_ZERO + rest - tenth * 10;
        rest = tenth;
      }
    }
  }

  exact(value: ExactNumber): void {
    if (typeof value === 'number') this.integer(value);
    else this.#length += this.#bytes.write(value, this.#length, 'latin1');
  }

  /** What was written so far, as a view of the same memory. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
