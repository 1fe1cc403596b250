/** Beginning a flow that others have drawn: from the gallery, from a file; a copy of one's own, and one as a file. */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { Canvas } from './canvas.ts';
import { looksRight } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  me = await visit(browser, town.address, { as: owner });
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

const named = async (what: 'templates' | 'pools' | 'flows') =>
  (await workspace.get<{ items: { name: string }[] }>(`/api/${what}?limit=200`)).items.map((one) => one.name);
const openFlow = () => page.waitForURL(/\/flows\/[0-9a-f-]{36}$/);
const silver = 'Silver medallists: stay in touch';

test('an empty list of flows leads to the gallery, which looks right by day, by night and on a phone', async () => {
  await page.goto('/flows');
  await page.getByRole('link', { name: 'Start from the gallery' }).click();
  await page.getByRole('link', { name: silver }).waitFor();
  expect(await page.getByRole('listitem').getByRole('link').count()).toBeGreaterThanOrEqual(13);
  await looksRight(page, 'gallery');
  const other = await visit(browser, town.address, { as: owner, size: phone });
  await other.page.goto('/flows/new');
  await other.page.getByRole('link', { name: silver }).waitFor();
  await looksRight(other.page, 'gallery-phone');
  await other.page.goto('/flows/new?flow=silver-medallists');
  await other.page.getByRole('button', { name: 'Take this flow' }).waitFor();
  await looksRight(other.page, 'gallery-preview-phone');
  expect(other.faults).toEqual([]);
  await other.context.close();
});

test('a flow of the gallery is looked at, and taken with what it needs, as a draft', async () => {
  await page.goto('/flows/new');
  await page.getByRole('link', { name: silver }).click();
  await page.getByText('The pool “Silver medallists” will be made.').waitFor();
  await page.getByText('The template “One question” will be made.').waitFor();
  await new Canvas(page).step('One question').waitFor();
  await looksRight(page, 'gallery-preview');
  expect(await named('templates')).toEqual([]);
  await page.getByRole('button', { name: 'Take this flow' }).click();
  await openFlow();
  await page
    .getByRole('button', { name: 'Ready to publish' })
    .or(page.getByText('Ready to publish'))
    .first()
    .waitFor();
  expect(await named('pools')).toEqual(['Silver medallists']);
  expect(await named('templates')).toEqual([
    'New roles since we spoke',
    'One question',
    'We meant it: stay in touch',
  ]);
});

test('whoever takes it again uses what is there, or a copy, as they choose', async () => {
  await page.goto('/flows/new?flow=silver-medallists');
  await page.getByText('Your pool “Silver medallists” will be used.').waitFor();
  await page.getByLabel('What becomes of the template “One question”').click();
  await page.getByRole('option', { name: 'Make a copy' }).click();
  await page.getByText('A copy of the template “One question” will be made.').waitFor();
  await page.getByRole('button', { name: 'Take this flow' }).click();
  await openFlow();
  expect(await named('templates')).toContain('One question (2)');
  expect(await named('pools')).toEqual(['Silver medallists']);
});

test('a flow is duplicated, and the copy opens', async () => {
  const before = page.url();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await page.waitForURL((url) => url.href !== before && /\/flows\/[0-9a-f-]{36}$/.test(url.pathname));
  await page.getByRole('heading', { name: `Copy of ${silver} (2)` }).waitFor();
  expect(await named('flows')).toContain(`Copy of ${silver} (2)`);
});

test('it goes into a file, and a file that is dropped on the list of flows comes back in', async () => {
  await page.getByRole('button', { name: 'More actions' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Download as a file' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^copy-of-silver-medallists.*\.flow\.json$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);

  await page.goto('/flows');
  await page.getByRole('button', { name: 'New flow' }).waitFor();
  const given = JSON.stringify({ ...JSON.parse(text), name: 'From a file', templates: [] }).replaceAll(
    'New roles since we spoke',
    'Only elsewhere',
  );
  const data = await page.evaluateHandle((json) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([json], 'dropped.flow.json', { type: 'application/json' }));
    return transfer;
  }, given);
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
  await page.getByRole('heading', { name: 'From a file', level: 1 }).waitFor();
  await page.getByText('There is no template “Only elsewhere” here.').waitFor();
  await page.getByRole('button', { name: 'Take this flow' }).click();
  await openFlow();
  await page.getByText('1 problem stops publishing').waitFor();
});

test('what is no flow file is refused with the reason', async () => {
  const wrong = join(tmpdir(), 'not-a-flow.json');
  await writeFile(wrong, '{"name": "No nodes"}');
  await page.goto('/flows/new');
  await page.getByRole('button', { name: 'From a file' }).waitFor();
  await page.locator('input[type=file]').setInputFiles(wrong);
  await page.getByText('“not-a-flow.json” is not a flow file: nodes:').waitFor();
});
