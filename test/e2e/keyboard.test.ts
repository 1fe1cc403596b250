/** Everything by keyboard: finding the way, drawing, undoing, publishing. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { Canvas } from './canvas.ts';
import { type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let me: Visit;
let canvas: Canvas;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  await setUpWorkspace(town.address);
  me = await visit(browser, town.address, { as: owner });
  canvas = new Canvas(me.page);
  await me.page.goto('/');
  await me.page.getByRole('navigation', { name: 'Main' }).waitFor();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(me.page, `failed ${task.name}`);
  expect(me.faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const press = async (...keys: string[]) => {
  for (const key of keys) await me.page.keyboard.press(key);
};

/** Opens the list of steps with a key, types a name and takes the first that fits. */
async function add(key: string, name: string): Promise<void> {
  const find = me.page.getByRole('dialog', { name: 'Add a step' }).getByRole('combobox');
  await press(key);
  await find.waitFor();
  await me.page.keyboard.type(name);
  await press('Enter');
  await find.waitFor({ state: 'detached' });
}

test('? shows what the keys do on this screen', async () => {
  const { page } = me;
  await press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByText('Find anything').waitFor();
  await keepScreenshot(page, 'cheat-sheet');
  await press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('the finder goes where one types', async () => {
  const { page } = me;
  await press('Control+k');
  await page.getByPlaceholder('Find candidates, flows and pages').waitFor();
  await page.keyboard.type('Flows');
  await page.getByRole('option', { name: 'Flows' }).waitFor();
  await keepScreenshot(page, 'finder');
  await press('Enter');
  await page.waitForURL(/\/flows$/);
  await page.getByRole('heading', { name: 'Draw what should happen, and it happens' }).waitFor();
});

test('a flow is drawn, undone, redone and published without the pointer', async () => {
  const { page } = me;
  await press('c');
  await page.locator('button:focus', { hasText: 'Blank canvas' }).waitFor();
  await press('Enter');
  await page.getByRole('heading', { name: 'What starts this flow?' }).waitFor();

  await add('Shift+A', 'hand');
  await canvas.step('by hand').waitFor();
  await add('/', 'tag');
  await canvas.step('Tag').waitFor();
  // Once into the panel, once into the list.
  await press('Enter', 'Enter');
  await page.getByRole('combobox', { name: 'Tag' }).waitFor();
  await page.keyboard.type('met at the fair');
  await press('Enter');
  await canvas.step('met at the fair').waitFor();
  await add('/', 'Wait');
  await canvas.step('Wait 3 days').waitFor();

  await press('Control+z');
  await canvas.step('Wait 3 days').waitFor({ state: 'detached' });
  await press('Control+y');
  await canvas.step('Wait 3 days').waitFor();
  await press('Control+z', 'Control+Shift+z');
  await canvas.step('Wait 3 days').waitFor();
  await add('/', 'End');
  await page.getByText('Ready to publish').waitFor();
  await keepScreenshot(page, 'drawn-by-keyboard');

  const publish = page.getByRole('button', { name: 'Publish v1…' });
  await page
    .getByRole('status')
    .filter({ hasText: /Saved \d/ })
    .waitFor();
  await reach(publish);
  await press('Enter');
  await reach(page.getByRole('button', { name: 'Publish v1', exact: true }));
  await press('Enter');
  await page.getByText('Version 1 is live.').waitFor();
});

/** Tabs until the control has the focus; a control that no Tab leads to is a failure. */
async function reach(control: ReturnType<Visit['page']['getByRole']>): Promise<void> {
  await control.waitFor();
  for (let tabs = 0; tabs < 120; tabs += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await press('Tab');
  }
  throw new Error('No Tab leads there.');
}
