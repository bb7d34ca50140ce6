/** Refuses the second use of a nonce while its timestamp would still be accepted (line 7; the window is an inference). */
const WINDOW = 600_000;

export class Nonces {
  readonly #seen = new Map<string, number>();

  /** Whether this is the first use; `key` joins consumer, token, timestamp and nonce. */
  isFresh(key: string, wire: number): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.set(key, wire);
    // Maps keep insertion order: the oldest are in front.
    for (const [old, at] of this.#seen) {
      if (wire - at < WINDOW && this.#seen.size < 200_000) break;
      this.#seen.delete(old);
    }
    return true;
  }
}
