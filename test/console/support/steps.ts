import type { Page } from 'playwright-core';
import { beforeEach } from 'vitest';

/** Each test of the file begins where the one before has ended: after a failure no other runs, and the page is printed. */
export const inSteps = (pageOf: () => Page): void => {
  let hasFailed = false;
  beforeEach(({ onTestFailed, skip }) => {
    skip(hasFailed, 'a step before has failed');
    onTestFailed(async () => {
      hasFailed = true;
      const page = pageOf();
      process.stdout.write(`${page.url()} shows:\n${await page.locator('body').innerText()}\n`);
    });
  });
};
