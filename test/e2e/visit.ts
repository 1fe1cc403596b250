/** A person at the app in a browser: a page that is watched for every fault, at a size and in a theme. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Person {
  name: string;
  email: string;
  password: string;
}

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the console warned of, requests that failed, errors nobody caught; in the order they came. */
  faults: string[];
}

export const desk = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

interface Circumstances {
  as?: Person;
  theme?: 'light' | 'dark';
  size?: { width: number; height: number };
}

/** A fresh browser profile at the app; `as`: already signed in. */
export async function visit(
  browser: Browser,
  address: string,
  { as, theme = 'light', size = desk }: Circumstances = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: address,
    viewport: size,
    colorScheme: theme,
    // What moves is never in the way of a click or of a picture.
    reducedMotion: 'reduce',
    isMobile: size.width < 768,
    hasTouch: size.width < 768,
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
  });
  context.setDefaultTimeout(45_000);
  if (as) await signIn(context, address, as);
  const faults = watch(context);
  return { page: await context.newPage(), context, faults };
}

/** Puts the session's cookie into the context, as the form would. */
async function signIn(context: BrowserContext, address: string, { email, password }: Person): Promise<void> {
  const answer = await context.request.post('/api/auth/sign-in/email', {
    data: { email, password },
    headers: { origin: address },
  });
  if (!answer.ok()) throw new Error(`${email} could not sign in: ${answer.status()} ${await answer.text()}`);
}

function watch(context: BrowserContext): string[] {
  const faults: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${message.type()} on ${message.page()?.url()}: ${message.text()}`);
  });
  context.on('weberror', (fault) => faults.push(`${fault.page()?.url()}: ${fault.error().stack}`));
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // What a page no longer needs, it gives up: the event stream above all.
    if (why !== 'net::ERR_ABORTED') faults.push(`${request.method()} ${request.url()}: ${why}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  return faults;
}
