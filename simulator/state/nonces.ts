/**
 * Milliseconds of wire time in which a nonce is refused the second time: as long as its timestamp would be accepted.
 * The window is inferred (docs/x-ads-api.md §17.7).
 */
const WINDOW = 600_000;

/** The nonces of recent signatures. */
export class Nonces {
  readonly #seen = new Map<string, number>();

  /** Records a use and says whether it is the first; `key` joins token, timestamp and nonce. */
  isFresh(key: string, wire: number): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.set(key, wire);
    // Maps keep the order of insertion, so the oldest come first.
    for (const [old, at] of this.#seen) {
      if (wire - at < WINDOW && this.#seen.size < 200_000) break;
      this.#seen.delete(old);
    }
    return true;
  }
}
