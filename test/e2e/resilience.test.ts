/** Processes die while a candidate waits: the page recovers by itself and the flow goes on where it was. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { greenhouse } from '../harness/house.ts';
import { insist, startTown, type Town } from '../harness/town.ts';
import { Canvas } from './canvas.ts';
import { thankAndAsk } from './flows.ts';
import { type Visit, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let flow = '';

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const template = await workspace.post<{ id: string }>('/api/templates', {
    name: 'Thank you',
    subject: 'Your application',
    body: 'Hi {{ candidate.firstName | default: "there" }}, may we call you?',
  });
  flow = await publishFlow(workspace, thankAndAsk(template.id));
  me = await visit(browser, town.address, { as: owner });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(me.page, `failed ${task.name}`);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const mails = () => workspace.get<{ items: { id: string }[] }>('/api/caught-mails');

test('with worker and API killed while someone waits, page and flow go on by themselves', async () => {
  const { page } = me;
  const canvas = new Canvas(page);
  const waiting = canvas.step('14 days for a reply');
  await page.goto(`/flows/${flow}`);
  await waiting.waitFor();
  await insist(
    await town.greenhouse(),
    greenhouse({
      id: 17,
      firstName: 'Ada',
      lastName: 'Obi',
      email: 'ada@mail.example',
      appliedAt: Date.now(),
    }),
  );
  await waiting.filter({ hasText: '1 waiting' }).waitFor();
  await page.goto(`/flows/${flow}/runs`);
  await page.getByRole('link', { name: 'Ada Obi' }).click();
  const panel = page.getByRole('complementary', { name: 'This run' });
  await panel.getByText('Now waiting until').waitFor();

  const reconnected = page.waitForResponse(
    (response) => response.url().includes('/api/live') && response.status() === 200,
  );
  await town.stop('worker');
  await town.stop('api');
  await panel.getByText('Now waiting until').waitFor();
  await town.start('api');
  await town.start('worker');
  await reconnected;

  const [mail] = (await mails()).items;
  await workspace.post(`/api/caught-mails/${mail?.id}/reply`, { text: 'Yes, call me on Thursday.' });
  await panel.getByRole('heading', { name: /^Came to the end/ }).waitFor();
  await canvas.step('answered').waitFor();
  expect((await mails()).items).toHaveLength(1);
  await keepScreenshot(page, 'run-after-kill');
});
