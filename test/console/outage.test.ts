import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running, Supervised } from '../../local/supervise.js';
import { readTwice } from '../faults/support/read-twice.js';
import { until } from '../support/until.js';
import { visit } from './support/browser.js';
import { connectAll, openConsole, type OpenConsole } from './support/console.js';
import { button, enterAgain } from './support/pages.js';
import { inSteps } from './support/steps.js';

/*
 * In a real browser: every part of the installation that dies during an import that is watched. The console says what is away
 * and since when, and goes on by itself.
 */

/** Parts that are killed stay away for so long that a page can be seen to say so. */
const AWAY_MS = 6_000;
/**
 * The import goes on while the parts are killed one after the other: half of its jobs take long, and X holds its files back
 * until that is over.
 */
const HELD_BACK = [
  { kind: 'job_slow', rate: 0.5, seconds: 20 },
  { kind: 'file_not_ready', seconds: 1 },
] as const;

let opened: OpenConsole;

beforeAll(async () => {
  const simulated = ['--accounts', '2', '--ads', '5', '--days', '40', '--job-seconds', '2'];
  opened = await openConsole(simulated, { firstPauseMillis: AWAY_MS });
  await opened.installation.provoke(HELD_BACK);
  const connectionId = await connectAll(opened.installation, 'Acme', 90);
  await opened.ana.page.goto(`/connections/${connectionId}`);
});

afterAll(() => opened?.[Symbol.asyncDispose]());

inSteps(() => opened.ana.page);

const daysOf = (each: Page) =>
  each.evaluate<string[]>(
    `[...document.querySelectorAll('[role=gridcell]')].map((cell) => cell.ariaLabel ?? cell.innerText)`,
  );

/** Of the import that goes on; jobs have been made for all of them. */
const daysOpen = async (): Promise<number> => {
  const { jobs } = await opened.installation.requests();
  expect(jobs.length).toBeGreaterThan(0);
  const id = /connections\/([^/?]+)/.exec(opened.ana.page.url())?.[1] ?? '';
  const { days } = await opened.installation.importer.connection(id);
  return days.due - days.complete;
};

/** Answers that the page has asked for anew. */
let polls = 0;
const focus = () =>
  opened.ana.page.evaluate<unknown>(
    `[document.activeElement.dataset.day, document.activeElement.getAttribute('role')]`,
  );
const scroll = () => opened.ana.page.evaluate<number>('scrollY');
let focusBefore: unknown;

describe('a page that watches an import says what is away and since when, and goes on by itself, where', () => {
  const parts = {
    'the worker': [() => opened.installation.stack.parts.workers[0], /No worker runs since .+/],
    Temporal: [() => opened.installation.stack.parts.temporal, /Temporal, .+ does not answer since .+/],
    'the server': [() => opened.installation.stack.parts.server, /The server does not answer since .+/],
  } as const;

  it('is left with the focus on a day', async () => {
    const { page } = opened.ana;
    page.on('response', (response) => {
      if (/\/connections\/[^/]+\/status$/.test(response.url())) polls += 1;
    });
    await page.locator('[role=gridcell][tabindex="0"]').first().focus();
    focusBefore = await focus();
    expect(focusBefore).toEqual([expect.stringMatching(/^\d{4}-/), 'gridcell']);
  });

  it.each(['the worker', 'Temporal', 'the server'] as const)('%s is killed', async (name) => {
    const [part, sentence] = parts[name];
    expect(await daysOpen()).toBeGreaterThan(0);
    const seconds = await killUntil(part(), opened.ana.page.getByRole('status').getByText(sentence));
    process.stdout.write(`The page said after ${seconds} s, of 5 s, that ${name} is away.\n`);
    await opened.ana.page.getByRole('status').getByText(sentence).waitFor({ state: 'detached' });
    expect(await daysOpen()).toBeGreaterThan(0);
  });

  it('afterwards every day is there, and none was asked for twice', async () => {
    const { page } = opened.ana;
    await opened.installation.provoke([]);
    await page.getByRole('gridcell').first().waitFor();
    const open = page.getByRole('gridcell', { name: /On its way|Planned|Missing|Failed/ });
    await until('every day to be green', async () => (await open.count()) === 0);
    await page.getByText('Up to date').first().waitFor();
    const { jobs } = await opened.installation.requests();
    expect(jobs.length).toBeGreaterThan(0);
    expect(readTwice(jobs)).toEqual([]);
    expect(await focus()).toEqual(focusBefore);
  });

  it('keeps focus and scroll through twenty answers that it asks for anew', async () => {
    // Not before: what an import shows above the days goes when it ends, and the browser scrolls with it.
    await opened.ana.page.evaluate('scrollTo(0, 200)');
    expect(await scroll()).toBe(200);
    polls = 0;
    // Whoever comes back to a page has it ask at once; by itself it would take minutes to ask so often.
    await until('twenty answers', async () => {
      await opened.ana.page.evaluate(`dispatchEvent(new Event('visibilitychange'))`);
      return polls >= 20;
    });
    expect(await focus()).toEqual(focusBefore);
    expect(await scroll()).toBe(200);
  });

  it('shows days in the zone of their account and instants in that of the reader, wherever the reader is', async () => {
    const { page } = opened.ana;
    const far = await visit(opened.browser, opened.address, { timezoneId: 'Pacific/Auckland' });
    await enterAgain(far, opened.address);
    await far.page.goto(page.url());
    await far.page.getByRole('gridcell').first().waitFor();
    expect((await daysOf(far.page)).length).toBeGreaterThan(30);
    expect(await daysOf(far.page)).toEqual(await daysOf(page));
    await far.page.getByRole('tab', { name: 'Timeline' }).click();
    const time = far.page.locator('time').first();
    await time.waitFor();
    const instant = new Date((await time.getAttribute('datetime')) ?? '');
    const there = instant.toLocaleTimeString('en-US', {
      timeZone: 'Pacific/Auckland',
      hour: 'numeric',
      minute: '2-digit',
    });
    expect(await time.getAttribute('title')).toContain(there);
    await far[Symbol.asyncDispose]();
  });

  it('has a click at once, also while no worker runs, and a second click says that it runs already', async () => {
    const { page } = opened.ana;
    await page.getByRole('tab', { name: 'Timeline' }).click();
    const asked = page.getByRole('listitem').filter({ hasText: 'Asked for a sync.' });
    const before = await asked.count();
    const worker = opened.installation.stack.parts.workers[0];
    if (worker === undefined) throw new Error('the stack runs no worker');
    process.kill(worker.current().pid, 'SIGKILL');
    const clickedAt = Date.now();
    await button(page, 'Sync now').click();
    await until('a row of the click', async () => (await asked.count()) > before);
    process.stdout.write(`A row of the click after ${(Date.now() - clickedAt) / 1000} s, of 1 s.\n`);
    // X computes for so long that the second click finds the sync.
    await opened.installation.provoke([{ kind: 'job_slow', seconds: 3_600 }]);
    await until('the sync to run', async () => {
      await button(page, 'Sync now').click();
      return await page
        .getByText(/Already running since .+/)
        .first()
        .isVisible();
    });
    await opened.installation.provoke([]);
  });

  it('did nothing against its content security policy', () => {
    expect(opened.ana.offences).toEqual([]);
  });
});

/** Kills a part, again if it has come back, until what is looked for is said. Returns the seconds from the last kill on. */
const killUntil = async (part: Supervised<Running> | undefined, said: Locator): Promise<number> => {
  if (part === undefined) throw new Error('the stack runs no such part');
  let killed: number | undefined;
  let at = 0;
  await until('the page to say what is away', async () => {
    if (killed !== part.restarts()) {
      killed = part.restarts();
      at = Date.now();
      process.kill(part.current().pid, 'SIGKILL');
    }
    return await said.isVisible();
  });
  return (Date.now() - at) / 1000;
};
