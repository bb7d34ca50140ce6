import { gunzipSync } from 'node:zlib';
import { createSimulator, type RunningSimulator } from '../../../simulator/server.js';
import type { SimulatorOptions } from '../../../simulator/options.js';
import { authorization, type Keys, type SignOptions } from './sign.js';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Body;
}

export interface ErrorBody {
  readonly code: string | number;
  readonly message: string;
  readonly parameter?: string;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Body {
  readonly data: readonly Fields[];
  readonly errors?: readonly ErrorBody[];
  readonly next_cursor?: string | null;
  readonly total_count?: number;
  readonly time_series_length?: number;
  readonly data_type?: string;
  readonly request: { readonly params: Fields };
}

export interface JobBody {
  readonly id_str: string;
  readonly status: string;
  readonly url: string | null;
  readonly expires_at: string | null;
  readonly created_at: string;
  readonly entity_ids: readonly string[];
}

export type Parameters = Readonly<Record<string, string | number | boolean>>;

export const query = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');

const EMPTY: Body = { data: [], request: { params: {} } };

const parse = (text: string): Body => {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return EMPTY;
  }
};

export const readReply = async (response: Response): Promise<Reply> => {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
};

/** A client of one simulator, signed in as one user. */
export class X {
  readonly running: RunningSimulator;
  readonly consumer: Keys;
  token: Keys;

  constructor(running: RunningSimulator, token: Keys) {
    this.running = running;
    this.consumer = { key: running.consumerKey, secret: running.consumerSecret };
    this.token = token;
  }

  get url(): string {
    return this.running.url;
  }

  async as(screenName: string): Promise<X> {
    return new X(this.running, await tokenOf(this.running.url, screenName));
  }

  async call(
    method: string,
    path: string,
    parameters: Parameters = {},
    options: Partial<SignOptions> = {},
  ): Promise<Reply> {
    const suffix = query(parameters);
    const url = `${this.url}${path}${suffix === '' ? '' : `?${suffix}`}`;
    const header = authorization(method, url, { consumer: this.consumer, token: this.token, ...options });
    return readReply(await fetch(url, { method, headers: { authorization: header } }));
  }

  get(path: string, parameters: Parameters = {}): Promise<Reply> {
    return this.call('GET', path, parameters);
  }

  async accountIds(): Promise<readonly string[]> {
    return (await this.get('/12/accounts')).json.data.map(({ id }) => String(id));
  }

  async firstAccount(): Promise<string> {
    return (await this.accountIds())[0] ?? '';
  }

  async list(account: string, collection: string, parameters: Parameters = {}): Promise<readonly Fields[]> {
    const reply = await this.get(`/12/accounts/${account}/${collection}`, { count: 1_000, ...parameters });
    return reply.json.data;
  }

  async ids(account: string, collection: string): Promise<readonly string[]> {
    return (await this.list(account, collection, { with_deleted: true })).map(({ id }) => String(id));
  }

  async createJob(account: string, parameters: Parameters): Promise<Reply> {
    return this.call('POST', `/12/stats/jobs/accounts/${account}`, parameters);
  }

  async jobs(account: string, parameters: Parameters = {}): Promise<readonly JobBody[]> {
    const reply = await this.get(`/12/stats/jobs/accounts/${account}`, parameters);
    return reply.json.data as unknown as readonly JobBody[];
  }

  /** Creates a job and reads its file, which `startX` lets be ready at once. */
  async jobAnswer(account: string, parameters: Parameters): Promise<Body> {
    const created = jobOf(await this.createJob(account, parameters));
    const [done] = await this.jobs(account, { job_ids: created.id_str });
    return download(done?.url ?? '');
  }

  async control(method: string, path: string, body?: unknown): Promise<Reply> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return readReply(await fetch(`${this.url}/_simulator/${path}`, init));
  }

  async truth(account: string, parameters: Parameters): Promise<readonly TruthLine[]> {
    const { text } = await this.control('GET', `truth/${account}?${query(parameters)}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as TruthLine);
  }
}

export interface TruthLine {
  readonly id: string;
  readonly level: string;
  readonly day: string;
  readonly placement: string;
  readonly metrics: Readonly<Record<string, number>>;
}

export const jobOf = (reply: Reply): JobBody => reply.json.data as unknown as JobBody;

export const download = async (url: string): Promise<Body> => {
  const response = await fetch(url);
  return parse(gunzipSync(Buffer.from(await response.arrayBuffer())).toString());
};

const tokenOf = async (url: string, screenName: string): Promise<Keys> => {
  const reply = await fetch(`${url}/_simulator/tokens`, {
    method: 'POST',
    body: JSON.stringify({ screen_name: screenName }),
  });
  const granted = (await reply.json()) as { oauth_token: string; oauth_token_secret: string };
  return { key: granted.oauth_token, secret: granted.oauth_token_secret };
};

/** A Monday morning. */
export const NOW = '2026-08-24T10:20:00Z';

/** Starts a small world whose data time stands still at `NOW`, and whose jobs end at once. */
export const startX = async (options: Partial<SimulatorOptions> = {}): Promise<X> => {
  const running = await createSimulator({
    seed: 7,
    accounts: 3,
    ads: 40,
    days: 60,
    jobSeconds: 0,
    now: NOW,
    ...options,
  });
  const x = new X(running, await tokenOf(running.url, 'all_accounts'));
  await x.control('PUT', 'clock', { frozen: true });
  return x;
};

export const codeOf = (reply: Reply): string | number | undefined => reply.json.errors?.[0]?.code;
export const messageOf = (reply: Reply): string | undefined => reply.json.errors?.[0]?.message;

export const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
};
