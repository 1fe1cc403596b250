/** In whose name mails go out, in a browser: a sender is added, changed, chosen in a step and removed; and ways to tell colleagues. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { looksRight } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;

interface Sender {
  id: string;
  name: string;
  address: string;
  replyTo: string | null;
}
const senders = async () => (await workspace.get<{ items: Sender[] }>('/api/senders')).items;
const details = () => page.getByRole('complementary', { name: 'Details' });

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

test('a sender is added and changed', async () => {
  await page.goto('/settings/senders');
  await page.getByRole('link', { name: 'Add sender' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Halden careers');
  await page.getByLabel('Address', { exact: true }).fill('careers@halden.example');
  await looksRight(page, 'sender-new');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const link = page.getByRole('main').getByRole('link', { name: 'Halden careers', exact: true });
  await link.waitFor();
  await link.click();
  await page.getByLabel('Copies of answers to').fill('desk@halden.example');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await eventually('the copy is kept', async () => (await senders())[0]?.replyTo === 'desk@halden.example');
  await page
    .getByText('careers@halden.example, answers also to desk@halden.example', { exact: true })
    .waitFor();
  await looksRight(page, 'senders');
  await page.setViewportSize(phone);
  await looksRight(page, 'senders-phone');
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('a step is told in whose name it writes, and one that tells colleagues asks only for what its way needs', async () => {
  const { id } = await workspace.post<{ id: string }>('/api/flows', { name: 'Told' });
  const position = { x: 0, y: 0 };
  const [sender] = await senders();
  const graph = {
    name: 'Told',
    settings: {},
    nodes: [
      { id: 'start', type: 'manual', position, data: {} },
      {
        id: 'mail',
        type: 'send-email',
        position: { x: 0, y: 150 },
        data: { from: 'sender', senderId: sender?.id },
      },
      { id: 'tell', type: 'notify', position: { x: 0, y: 300 }, data: { via: 'chat', text: 'A reply.' } },
      { id: 'end', type: 'end', position: { x: 0, y: 450 }, data: {} },
    ],
    edges: [
      { id: 'a', source: 'start', sourceHandle: 'next', target: 'mail' },
      { id: 'b', source: 'mail', sourceHandle: 'next', target: 'tell' },
      { id: 'c', source: 'tell', sourceHandle: 'next', target: 'end' },
    ],
  };
  const { revision } = await workspace.get<{ revision: number }>(`/api/flows/${id}/draft`);
  await workspace.put(`/api/flows/${id}/draft`, graph, { 'if-match': String(revision) });
  await page.goto(`/flows/${id}?step=mail`);
  await details().getByText('Halden careers', { exact: true }).waitFor();
  await keepScreenshot(page, 'step-sender');
  await page.goto(`/flows/${id}?step=tell`);
  await details().getByText('Fill in “Address”.', { exact: true }).waitFor();
  expect(await details().getByText('Who', { exact: true }).count()).toBe(0);
  await looksRight(page, 'step-notify-chat');
});

test('a sender who is removed is gone', async () => {
  await page.goto('/settings/senders');
  await page.getByRole('button', { name: 'Remove: Halden careers' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await eventually('the sender is gone', async () => (await senders()).length === 0);
  await page.getByRole('heading', { name: 'Mails go out in the workspace’s name' }).waitFor();
});
