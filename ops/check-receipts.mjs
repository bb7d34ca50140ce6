/*
 * Holds random cells of Ad Performance against what X itself answered, and shares no code with the product:
 *
 *   node ops/check-receipts.mjs ACCOUNT FROM TO [CELLS] [SEED]
 *
 * The cells come from the API, which is what the page shows. Postgres tells the receipts of the account, and nothing else: X job and
 * hash. Each job's file is fetched from X again while X keeps it, must have the receipt's hash, and is added up here.
 * Environment: API_URL and API_KEY of the server, DATABASE_URL, X_ADS_API_URL, X_CONSUMER_KEY, X_CONSUMER_SECRET, X_TOKEN, X_TOKEN_SECRET.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';

const [account, from, to, cells = '50', seed = '1'] = process.argv.slice(2);
const env = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

const METRICS = {
  spend: 'billed_charge_local_micro',
  impressions: 'impressions',
  clicks: 'clicks',
  link_clicks: 'url_clicks',
  engagements: 'engagements',
  likes: 'likes',
  reposts: 'retweets',
  replies: 'replies',
  follows: 'follows',
  video_views: 'video_total_views',
};
const NAMES = new Set(Object.values(METRICS));
const LEVELS = {
  campaign: ['CAMPAIGN'],
  ad_group: ['LINE_ITEM'],
  ad: ['PROMOTED_TWEET', 'PROMOTED_ACCOUNT'],
};

const getJson = async (url, headers) => {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${answer.status} for ${url}: ${await answer.text()}`);
  return answer.json();
};

const enc = (text) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** OAuth 1.0a; the query is part of what is signed. */
const signed = async (path, query) => {
  const oauth = {
    oauth_consumer_key: env('X_CONSUMER_KEY'),
    oauth_nonce: randomBytes(16).toString('hex'),
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_token: env('X_TOKEN'),
    oauth_version: '1.0',
  };
  const url = `${env('X_ADS_API_URL')}${path}`;
  const sorted = Object.entries({ ...oauth, ...query })
    .map(([name, value]) => `${enc(name)}=${enc(value)}`)
    .toSorted()
    .join('&');
  const key = `${enc(env('X_CONSUMER_SECRET'))}&${enc(env('X_TOKEN_SECRET'))}`;
  oauth.oauth_signature = createHmac('sha1', key)
    .update(['GET', enc(url), enc(sorted)].join('&'))
    .digest('base64');
  const header = Object.entries(oauth).map(([name, value]) => `${name}="${enc(value)}"`);
  const search = Object.entries(query).map(([name, value]) => `${enc(name)}=${enc(value)}`);
  return getJson(`${url}?${search.join('&')}`, { authorization: `OAuth ${header.join(', ')}` });
};

/** The i-th number of a series belongs to the i-th day from the one that begins at the start of the request. */
const dayOf = (start, zone, i) => {
  const first = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(start));
  return new Date(Date.parse(`${first}T00:00:00Z`) + i * 86_400_000).toISOString().slice(0, 10);
};

/** What X answered last of each entity, placement and day: in each receipt's file, whose hash must be the receipt's. */
const rawNumbers = async (receipts, zone) => {
  const numbers = new Map();
  const ids = receipts.map((receipt) => receipt.x_job_id);
  const jobs = new Map();
  for (let i = 0; i < ids.length; i += 200) {
    const query = { count: '1000', job_ids: ids.slice(i, i + 200).join(',') };
    const { data } = await signed(`/12/stats/jobs/accounts/${account}`, query);
    for (const job of data) jobs.set(job.id_str, job);
  }
  for (const { x_job_id: id, response_sha256: hash, observed_at: at } of receipts) {
    const answer = await fetch(jobs.get(id)?.url ?? '');
    const packed = Buffer.from(await answer.arrayBuffer());
    const text = gunzipSync(packed);
    const found = [packed, text].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    if (!found.includes(hash))
      throw new Error(`job ${id} answers otherwise than when it landed: ${found[1]}, not ${hash}`);
    const { data, request } = JSON.parse(text.toString('utf8'));
    const { entity: level, placement, start_time: start } = request.params;
    for (const { id: entity, id_data: parts } of data)
      for (const [name, series] of Object.entries(parts[0].metrics)) {
        if (!Array.isArray(series) || !NAMES.has(name)) continue;
        for (const [i, value] of series.entries()) {
          const key = [level, entity, placement, dayOf(start, zone, i), name].join(' ');
          const known = numbers.get(key);
          if (known === undefined || known.at <= at) numbers.set(key, { at, value: BigInt(value ?? 0), id });
        }
      }
  }
  return numbers;
};

/** Mulberry32: the same seed, the same cells. */
let state = Number(seed);
const random = (below) => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
};

const micros = (text) => {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(6, '0'));
};

const GROUPINGS = ['campaign', 'day,campaign', 'day,ad_group', 'ad', 'ad,placement'];
const candidates = [];
let zone;
for (const groupBy of GROUPINGS) {
  const query = new URLSearchParams({
    account,
    from,
    to,
    groupBy,
    metrics: Object.keys(METRICS).join(','),
    limit: '10000',
  });
  const url = `${env('API_URL')}/api/v1/performance?${query}`;
  const answer = await getJson(url, { authorization: `Bearer ${env('API_KEY')}` });
  zone = answer.accounts[0].timezone;
  // A row of a shared post stands for several ads, and what is not attributed for none.
  for (const row of answer.rows.filter(({ kind, shared }) => kind === 'entity' && !shared))
    for (const metric of Object.keys(METRICS)) candidates.push({ row, metric });
}

const db = new Client({ connectionString: env('DATABASE_URL') });
await db.connect();
const { rows: receipts } = await db.query(
  'select x_job_id, response_sha256, observed_at from importer.receipts where account_id = $1',
  [account],
);
await db.end();
const raw = await rawNumbers(receipts, zone);

let wrong = 0;
let notZero = 0;
for (let n = 0; n < Number(cells); n += 1) {
  const { row, metric } = candidates[random(candidates.length)];
  const { day, placement, ...entity } = row.key;
  const [[dimension, id]] = Object.entries(entity);
  let sum = 0n;
  const jobs = new Set();
  for (const [key, { value, id: job }] of raw) {
    const [level, of, where, when, name] = key.split(' ');
    if (name !== METRICS[metric] || of !== id || !LEVELS[dimension].includes(level)) continue;
    if (day === undefined ? when < from || when > to : when !== day) continue;
    if (placement !== undefined && where !== placement) continue;
    sum += value;
    jobs.add(job);
  }
  const shown = metric === 'spend' ? micros(row.values[metric]) : BigInt(row.values[metric]);
  if (shown !== 0n) notZero += 1;
  if (shown === sum) continue;
  wrong += 1;
  console.log(
    `${JSON.stringify(row.key)} ${metric}: the page has ${shown}, X answered ${sum} in ${[...jobs].join(', ')}`,
  );
}
console.log(JSON.stringify({ cells: Number(cells), wrong, notZero, receipts: receipts.length }));
process.exitCode = wrong === 0 && candidates.length > 0 ? 0 : 1;
