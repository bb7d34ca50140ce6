import type { Page } from 'playwright-core';

interface FirstNumbersAnswer {
  readonly accounts: readonly {
    readonly accountId: string;
    readonly accountName: string;
    readonly day?: string;
    readonly spend: readonly { readonly micros: string }[];
    readonly impressions: string;
    readonly clicks: string;
  }[];
}

export interface ShownNumbers {
  readonly accountId: string;
  readonly day: string;
  readonly impressions: number;
  readonly clicks: number;
  readonly spend: number;
}

const read = (text: string | undefined): number => Number(text?.replaceAll(',', ''));

/** When they first stand on the page, in milliseconds since 1970, to a frame: a locator looks twice a second. */
export const firstNumbersSeen = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    const look = () => document.querySelector('table[aria-label="First numbers"] [role=cell]') === null
      ? requestAnimationFrame(look)
      : resolve(Date.now());
    look();
  })`);

/** The numbers that stand on the page, once they are those of the days that the API answers with. */
export const shownNumbers = async (page: Page): Promise<readonly ShownNumbers[] | undefined> => {
  const [, id] = /connections\/([^/]+)/.exec(page.url()) ?? [];
  const texts = await page.evaluate<string[][]>(`
    [...document.querySelectorAll('table[aria-label="First numbers"] tbody [role=row]')].map((row) =>
      [...row.querySelectorAll('[role=cell]')].map(({ innerText }) => innerText.trim()))`);
  // The same question, with the page's own cookie.
  const { accounts } = (await (
    await page.request.get(`/api/v1/connections/${id}/first-numbers`)
  ).json()) as FirstNumbersAnswer;
  const found = texts.flatMap(([name, , , impressions, clicks]) => {
    const account = accounts.find(({ accountName }) => accountName === name);
    if (account?.day === undefined || read(impressions) !== Number(account.impressions)) return [];
    const spend = account.spend.reduce((sum, { micros }) => sum + Number(micros), 0);
    return [
      { accountId: account.accountId, day: account.day, impressions: read(impressions), clicks: read(clicks), spend },
    ];
  });
  return found.length > 0 && found.length === texts.length ? found : undefined;
};
