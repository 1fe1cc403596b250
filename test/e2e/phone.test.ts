/** The app under a thumb: every section of the settings within reach, fields that iOS does not zoom, targets of 44 px, mails with a night side. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { greenhouse } from '../harness/house.ts';
import { insist, startTown, type Town } from '../harness/town.ts';
import { thankAndAsk } from './flows.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
let candidate = '';

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const template = await workspace.post<{ id: string }>('/api/templates', {
    name: 'Thank you',
    subject: 'Your application',
    body: 'Hi {{ candidate.firstName | default: "there" }}, may we call you?',
  });
  await publishFlow(workspace, thankAndAsk(template.id));
  await workspace.post('/api/pools', { name: 'Graduates', description: 'Another look in a year.' });
  ({ id: candidate } = await workspace.post<{ id: string }>('/api/candidates', {
    firstName: 'Ada',
    lastName: 'Obi',
    email: 'ada@mail.example',
    tags: ['warm'],
  }));
  me = await visit(browser, town.address, { as: owner, size: phone });
  page = me.page;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed ${task.name}`);
  expect(me.faults.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

test('the settings begin with their sections; each is a screen with a way back', async () => {
  await page.goto('/settings');
  const sections = page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
  await sections.first().waitFor();
  const names = (await sections.allInnerTexts()).map((text) => text.trim().split('\n')[0] ?? '');
  expect(names).toEqual(expect.arrayContaining(['Workspace', 'Contact', 'Sources', 'People', 'Failures']));
  for (const name of names) {
    const box = await sections.filter({ hasText: name }).first().boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= phone.width, name).toBe(true);
    await sections.filter({ hasText: name }).first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.waitForURL(/\/settings$/);
  }
});

test('the chosen view of a row that is wider than the screen is on the screen', async () => {
  await page.goto('/messages?status=cancelled');
  const chosen = page.getByRole('link', { name: 'Cancelled' });
  await chosen.waitFor();
  const box = await chosen.boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= phone.width).toBe(true);
});

test('no field is so small that iOS zooms into it, nothing to touch under 44 px', async () => {
  const places = [
    '/',
    '/candidates',
    '/candidates/new',
    `/candidates/${candidate}`,
    `/candidates/${candidate}?tab=facts`,
    '/pools',
    '/pools/new',
    '/messages',
    '/templates',
    '/templates/new',
    '/mail',
    '/settings',
    '/settings/workspace',
    '/settings/contact',
    '/settings/senders',
    '/settings/secrets/new',
    '/settings/people/new',
    '/settings/sources/new',
    '/settings/suppressions/new',
    '/settings/keys/new',
  ];
  const complaints: string[] = [];
  for (const place of places) {
    await page.goto(place);
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    complaints.push(...(await page.evaluate(tooSmall)).map((what) => `${place}: ${what}`));
  }
  expect(complaints).toEqual([]);
});

test('the first run and signing in can be done with a thumb too', async () => {
  const stranger = await visit(browser, town.address, { size: phone });
  await stranger.page.goto('/');
  await stranger.page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await stranger.page.evaluate(tooSmall)).toEqual([]);
  await stranger.context.close();
});

test('tags, link and “do not contact” are within reach on a phone', async () => {
  await page.goto(`/candidates/${candidate}?tab=facts`);
  await page.getByRole('link', { name: 'warm' }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Copy link' }).waitFor();
  await page.getByRole('menuitem', { name: 'Do not contact' }).click();
  await page.getByRole('status').getByText('No flow writes to this candidate any more.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Flows may write again.').waitFor();
});

test('a caught mail is dark in the dark theme, and legible', async () => {
  const applied = greenhouse({
    id: 23,
    firstName: 'Bea',
    lastName: 'Lund',
    email: 'bea@mail.example',
    appliedAt: Date.now(),
  });
  await insist(await town.greenhouse(), applied);
  await page.goto('/mail');
  await page.getByRole('link', { name: 'Bea Lund' }).click();
  const inside = page.frameLocator('iframe').locator('body');
  const colours = () =>
    inside.evaluate((body) => {
      const light = (colour: string) => Number(/\d+/.exec(colour)?.[0]) > 127;
      const link = body.querySelector('a') ?? body;
      return [
        light(getComputedStyle(body).backgroundColor),
        light(getComputedStyle(body).color),
        light(getComputedStyle(link.parentElement ?? link).color),
      ];
    });
  await inside.getByText('may we call you?').waitFor();
  expect(await colours()).toEqual([true, false, false]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('iframe[src*="theme=dark"]').waitFor();
  await inside.getByText('may we call you?').waitFor();
  expect(await colours()).toEqual([false, true, true]);
  await keepScreenshot(page, 'caught-mail-at-night');
});

/** In the page: fields under 16 px type, and buttons and links under 44 px, counting what stretches their target. Links within a line of text are measured by the line's target. */
function tooSmall(): string[] {
  const seen = (element: Element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== 'hidden';
  };
  const named = (element: Element) =>
    `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 30)}”`;
  const fields = [...document.querySelectorAll('input:not([type=checkbox], [type=radio]), textarea')]
    .filter(seen)
    .filter((field) => Number.parseFloat(getComputedStyle(field).fontSize) < 16)
    .map((field) => `${named(field)} ${getComputedStyle(field).fontSize} type`);
  // What a radio's label holds is touched as one.
  const touched = (element: Element) =>
    (element.matches('[type=radio]') && element.closest('label')) || element;
  const targets = [...document.querySelectorAll('a[href], button, [role=button], input:not([type=checkbox])')]
    .map(touched)
    .filter(seen)
    .filter((target) => {
      const stretched = getComputedStyle(target, '::after');
      const box = target.getBoundingClientRect();
      const height = stretched.position === 'absolute' ? Number.parseFloat(stretched.height) : box.height;
      return height < 43.5;
    })
    .map((target) => `${named(target)} ${Math.round(target.getBoundingClientRect().height)} px high`);
  return [...fields, ...targets];
}
