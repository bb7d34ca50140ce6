import { setTimeout as sleep } from 'node:timers/promises';
import chromium from '@sparticuz/chromium';
import { type BrowserContext, chromium as playwright, type Locator, type Page } from 'playwright-core';
import { allow } from '../../local/once/consent.js';
import { requestReport } from '../../local/once/simulated.js';
import { CONSOLE_BARS } from '../figures.js';
import { type Column, type Machine, median, met, round } from '../report.js';
import { drawChart } from './console-chart.js';
import { type BenchWorld, type LoadConfig, machineOf, makeWorld } from '../world.js';

/* What a person waits for in the browser, and what open tabs cost. */

export interface ConsoleOptions {
  readonly connections: number;
  readonly tabs: number;
  readonly repeat: number;
}

export interface ConsoleReport {
  readonly scenario: 'console';
  readonly machine: Machine;
  readonly options: ConsoleOptions;
  /** Seconds until the largest part of the Connections page is painted, median: one connection, then many. */
  readonly paint: number;
  readonly paintMany: number;
  /** The same of Ad Performance. */
  readonly paintPerformance: number;
  /** Scripts that the Connections page transfers, in kB, and Ad Performance. */
  readonly scriptKb: number;
  readonly performanceKb: number;
  /** Milliseconds in which the API lists the many connections, median. */
  readonly listMs: number;
  /** Of the frames while the many are scrolled through: milliseconds that 95 % of them take at most. */
  readonly frameMs: number;
  /** Milliseconds in which a year of four lines is drawn on Ad Performance: another number, and instead of its table. */
  readonly drawMs: number;
  readonly insteadOfTableMs: number;
  /** Of the open tabs, each on the page of a connection: calls of X, and transactions of Postgres a second. */
  readonly callsOfX: number;
  readonly transactions: number;
  readonly correct: boolean;
  readonly barMet: boolean;
}

export const consoleColumns: readonly Column<ConsoleReport>[] = [
  ['largest paint, one connection, s', ({ paint }) => paint],
  ['with many', ({ paintMany }) => paintMany],
  ['Ad Performance', ({ paintPerformance }) => paintPerformance],
  ['scripts, kB', ({ scriptKb }) => scriptKb],
  ['of Ad Performance', ({ performanceKb }) => performanceKb],
  ['list of many, ms', ({ listMs }) => listMs],
  ['95 % of frames while scrolling, ms', ({ frameMs }) => frameMs],
  ['a year of four lines drawn, ms', ({ drawMs }) => drawMs],
  ['instead of its table, ms', ({ insteadOfTableMs }) => insteadOfTableMs],
  ['calls of X by open tabs', ({ callsOfX }) => callsOfX],
  ['transactions a second', ({ transactions }) => transactions],
  ['within the bars', ({ barMet }) => met(barMet)],
];

const TABS_SECONDS = 20;
/** 10 Mbit/s, 40 ms, and a processor that is four times slower. */
const throttle = async (page: Page): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  const bytes = (10 * 1_000_000) / 8;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 40,
    downloadThroughput: bytes,
    uploadThroughput: bytes,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
};

const signIn = async ({ importer }: BenchWorld, context: BrowserContext, address: string): Promise<void> => {
  const { url } = await importer.signInLink();
  const answer = await context.request.post(`${address}/api/v1/links/${url.split('/').at(-1)}`, {
    headers: { origin: address },
    data: { name: 'Bench', email: 'bench@example.com', password: 'a long enough password' },
  });
  if (!answer.ok()) throw new Error(`the sign-in failed: ${await answer.text()}`);
};

/** A page of the console, and what stands on it once it is there. */
interface PageOfConsole {
  readonly path: string;
  readonly there: (page: Page) => Locator;
}
const CONNECTIONS: PageOfConsole = {
  path: '/connections',
  there: (page) => page.getByRole('table', { name: 'Connections' }),
};
const PERFORMANCE: PageOfConsole = {
  path: '/performance',
  there: (page) => page.getByRole('slider', { name: /^Spend by day/ }),
};

interface Painted {
  readonly seconds: number;
  readonly scriptBytes: number;
}

/** The page as a browser sees it that has never been there. */
const paint = async (from: BrowserContext, address: string, { path, there }: PageOfConsole): Promise<Painted> => {
  const context = await from.browser()?.newContext({ baseURL: address, storageState: await from.storageState() });
  if (context === undefined) throw new Error('the browser is closed');
  try {
    const page = await context.newPage();
    await throttle(page);
    await page.addInitScript(`new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.largest = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });`);
    await page.goto(path);
    await there(page).waitFor({ timeout: 120_000 });
    await sleep(1_000);
    const scriptBytes = await page.evaluate<number>(`performance.getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`);
    return { seconds: (await page.evaluate<number>('globalThis.largest')) / 1_000, scriptBytes };
  } finally {
    await context.close();
  }
};

const paints = async (
  from: BrowserContext,
  address: string,
  page: PageOfConsole,
  repeat: number,
): Promise<{ readonly seconds: number; readonly scriptKb: number }> => {
  const all: Painted[] = [];
  for (let i = 0; i < repeat; i += 1) all.push(await paint(from, address, page));
  return {
    seconds: round(median(all.map(({ seconds }) => seconds)), 2),
    scriptKb: round(Math.max(...all.map(({ scriptBytes }) => scriptBytes)) / 1_000, 0),
  };
};

const scrollFrames = async (page: Page): Promise<number> => {
  await page.goto(CONNECTIONS.path);
  await CONNECTIONS.there(page).waitFor({ timeout: 120_000 });
  const frames = await page.evaluate<number[]>(`new Promise((resolve) => {
    const frames = [];
    let last = performance.now();
    const step = (now) => {
      frames.push(now - last);
      last = now;
      scrollBy(0, 200);
      if (frames.length < 200) requestAnimationFrame(step); else resolve(frames);
    };
    requestAnimationFrame(step);
  })`);
  return frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)] ?? 0;
};

const callsSeen = async (url: string): Promise<number> =>
  (await requestReport(url)).counts.reduce((sum, { count }) => sum + count, 0);

const committed = async ({ db }: BenchWorld): Promise<number> => {
  const { rows } = await db.query<{ n: number }>(
    `select xact_commit::float8 as n from pg_stat_database where datname = current_database()`,
  );
  return rows[0]?.n ?? 0;
};

const tabsCost = async (
  world: BenchWorld,
  context: BrowserContext,
  { id, tabs }: { readonly id: string; readonly tabs: number },
): Promise<Pick<ConsoleReport, 'callsOfX' | 'transactions'>> => {
  for (let i = 0; i < tabs; i += 1) await (await context.newPage()).goto(`/connections/${id}`);
  await sleep(5_000);
  const [calls, commits] = [await callsSeen(world.simulatorUrl), await committed(world)];
  await sleep(TABS_SECONDS * 1_000);
  return {
    callsOfX: (await callsSeen(world.simulatorUrl)) - calls,
    transactions: round(((await committed(world)) - commits) / TABS_SECONDS, 1),
  };
};

/** Copies of a connection, which read the same accounts. */
const copyConnection = async ({ db }: BenchWorld, id: string, copies: number): Promise<void> => {
  await db.query(
    `with made as (
       insert into importer.connections (id, workspace_id, display_name, created_by, privacy, phase, x_user_id)
       select gen_random_uuid(), workspace_id, display_name || ' ' || n, created_by, privacy, phase, x_user_id
       from importer.connections, generate_series(1, $2::int) n where id = $1 returning id
     )
     insert into importer.grants (connection_id, account_id, history_from, wait_days, status)
     select m.id, g.account_id, g.history_from, g.wait_days, g.status
     from made m, importer.grants g where g.connection_id = $1`,
    [id, copies],
  );
};

export const consoleScenario = async (
  options: ConsoleOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void = () => undefined,
): Promise<ConsoleReport> => {
  const { connections, tabs, repeat } = options;
  const simulated = { accounts: 2, ads: 5, days: 60, 'job-seconds': 1 };
  await using world = await makeWorld(simulated, loadConfig, report, { server: true });
  const { importer, stack } = world;
  const address = stack.consoleUrl ?? '';
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect();
  await importer.completeSignIn(await allow(authorizeUrl, 'all_accounts'));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  await importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  await importer.waitForBackfill(connectionId);
  await importer.setPrivacy(connectionId, 'workspace');

  const executablePath = await chromium.executablePath();
  await using browser = await playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ baseURL: address });
  await signIn(world, context, address);
  report('One connection …');
  const one = await paints(context, address, CONNECTIONS, repeat);
  report('Ad Performance …');
  const performancePage = await paints(context, address, PERFORMANCE, repeat);
  report(`${connections} connections …`);
  await copyConnection(world, connectionId, connections - 1);
  const many = await paints(context, address, CONNECTIONS, repeat);
  const lists: number[] = [];
  let listed = 0;
  for (let i = 0; i < repeat; i += 1) {
    const started = performance.now();
    const answer = await context.request.get('/api/v1/connections');
    lists.push(performance.now() - started);
    listed = ((await answer.json()) as { connections: unknown[] }).connections.length;
  }
  const page = await context.newPage();
  const frameMs = round(await scrollFrames(page), 0);
  await page.close();
  report('A year on Ad Performance …');
  const { drawMs, insteadOfTableMs } = await drawChart(context, throttle, repeat);
  report(`${tabs} open tabs …`);
  const cost = await tabsCost(world, context, { id: connectionId, tabs });
  const figures = {
    paint: one.seconds,
    paintMany: many.seconds,
    paintPerformance: performancePage.seconds,
    scriptKb: one.scriptKb,
    performanceKb: performancePage.scriptKb,
    listMs: round(median(lists), 0),
    frameMs,
    drawMs: round(drawMs, 0),
    insteadOfTableMs: round(insteadOfTableMs, 0),
    ...cost,
  };
  return {
    scenario: 'console',
    machine: await machineOf(world),
    options,
    ...figures,
    correct: listed === connections,
    barMet:
      Math.max(figures.paint, figures.paintPerformance) <= CONSOLE_BARS.paintSeconds &&
      figures.scriptKb <= CONSOLE_BARS.scriptKb &&
      figures.performanceKb <= CONSOLE_BARS.performanceKb &&
      figures.listMs <= CONSOLE_BARS.listMs &&
      figures.drawMs <= CONSOLE_BARS.drawMs &&
      figures.callsOfX === 0,
  };
};
