/** Drafts without the server: nothing that was drawn is lost. Under two people: `together.test.ts`. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { Canvas } from './canvas.ts';
import { type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let flow = '';

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  me = await visit(browser, town.address, { as: owner });
});
beforeEach(async () => {
  flow = (await workspace.post<{ id: string }>('/api/flows', { name: 'Keep warm' })).id;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    for (const [i, page] of me.context.pages().entries())
      await keepScreenshot(page, `failed ${task.name} ${i}`);
  await me.context.unrouteAll();
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const saved = (page: Page) => page.getByRole('status').filter({ hasText: /Saved \d/ });
const notSaved = (page: Page) => page.getByRole('status').filter({ hasText: 'Not saved' });

async function open(page: Page): Promise<void> {
  await page.goto(`/flows/${flow}`);
  await page.getByRole('heading', { name: 'What starts this flow?' }).waitFor();
}

async function add(page: Page, key: string, step: string): Promise<void> {
  const find = page.getByRole('dialog', { name: 'Add a step' }).getByRole('combobox');
  await page.keyboard.press(key);
  await find.fill(step);
  await find.press('Enter');
  await find.waitFor({ state: 'detached' });
}

/** The draft on the server, as its steps' types. */
async function stored(): Promise<string[]> {
  const { graph } = await workspace.get<{ graph: { nodes: { type: string }[] } }>(`/api/flows/${flow}/draft`);
  return graph.nodes.map((node) => node.type).sort();
}

/** From now on no draft reaches the server. */
const cutOff = () =>
  me.context.route('**/api/flows/*/draft', (route) =>
    route.request().method() === 'PUT' ? route.abort('connectionrefused') : route.fallback(),
  );

test('what could not be saved is there again after leaving the page, and is saved then', async () => {
  const { page } = me;
  const canvas = new Canvas(page);
  await open(page);
  await add(page, 'Shift+A', 'hand');
  await saved(page).waitFor();
  await cutOff();
  await add(page, '/', 'End');
  await notSaved(page).waitFor();
  await page.getByRole('link', { name: 'Flows', exact: true }).first().click();
  await page.waitForURL(/\/flows$/);
  // The flow's page is gone only when the list stands in its place; its last try fails like the others.
  await page.getByRole('columnheader', { name: 'Converted' }).waitFor();
  await page.waitForLoadState('networkidle');
  expect(await stored()).toEqual(['manual']);
  await me.context.unrouteAll();
  await page.goto(`/flows/${flow}`);
  await canvas.step('End').waitFor();
  await page.getByText('What could not be saved last time is here again.').waitFor();
  await saved(page).waitFor();
  expect(await stored()).toEqual(['end', 'manual']);
  await page.reload();
  await saved(page).waitFor();
  await page.getByText('What could not be saved last time is here again.').waitFor({ state: 'detached' });
});

test('a save whose answer was lost is no conflict with oneself', async () => {
  const { page } = me;
  await open(page);
  let swallowed = 0;
  await me.context.route('**/api/flows/*/draft', async (route) => {
    if (route.request().method() !== 'PUT' || swallowed > 0) return route.fallback();
    swallowed += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  await add(page, 'Shift+A', 'hand');
  await notSaved(page).waitFor();
  expect(await stored()).toEqual(['manual']);
  await notSaved(page).getByRole('button').click();
  await saved(page).waitFor();
  expect(await page.getByRole('alert').filter({ hasText: 'Mine' }).count()).toBe(0);
  expect(await stored()).toEqual(['manual']);
});
