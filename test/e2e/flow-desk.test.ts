/** What one does with flows beside drawing them: archiving and bringing back, looking at a mail, acting on runs. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { thankAndAsk } from './flows.ts';
import { type Visit, visit } from './visit.ts';
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
  flowId = await publishFlow(workspace, {
    name: 'Stay in touch',
    settings: { reentry: 'once', exitOn: [] },
    nodes: [
      { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
      { id: 'later', type: 'wait', position: { x: 0, y: 84 }, data: { for: 'P30D' } },
      { id: 'done', type: 'end', position: { x: 0, y: 168 }, data: {} },
    ],
    edges: [
      { id: 'e1', source: 'start', sourceHandle: 'next', target: 'later' },
      { id: 'e2', source: 'later', sourceHandle: 'next', target: 'done' },
    ],
  });
  me = await visit(browser, town.address, { as: owner });
  page = me.page;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed ${task.name}`);
  await page.unrouteAll();
  expect(me.faults.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const row = (name: string) => page.getByRole('row').filter({ hasText: name });
const views = () => page.getByRole('navigation', { name: 'Which flows' });

test('a flow that was archived is found again by its address, and brought back from the list or its own page', async () => {
  const { id } = await workspace.post<{ id: string }>('/api/flows', { name: 'Summer interns' });
  const archive = async () => {
    await page.goto(`/flows/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.waitForURL(/\/flows$/);
    await row('Stay in touch').waitFor();
    await row('Summer interns').waitFor({ state: 'detached' });
  };
  await archive();
  // Loaded anew, so the toast with its way back is gone.
  await page.goto('/flows');
  await views().getByRole('link', { name: 'Archived' }).click();
  await page.waitForURL(/\/flows\?state=archived$/);
  await row('Summer interns').waitFor();
  expect(await row('Stay in touch').count()).toBe(0);
  await keepScreenshot(page, 'flows-archived');
  await page.reload();
  await page.getByRole('button', { name: 'Bring back: Summer interns' }).click();
  await page.getByRole('heading', { name: 'Nothing is archived' }).waitFor();
  await page.getByRole('status').getByText('“Summer interns” is back among the flows.').waitFor();
  await page.goBack();
  await row('Summer interns').getByText('Draft').waitFor();

  await archive();
  await page.goto('/flows?state=archived');
  await row('Summer interns').getByRole('link').click();
  await page.getByRole('button', { name: 'Bring back' }).click();
  await page.getByRole('button', { name: 'Bring back' }).waitFor({ state: 'detached' });
  await page.goto('/flows');
  await row('Summer interns').waitFor();
});

test('a link in a preview opens a page of its own, and the preview stays', async () => {
  const site = 'https://halden.example/team';
  await me.context.route(site, (route) => route.fulfill({ contentType: 'text/html', body: 'The team' }));
  const follow = async () => {
    const mail = page.frameLocator('iframe');
    const opened = page.waitForEvent('popup');
    await mail.getByRole('link', { name: 'the team' }).click();
    const there = await opened;
    await there.waitForURL(site);
    await there.close();
    await mail.getByText('Meet').waitFor();
  };
  await page.goto('/templates/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('The team');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Hello');
  await page.getByRole('textbox', { name: 'Text' }).fill(`Meet [the team](${site})`);
  await follow();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/templates\/[0-9a-f-]+$/);

  const templateId = new URL(page.url()).pathname.split('/').at(-1);

  const id = await publishFlow(workspace, thankAndAsk(templateId ?? ''));
  await page.goto(`/flows/${id}?step=thanks`);
  await follow();
});

test('single letters stay within the panels of runs and of a step', async () => {
  const { id } = await workspace.post<{ id: string }>('/api/candidates', {
    firstName: 'Ada',
    lastName: 'Obi',
    email: 'ada@mail.example',
  });
  await workspace.post(`/api/flows/${flowId}/enrolments`, { candidateIds: [id] });
  let run = '';
  await eventually('Ada enters the flow', async () => {
    const { items } = await workspace.get<{ items: { id: string }[] }>(`/api/flows/${flowId}/enrolments`);
    run = items[0]?.id ?? '';
    return run !== '';
  });
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const keepsToItself = async (name: string | RegExp, control: string) => {
    const panel = page.getByRole('dialog', { name });
    await panel.getByRole('button', { name: control }).focus();
    await page.keyboard.press('?');
    expect(await sheet.count()).toBe(0);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
  };

  await page.goto(`/flows/${flowId}/runs`);
  await row('Ada Obi').waitFor();
  await page.getByRole('button', { name: 'Add candidates' }).click();
  await page.getByRole('button', { name: /^A candidate or a pool/ }).click();
  const list = page.getByRole('dialog', { name: 'A candidate or a pool…' });
  await list.getByRole('option', { name: 'Ada Obi' }).waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  await keepsToItself('Add candidates', 'Cancel');

  await page.goto(`/flows/${flowId}/runs/${run}`);
  await page.getByRole('button', { name: 'Stop run' }).click();
  await keepsToItself(/Ada Obi leaves the flow now/, 'Cancel');
  // Escape closed the question, and did not also leave the run.
  expect(new URL(page.url()).pathname).toBe(`/flows/${flowId}/runs/${run}`);
  await page.getByRole('button', { name: 'Stop run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop run' }).click();
  await page.getByRole('button', { name: 'Stop run' }).waitFor({ state: 'detached' });
});
