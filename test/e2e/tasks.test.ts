/** What a flow asks of a recruiter: a task, an approval that it waits for, a notice in the inbox; on a desk and on a phone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { flow } from '../contract/flows.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { looksRight } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
const ids: Record<string, string> = {};

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const { id: mara } = await workspace.get<{ id: string }>('/api/me');
  const asks = flow([
    {
      id: 'tell',
      type: 'notify',
      data: { via: 'app', to: 'person', personId: mara, text: '{{ candidate.fullName }} is new.' },
    },
    {
      id: 'call',
      type: 'task',
      data: { title: 'Call {{ candidate.firstName }}', to: 'person', personId: mara, due: 'P2D' },
    },
    {
      id: 'ask',
      type: 'approval',
      data: {
        title: 'Invite {{ candidate.firstName }} to the final round?',
        to: 'person',
        personId: mara,
        timeout: 'P3D',
      },
      to: { approved: 'yes', declined: 'done', timeout: 'done' },
    },
    { id: 'yes', type: 'add-tag', data: { tag: 'invited' } },
  ]);
  ids.flow = await publishFlow(workspace, { ...asks, name: 'Ask before inviting' });
  for (const firstName of ['Ada', 'Ben']) {
    const email = `${firstName.toLowerCase()}@mail.example`;
    const { id } = await workspace.post<{ id: string }>('/api/candidates', {
      firstName,
      lastName: 'Obi',
      email,
    });
    await workspace.post(`/api/candidates/${id}/enrolments`, { flowId: ids.flow });
    ids[firstName] = id;
  }
  await eventually('both are asked about', async () => {
    const { items } = await workspace.get<{ items: unknown[] }>('/api/tasks?of=mine');
    return items.length === 4;
  });
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

const toast = (text: string) => page.getByRole('status').getByText(text);
const item = (text: string) => page.getByRole('listitem').filter({ hasText: text });

test('Today lists what a flow asks, and looks right by day and by night', async () => {
  await page.goto('/');
  await item('Invite Ada to the final round?').waitFor();
  await looksRight(page, 'tasks-today-desk');
  await page.emulateMedia({ colorScheme: 'light' });
});

test('by keyboard a task is done, and one click takes it back', async () => {
  await page.goto('/');
  await item('Call Ada').waitFor();
  await page.keyboard.press('j');
  const focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
  const name = focused.includes('Ada') ? 'Ada' : 'Ben';
  expect(focused).toContain(`Call ${name}`);
  await page.keyboard.press('e');
  await toast(`Done: “Call ${name}”.`).waitFor();
  await item(`Call ${name}`).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await toast(`Open again: “Call ${name}”.`).waitFor();
  await item(`Call ${name}`).waitFor();
});

test('an approval moves the flow on, and the run says who decided', async () => {
  await page.goto('/');
  await item('Invite Ada').getByRole('button', { name: 'Approve' }).click();
  await toast('Approved: “Invite Ada to the final round?”.').waitFor();
  await item('Invite Ada').waitFor({ state: 'detached' });
  await page.goto(`/candidates/${ids.Ada}`);
  await page.getByText('invited', { exact: true }).first().waitFor();
  await page.getByText(/: Approved by Mara Lindqvist/).waitFor();
});

test('her own page shows what is to be done about her, and takes another task', async () => {
  await page.goto(`/candidates/${ids.Ben}`);
  const section = page.getByRole('region', { name: 'Tasks' });
  await section.getByText('Invite Ben to the final round?').waitFor();
  await section.getByRole('button', { name: 'Add a task' }).click();
  await page.keyboard.type('Ask for a portfolio');
  await page.keyboard.press('Enter');
  await section.getByRole('listitem').filter({ hasText: 'Ask for a portfolio' }).waitFor();
  await looksRight(page, 'tasks-candidate-desk');
  await page.emulateMedia({ colorScheme: 'light' });
});

test('the bell counts what is new, and the inbox reads it', async () => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Inbox, 2 new notices' }).click();
  await item('Ada Obi is new.').waitFor();
  await page.getByRole('link', { name: 'Inbox', exact: true }).waitFor();
  await looksRight(page, 'inbox-desk');
  await page.emulateMedia({ colorScheme: 'light' });
});

test('all of it fits a phone', async () => {
  const pocket = await visit(browser, town.address, { as: owner, size: phone });
  await pocket.page.goto('/');
  await pocket.page.getByText('Invite Ben to the final round?').waitFor();
  await looksRight(pocket.page, 'tasks-today-phone');
  await pocket.page.goto('/inbox');
  await pocket.page.getByText('Ben Obi is new.').waitFor();
  await looksRight(pocket.page, 'inbox-phone');
  await pocket.page.goto(`/candidates/${ids.Ben}?tab=flows`);
  await pocket.page.getByText('Invite Ben to the final round?').waitFor();
  await looksRight(pocket.page, 'tasks-candidate-phone');
  expect(pocket.faults).toEqual([]);
  await pocket.context.close();
});
