/** Secrets in a browser: an admin says where one may be sent, is told what is no host, and can narrow one that goes anywhere. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { isClean, tooWide } from './look.ts';
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

const hostsOf = async (name: string) => {
  type Secrets = { items: { name: string; hosts: unknown }[] };
  return (await workspace.get<Secrets>('/api/secrets')).items.find((one) => one.name === name)?.hosts;
};
const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
async function choose(option: string): Promise<void> {
  await page.getByLabel('May be sent as a token').click();
  await page.getByRole('option', { name: option, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).waitFor({ state: 'detached' });
}

test('a new secret is given its hosts; what is none is told at the field', async () => {
  await page.goto('/settings/secrets/new');
  const panel = page.getByRole('region', { name: 'New secret' });
  await panel.getByLabel('What it is for').fill('Rating service');
  await panel
    .getByLabel('Secret', { exact: false })
    .and(page.locator('[type=password]'))
    .fill('tok_0123456789abcdef');
  await choose('To these hosts');
  await panel.getByLabel('Hosts', { exact: true }).fill('rating.example, https://scores.example');
  await panel.getByRole('button', { name: 'Keep secret' }).click();
  await panel.getByText('This is not a host; write it like api.example.com, without a path.').waitFor();
  me.faults.length = 0;
  await keepScreenshot(page, 'secret-hosts-refused');
  await panel.getByLabel('Hosts', { exact: true }).fill('rating.example, scores.example');
  await panel.getByRole('button', { name: 'Keep secret' }).click();
  await panel.waitFor({ state: 'detached' });
  await row('Rating service').getByText('rating.example, scores.example').waitFor();
  expect(await hostsOf('Rating service')).toEqual(['rating.example', 'scores.example']);
});

test('one that goes anywhere says so, and is narrowed with a way back', async () => {
  await workspace.post('/api/secrets', { name: 'Payroll', value: 'tok_fedcba9876543210', hosts: 'any' });
  await page.goto('/settings/secrets');
  await row('Payroll').getByText('any host').waitFor();
  await row('Payroll').getByRole('link', { name: 'Payroll' }).click();
  const panel = page.getByRole('region', { name: 'Payroll' });
  await panel.getByText('Whoever draws a flow can have it sent wherever they like.').waitFor();
  await choose('To these hosts');
  await panel.getByLabel('Hosts', { exact: true }).fill('payroll.example');
  await keepScreenshot(page, 'secret-hosts');
  await isClean(page);
  await panel.getByRole('button', { name: 'Save' }).click();
  await panel.waitFor({ state: 'detached' });
  await row('Payroll').getByText('payroll.example').waitFor();
  expect(await hostsOf('Payroll')).toEqual(['payroll.example']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually('it may go anywhere again', async () => (await hostsOf('Payroll')) === 'any');
});

test('on a phone each secret says where it goes, within the screen', async () => {
  const hers = await visit(browser, town.address, { as: owner, size: phone });
  await hers.page.goto('/settings/secrets');
  await hers.page.getByRole('listitem').filter({ hasText: 'Rating service' }).waitFor();
  expect(await tooWide(hers.page)).toBe(0);
  await keepScreenshot(hers.page, 'secrets-phone');
  expect(hers.faults).toEqual([]);
  await hers.context.close();
});
