/** Publishing with people on their way, by hand: the plan beside the canvas, its progress and its undo among the runs. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { isClean } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
let flowId: string;

const waiting = (rule: string): Graph => ({
  name: 'Stay in touch',
  settings: { reentry: 'once', exitOn: [] },
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    { id: 'later', type: 'wait', position: { x: 0, y: 84 }, data: { for: rule } },
    { id: 'done', type: 'end', position: { x: 0, y: 168 }, data: {} },
  ],
  edges: [
    { id: 'e1', source: 'start', sourceHandle: 'next', target: 'later' },
    { id: 'e2', source: 'later', sourceHandle: 'next', target: 'done' },
  ],
});

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  flowId = await publishFlow(workspace, waiting('P30D'));
  const candidateIds: string[] = [];
  for (const [firstName, lastName, email] of [
    ['Ada', 'Obi', 'ada@mail.example'],
    ['Inês', 'Carvalho', 'ines@mail.example'],
    ['Rui', 'Costa', 'rui@mail.example'],
  ])
    candidateIds.push(
      (await workspace.post<{ id: string }>('/api/candidates', { firstName, lastName, email })).id,
    );
  await workspace.post(`/api/flows/${flowId}/enrolments`, { candidateIds });
  await eventually('three wait', async () => (await versionsOf()).length === 3);
  await workspace.put(`/api/flows/${flowId}/draft`, waiting('P45D'));
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

const versionsOf = async (): Promise<number[]> =>
  (
    await workspace.get<{ items: { version: number; nodeId: string | null }[] }>(
      `/api/flows/${flowId}/enrolments`,
    )
  ).items
    .filter((run) => run.nodeId === 'later')
    .map((run) => run.version);
const plan = (on: Page) => on.getByRole('region', { name: 'On their way' });

test('the plan shows who waits where and what their wait becomes, in both themes and on a phone', async () => {
  for (const [theme, size] of [
    ['light', undefined],
    ['dark', undefined],
    ['dark', phone],
  ] as const) {
    const other = await visit(browser, town.address, { as: owner, theme, ...(size ? { size } : {}) });
    await other.page.goto(`/flows/${flowId}?panel=publish`);
    await plan(other.page).getByText('3 waiting').waitFor();
    await plan(other.page).getByText('Changed: Wait for.').waitFor();
    await plan(other.page).getByRole('button', { name: 'Move all' }).click();
    await plan(other.page)
      .getByText('They wait 45 days instead of 30 days, counted from when each began to wait.')
      .waitFor();
    const name = `publish-plan-${theme}${size ? '-phone' : ''}`;
    await plan(other.page).scrollIntoViewIfNeeded();
    await keepScreenshot(other.page, name);
    await isClean(other.page, name);
    expect(other.faults).toEqual([]);
    await other.context.close();
  }
});

test('those who are moved are seen to be, and are brought back by a click', async () => {
  await page.goto(`/flows/${flowId}?panel=publish`);
  await plan(page).getByLabel('What becomes of those at Wait 30 days').click();
  await page.getByRole('option', { name: 'Move to: Wait 45 days' }).click();
  await plan(page).getByText('They wait 45 days instead of 30 days').waitFor();
  await page.getByRole('button', { name: 'Publish v2', exact: true }).click();
  await page.getByText('Version 2 is live.').waitFor();
  await page.goto(`/flows/${flowId}/runs`);
  const done = page.getByRole('list', { name: 'What is done to many at once' });
  await done.getByText('Done · 3 of 3').waitFor();
  expect(await versionsOf()).toEqual([2, 2, 2]);
  await keepScreenshot(page, 'operations-done');
  await isClean(page, 'operations');
  await done.getByRole('button', { name: 'Undo' }).click();
  await done.getByText('Bring back to the earlier version').waitFor();
  await eventually('all are back', async () => (await versionsOf()).join() === '1,1,1');
});

test('everyone in the list is repaired at once', async () => {
  await page.goto(`/flows/${flowId}/runs?status=open`);
  await page.getByRole('row').filter({ hasText: 'Ada Obi' }).waitFor();
  await page.getByRole('button', { name: 'Repair', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Repair many at once' });
  await panel.getByText('For everyone on the way in this list (3 shown).').waitFor();
  await panel.getByLabel('What to do').click();
  await page.getByRole('option', { name: 'End the wait, or leave out the failed step' }).click();
  await keepScreenshot(page, 'repair-many');
  await panel.getByRole('button', { name: 'Repair', exact: true }).click();
  await eventually('all three have come to the end', async () => {
    const { items } = await workspace.get<{ items: { status: string }[] }>(
      `/api/flows/${flowId}/enrolments?status=ended`,
    );
    return items.length === 3;
  });
});
