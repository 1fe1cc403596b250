/** A first publishing on hold, by hand: what is written waits, is looked through, and leaves by a click. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { isClean } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
let flowId: string;

const writing = (templateId: string): Graph => ({
  name: 'Silver medallists',
  settings: { reentry: 'once', exitOn: [] },
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    { id: 'thanks', type: 'send-email', position: { x: 0, y: 84 }, data: { templateId } },
    { id: 'done', type: 'end', position: { x: 0, y: 168 }, data: {} },
  ],
  edges: [
    { id: 'e1', source: 'start', sourceHandle: 'next', target: 'thanks' },
    { id: 'e2', source: 'thanks', sourceHandle: 'next', target: 'done' },
  ],
});

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const template = await workspace.post<{ id: string }>('/api/templates', {
    name: 'Thank you',
    subject: 'Thank you, {{ candidate.firstName }}',
    body: 'We would like to stay in touch.',
  });
  flowId = (await workspace.post<{ id: string }>('/api/flows', { name: 'Silver medallists' })).id;
  await workspace.put(`/api/flows/${flowId}/draft`, writing(template.id));
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

const statuses = async () =>
  (await workspace.get<{ items: { status: string }[] }>('/api/messages')).items
    .map((one) => one.status)
    .sort();
const bar = (on: Page) => on.getByRole('region', { name: 'On hold' });

test('before a flow first goes live one may have it hold what it writes', async () => {
  await page.goto(`/flows/${flowId}?panel=publish`);
  await page.getByLabel('Hold messages until I release them').check();
  await keepScreenshot(page, 'publish-on-hold');
  await isClean(page, 'publishing on hold');
  await page.getByRole('button', { name: 'Publish v1', exact: true }).click();
  await page.getByText('Version 1 is live.').waitFor();
  await bar(page).getByText('On hold: what this flow writes will wait here').waitFor();
  const candidateIds: string[] = [];
  for (const [firstName, lastName, email] of [
    ['Ada', 'Obi', 'ada@mail.example'],
    ['Inês', 'Carvalho', 'ines@mail.example'],
    ['Rui', 'Costa', 'rui@mail.example'],
    ['Zoë', 'Marín', 'zoe@mail.example'],
  ])
    candidateIds.push(
      (await workspace.post<{ id: string }>('/api/candidates', { firstName, lastName, email })).id,
    );
  await workspace.post(`/api/flows/${flowId}/enrolments`, { candidateIds });
  await eventually('four are held', async () => (await statuses()).length === 4);
  expect(new Set(await statuses())).toEqual(new Set(['held']));
  await page.goto(`/flows/${flowId}/runs`);
  await bar(page).getByText('4 messages are held.').waitFor();
});

test('what waits is seen above the flow and in the list, in both themes and on a phone', async () => {
  for (const [theme, size] of [
    ['light', undefined],
    ['dark', undefined],
    ['dark', phone],
  ] as const) {
    const other = await visit(browser, town.address, { as: owner, theme, ...(size ? { size } : {}) });
    const name = `${theme}${size ? '-phone' : ''}`;
    await other.page.goto(`/flows/${flowId}/runs`);
    await bar(other.page).getByRole('button', { name: 'Release all…' }).click();
    const question = other.page.getByRole('dialog', { name: 'Release all…' });
    await question.getByText('Release 4 messages?').waitFor();
    await question.getByText('Thank you, ').first().waitFor();
    await keepScreenshot(other.page, `hold-bar-${name}`);
    await isClean(other.page, `hold-bar-${name}`);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await bar(other.page).getByRole('link', { name: 'Look through them' }).click();
    await other.page.getByText('Thank you, Rui').locator('visible=true').first().waitFor();
    await keepScreenshot(other.page, `held-messages-${name}`);
    await isClean(other.page, `held-messages-${name}`);
    expect(other.faults).toEqual([]);
    await other.context.close();
  }
});

test('one is let go from the list, one is discarded beside it, the others leave by one click on the flow', async () => {
  await page.goto(`/messages?status=held&flow=${flowId}`);
  await page.getByRole('button', { name: 'Release: Ada Obi' }).click();
  await eventually('one has left', async () => (await statuses()).includes('delivered'));
  await page.getByRole('link', { name: 'Thank you, Inês' }).click();
  await page.getByText('It waits for you').waitFor();
  await keepScreenshot(page, 'held-message');
  await page.getByRole('button', { name: 'Discard', exact: true }).click();
  await page
    .getByRole('dialog', { name: /Discard this message/ })
    .getByRole('button', { name: 'Discard' })
    .click();
  await page.getByText('Discarded by hand while it was held.').first().waitFor();
  await page.goto(`/flows/${flowId}/runs`);
  await bar(page).getByText('2 messages are held.').waitFor();
  await bar(page).getByRole('button', { name: 'Release all…' }).click();
  await page.getByRole('button', { name: 'Release 2', exact: true }).click();
  await page.getByText('2 messages released.').waitFor();
  await bar(page).waitFor({ state: 'detached' });
  await eventually(
    'the others have left',
    async () => (await statuses()).filter((one) => one === 'delivered').length === 3,
  );
  expect(await statuses()).toEqual(['cancelled', 'delivered', 'delivered', 'delivered']);
});
