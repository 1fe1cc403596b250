/** What a recruiter expects of a flow: kept from a test, seen red when the flow is changed, in the way of publishing. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { thankAndAsk } from './flows.ts';
import { objections } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
let flowId: string;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const { id } = await workspace.post<{ id: string }>('/api/templates', {
    name: 'Thanks for applying',
    subject: 'Thank you',
    body: 'We will be in touch.',
  });
  flowId = await publishFlow(workspace, thankAndAsk(id));
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

const panel = () => page.getByRole('complementary', { name: 'Details' });

test('what was seen in a test is kept as a scenario, and is green', async () => {
  await page.goto(`/flows/${flowId}?panel=test`);
  await panel().getByText('Waited until').or(panel().getByText('No reply')).first().waitFor();
  await panel().getByRole('button', { name: 'Keep as a scenario' }).click();
  await panel().getByRole('textbox', { name: 'Name' }).fill('No reply, one mail, and it is over');
  await panel().getByText('“Thanks for applying” is sent once').waitFor();
  await panel().getByRole('button', { name: 'All scenarios' }).click();
  await panel().getByText('1 scenario, green').waitFor();
  await keepScreenshot(page, 'scenarios-green');
});

test('an expectation that does not come true says what did, stops publishing, and a reason lets it go live', async () => {
  await panel()
    .getByRole('button', { name: /No reply, one mail/ })
    .click();
  await panel().getByRole('button', { name: 'Expect something' }).click();
  const kinds = panel().getByLabel('That', { exact: true });
  await kinds.last().click();
  await page.getByRole('option', { name: 'a step is never reached' }).click();
  await panel()
    .getByRole('button', { name: /^Step: / })
    .click();
  await page.getByRole('option', { name: 'Wait 14 days for a reply' }).click();
  await panel()
    .getByText(/^Does not come to “Wait 14 days for a reply”\. Reached on/)
    .waitFor();
  await keepScreenshot(page, 'scenario-red');
  await panel().getByRole('button', { name: 'All scenarios' }).click();
  await panel().getByText('1 of 1 scenario red').waitFor();
  await page
    .getByRole('status')
    .getByText(/^Saved/)
    .waitFor();

  await page.goto(`/flows/${flowId}?panel=publish`);
  await panel().getByText('1 scenario is red').waitFor();
  const publish = panel().getByRole('button', { name: 'Publish v2' });
  expect(await publish.isDisabled()).toBe(true);
  await panel()
    .getByRole('textbox', { name: 'Publish all the same, because' })
    .fill('The wait stays for now');
  await keepScreenshot(page, 'publish-red-scenario');
  await publish.click();
  await page.goto(`/flows/${flowId}/versions`);
  await page.getByText('Went live though a scenario was red: The wait stays for now').waitFor();
});

test.each([
  ['desk, dark', 'dark', undefined],
  ['phone', 'light', phone],
] as const)('the list and one scenario are in order on a %s', async (name, theme, size) => {
  const there = await visit(browser, town.address, { as: owner, theme, ...(size ? { size } : {}) });
  await there.page.goto(`/flows/${flowId}?panel=scenarios`);
  const list = there.page.getByRole('complementary', { name: 'Details' });
  await list.getByRole('button', { name: /No reply, one mail/ }).waitFor();
  await keepScreenshot(there.page, `scenarios ${name}`);
  await list.getByRole('button', { name: /No reply, one mail/ }).click();
  await list.getByRole('textbox', { name: 'Name' }).waitFor();
  await keepScreenshot(there.page, `scenario ${name}`);
  expect(await objections(there.page, 'aside')).toEqual([]);
  expect(there.faults).toEqual([]);
  await there.context.close();
});
