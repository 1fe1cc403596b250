/** How a page is looked at: by axe with every rule it has, by day and by night, and never wider than the screen. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { keepScreenshot } from '../harness/browser.ts';

/** What axe objects to, a sentence each. A mail stands in a frame of its own and is none of the app's doing. */
export async function objections(page: Page, within?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page }).exclude('iframe');
  const { violations } = await (within ? axe.include(within) : axe).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}

/** `what`: told beside the objections when there are any. */
export async function isClean(page: Page, what = page.url()): Promise<void> {
  expect(await objections(page), what).toEqual([]);
}

/** Pixels by which the page is wider than the screen; nothing on it may be. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

/** By day and by night: a picture of each, nothing to object to, nothing too wide. By day again afterwards. */
export async function looksRight(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    await keepScreenshot(page, `${name}-${colorScheme}`);
    await isClean(page, `${name}-${colorScheme}`);
    expect(await tooWide(page), `${name}-${colorScheme}`).toBe(0);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** How much what stands within `selector` moved by itself meanwhile: the browser's own score, 0 is nothing. */
export async function shiftsWhile(page: Page, selector: string, work: () => Promise<void>): Promise<number> {
  const watch = await page.evaluateHandle((within) => {
    type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };
    let sum = 0;
    const take = (entries: PerformanceEntryList) => {
      for (const { value, sources } of entries as Shift[])
        if (
          sources.some(({ node }) => (node instanceof Element ? node : node?.parentElement)?.closest(within))
        )
          sum += value;
    };
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type: 'layout-shift' });
    return {
      end: async () => {
        // What was drawn last is told of a frame later.
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
        take(observer.takeRecords());
        observer.disconnect();
        return sum;
      },
    };
  }, selector);
  await work();
  return watch.evaluate(({ end }) => end());
}
