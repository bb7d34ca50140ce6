/** A period in which data time advances at one rate. Both moments are in milliseconds. */
interface Segment {
  readonly wireFrom: number;
  readonly dataFrom: number;
  readonly rate: number;
}

/** A change as `PUT /_simulator/clock` takes it. `now`, `advance_seconds` and `rate` are for data time. */
export interface ClockChange {
  readonly now?: string | undefined;
  readonly advance_seconds?: number | undefined;
  readonly rate?: number | undefined;
  readonly frozen?: boolean | undefined;
  readonly wire_advance_seconds?: number | undefined;
}

/** Long test runs move the clock thousands of times and read only recent moments. */
const KEPT_SEGMENTS = 5_000;

/**
 * Two clocks. Wire time is real time (tests can skip ahead in it) and governs what clients wait for: OAuth timestamps,
 * rate limits, job durations. Data time governs what clients read: the `date` header, job times, numbers and when they
 * become final. A job must know the data time of its end also when it is read later, so the clock keeps its history.
 */
export class Clock {
  #wireOffset = 0;
  #rate = 1;
  #frozen = false;
  #segments: Segment[];

  constructor(dataNow: number) {
    this.#segments = [{ wireFrom: this.wire(), dataFrom: dataNow, rate: 1 }];
  }

  /** Wire time in milliseconds. */
  wire(): number {
    return Date.now() + this.#wireOffset;
  }

  /** Data time in whole seconds. */
  dataSeconds(): number {
    return Math.floor(this.data() / 1000);
  }

  /**
   * Epoch seconds of an end so many milliseconds of wire time from now, as X tells it: measured against the `date` header,
   * which is data time.
   */
  resetSeconds(endsIn: number): number {
    return Math.ceil((this.data() + endsIn) / 1000);
  }

  /** Data time in milliseconds. */
  data(): number {
    return this.dataAt(this.wire());
  }

  /** Data time in milliseconds at a past or future moment of wire time. */
  dataAt(wire: number): number {
    const at = this.#segments.findLast((segment) => segment.wireFrom <= wire) ?? this.#segments[0];
    return at === undefined ? wire : Math.floor(at.dataFrom + (wire - at.wireFrom) * at.rate);
  }

  change(change: ClockChange): void {
    if (change.wire_advance_seconds !== undefined) this.#advanceWire(change.wire_advance_seconds * 1000);
    const wire = this.wire();
    const before = this.data();
    if (change.rate !== undefined) this.#rate = change.rate;
    if (change.frozen !== undefined) this.#frozen = change.frozen;
    const set = change.now === undefined ? before : Date.parse(change.now);
    this.#push({ wireFrom: wire, dataFrom: set + (change.advance_seconds ?? 0) * 1000, rate: this.#effectiveRate() });
  }

  describe(): Record<string, unknown> {
    return {
      now: new Date(this.data()).toISOString(),
      wire: new Date(this.wire()).toISOString(),
      rate: this.#rate,
      frozen: this.#frozen,
    };
  }

  #effectiveRate(): number {
    return this.#frozen ? 0 : this.#rate;
  }

  /** Skips ahead in wire time; data time stays as it is. */
  #advanceWire(milliseconds: number): void {
    const wire = this.wire();
    const data = this.data();
    this.#push({ wireFrom: wire, dataFrom: data, rate: 0 });
    this.#wireOffset += milliseconds;
    this.#push({ wireFrom: wire + milliseconds, dataFrom: data, rate: this.#effectiveRate() });
  }

  #push(segment: Segment): void {
    this.#segments.push(segment);
    if (this.#segments.length > KEPT_SEGMENTS) this.#segments = this.#segments.slice(-KEPT_SEGMENTS / 2);
  }
}
