import type { FastifyInstance } from 'fastify';

type Word =
  | 'accountId'
  | 'authorizeUrl'
  | 'clicks'
  | 'connectionId'
  | 'day'
  | 'id'
  | 'kind'
  | 'link'
  | 'micros'
  | 'next'
  | 'runId';
type List = 'accounts' | 'links' | 'connections' | 'entries' | 'lines' | 'runs' | 'slices' | 'spend';

/** The fields of answers that are looked at one by one; where an answer lacks one, the expectation fails. */
export type Body = Readonly<Record<Word | 'status', string>> &
  Readonly<{ [L in List]: readonly [Body, ...Body[]] }> & {
    readonly ok: boolean;
    readonly phase: string;
    readonly error: { readonly code: string };
    readonly complete: boolean;
    readonly rows: number;
    readonly mark: { readonly status: string };
    readonly days: readonly Body[] & { readonly due: number; readonly complete: number };
  };

export interface Answered {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: Body;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A browser as the API sees it: it keeps its cookies. */
export class Browser {
  readonly #app: FastifyInstance;
  readonly #publicUrl: string;
  #cookie = '';

  constructor(app: FastifyInstance, publicUrl: string) {
    this.#app = app;
    this.#publicUrl = publicUrl;
  }

  async ask(request: `${Method} /${string}`, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    const [method, url] = request.split(' ') as [Method, string];
    const answer = await this.#app.inject({
      method,
      url: url.startsWith('/x/') ? url : `/api/v1${url}`,
      headers: { origin: this.#publicUrl, cookie: this.#cookie, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const cookies = [answer.headers['set-cookie'] ?? []].flat();
    if (cookies.length > 0) this.#cookie = cookies.map((line) => line.split(';', 1)[0]).join('; ');
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    const location = answer.headers.location;
    return { status: answer.statusCode, location, body: isJson ? answer.json<Body>() : undefined } as Answered;
  }

  /** The answer, which must be what is documented. */
  async get(request: `${Method} /${string}`, body?: unknown): Promise<Body> {
    const answer = await this.ask(request, body);
    if (answer.status >= 300) throw new Error(`${request}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
