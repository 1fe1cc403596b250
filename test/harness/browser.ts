/** A headless browser for a test, and where its screenshots are kept. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { installedChromium } from '../../local/chromium.ts';

const screenshots = resolve(import.meta.dirname, '../../.ci/output/screenshots');

/** A browser of its own for the caller, who closes it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await installedChromium();
  if (!executablePath)
    throw new Error('No Chrome or Chromium found; `npm test -- e2e` fetches one or says how to get it.');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Keeps what the page shows as `<name>.png`; answers the file's path. */
export async function keepScreenshot(page: Page, name: string): Promise<string> {
  mkdirSync(screenshots, { recursive: true });
  const path = resolve(screenshots, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
