/** What the API refused, or that it did not answer. `message` is a sentence for people. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  /** A stable word; `no_answer` where the server was not reached. */
  readonly code: string;
  /** The status of HTTP; 0 where the server was not reached. */
  readonly status: number;
  /** What is wrong with each field of a form. */
  readonly fields: Readonly<Record<string, string>>;
  /** One sentence: what to do about it. */
  readonly cure: string | undefined;
  /** In seconds: when to try again. */
  readonly retryAfter: number | undefined;
  /** Of an error of the server's own: its log names it. */
  readonly id: string | undefined;
  /** When it was answered, by the browser's clock. */
  readonly at = new Date();

  constructor(
    message: string,
    status: number,
    code: string,
    more: {
      fields?: Record<string, string> | undefined;
      cure?: string | undefined;
      retryAfter?: number | undefined;
      id?: string | undefined;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = more.fields ?? {};
    this.cure = more.cure;
    this.retryAfter = more.retryAfter;
    this.id = more.id;
  }

  /** What helps whoever is asked for help. No secret: neither what was sent nor the address, which may be a link. */
  get details(): string {
    const { code, status, message, cure, id, at } = this;
    const lines = [message, cure, `code: ${code}`, `status: ${status}`, id && `id: ${id}`, `time: ${at.toISOString()}`];
    return lines.filter((line) => line !== undefined && line !== '').join('\n');
  }

  /** The server is away, or something that it needs is; the same request may succeed later. */
  get isLost(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}
