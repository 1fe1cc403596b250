/** Mending runs by hand: a few chosen in the list, one taken to another step, a pool let in at a pace. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { isClean, tooWide } from './look.ts';
import { desk, phone, type Visit, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
let flowId: string;

const graph: Graph = {
  name: 'Stay in touch',
  settings: { reentry: 'once', exitOn: [] },
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    { id: 'later', type: 'wait', position: { x: 0, y: 84 }, data: { for: 'P30D' } },
    { id: 'warm', type: 'add-tag', position: { x: 0, y: 168 }, data: { tag: 'warm' } },
    { id: 'again', type: 'wait', position: { x: 0, y: 252 }, data: { for: 'P10D' } },
    { id: 'done', type: 'end', position: { x: 0, y: 336 }, data: {} },
  ],
  edges: ['later', 'warm', 'again', 'done'].map((target, n, all) => ({
    id: `e${n}`,
    source: all[n - 1] ?? 'start',
    sourceHandle: 'next',
    target,
  })),
};
const names = ['Ada Obi', 'Inês Carvalho', 'Rui Costa'];
const add = async (name: string) => {
  const [firstName, lastName] = name.split(' ');
  const email = `${lastName?.toLowerCase()}@mail.example`;
  return (await workspace.post<{ id: string }>('/api/candidates', { firstName, lastName, email })).id;
};
interface Run {
  id: string;
  status: string;
  nodeId: string | null;
  candidate: { fullName: string };
}
const runs = async (query = '') =>
  (await workspace.get<{ items: Run[] }>(`/api/flows/${flowId}/enrolments${query}`)).items;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  flowId = await publishFlow(workspace, graph);
  const candidateIds: string[] = [];
  for (const name of names) candidateIds.push(await add(name));
  await workspace.post(`/api/flows/${flowId}/enrolments`, { candidateIds });
  await eventually('three wait', async () => (await runs()).length === 3);
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

const choice = (name: string, on = page) => on.getByRole('checkbox', { name: `Choose ${name}`, exact: true });

test('only those chosen in the list are repaired, by mouse or by key', async () => {
  await page.goto(`/flows/${flowId}/runs?status=open`);
  await choice('Ada Obi').check();
  await page.keyboard.press('Escape');
  await choice('Rui Costa').check();
  await page.getByRole('button', { name: 'Repair 2', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Repair many at once' });
  await panel.getByText('For 2 candidates chosen here.', { exact: true }).waitFor();
  await panel.getByLabel('What to do').click();
  await page.getByRole('option', { name: 'Move to another step' }).click();
  await panel.getByLabel('Which step').click();
  await page.getByRole('option', { name: 'Wait 10 days' }).click();
  await keepScreenshot(page, 'repair-chosen');
  await isClean(page);
  await panel.getByRole('button', { name: 'Repair', exact: true }).click();
  await eventually('two stand at the second wait', async () => {
    const there = (await runs('?node=again')).map((run) => run.candidate.fullName).sort();
    return there.join() === 'Ada Obi,Rui Costa';
  });
  expect((await runs('?node=later')).map((run) => run.candidate.fullName)).toEqual(['Inês Carvalho']);
  // What was chosen is done: the next repair means everyone again.
  await page.getByRole('button', { name: 'Repair', exact: true }).waitFor();
});

test('one run is taken to another step from its own page, and says by whom', async () => {
  const [run] = await runs('?node=later');
  await page.goto(`/flows/${flowId}/runs/${run?.id}`);
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Move to another step' });
  await panel.getByLabel('Which step').click();
  // The step she stands at is no place to go.
  expect(await page.getByRole('option').allInnerTexts()).not.toContain('Wait 30 days');
  await page.getByRole('option', { name: 'Wait 10 days' }).click();
  await keepScreenshot(page, 'run-move');
  await isClean(page);
  await panel.getByRole('button', { name: 'Move there' }).click();
  await panel.waitFor({ state: 'detached' });
  await eventually('she waits there', async () => (await runs('?node=again')).length === 3);
  const history = page.getByRole('complementary', { name: 'This run' });
  await history.getByText('Moved to another step by hand', { exact: true }).waitFor();
  await history.getByText('By Mara Lindqvist', { exact: true }).waitFor();
});

test('a pool is let in at a pace, which says how long it takes', async () => {
  const pool = await workspace.post<{ id: string }>('/api/pools', { name: 'Newcomers' });
  const candidateIds: string[] = [];
  for (const name of ['Eva Lima', 'Tom Berg', 'Ida Holm', 'Max Roth', 'Zoe Falk'])
    candidateIds.push(await add(name));
  await workspace.post(`/api/pools/${pool.id}/members`, { candidateIds });
  await page.goto(`/flows/${flowId}/runs`);
  await page.getByRole('button', { name: 'Add candidates' }).click();
  const panel = page.getByRole('dialog', { name: 'Add candidates', exact: true });
  await panel.getByRole('button', { name: /^A candidate or a pool/ }).click();
  await page.getByRole('option', { name: /^Newcomers/ }).click();
  const pace = panel.getByLabel('At most a minute');
  await pace.fill('0');
  await panel.getByText('Write a whole number from 1 to 100,000.', { exact: true }).waitFor();
  expect(await panel.getByRole('button', { name: 'Let them enter' }).isDisabled()).toBe(true);
  await pace.fill('1');
  await panel.getByText(/^At 1 a minute the last one enters about .+\. It can be called off\.$/).waitFor();
  await keepScreenshot(page, 'enrol-at-a-pace');
  await isClean(page);
  await panel.getByRole('button', { name: 'Let them enter' }).click();
  await panel.waitFor({ state: 'detached' });
  const done = page.getByRole('list', { name: 'What is done to many at once' });
  const line = done.getByRole('listitem').filter({ hasText: 'Enrol a pool' });
  await line.waitFor();
  await line.getByRole('button', { name: 'Call off' }).click();
  await line.getByText(/^Called off/).waitFor();
  expect((await runs()).length).toBeLessThan(8);
});

test('the list and a run, with all that can be done, in both themes and on a phone', async () => {
  const [run] = await runs('?node=again');
  for (const theme of ['light', 'dark'] as const)
    for (const [size, name] of [
      [desk, 'desk'],
      [phone, 'phone'],
    ] as const) {
      const her = await visit(browser, town.address, { as: owner, size, theme });
      await her.page.goto(`/flows/${flowId}/runs?status=open`);
      await choice('Ada Obi', her.page).check();
      await isClean(her.page);
      expect(await tooWide(her.page)).toBe(0);
      await keepScreenshot(her.page, `repair-list-${name}-${theme}`);
      await her.page.goto(`/flows/${flowId}/runs/${run?.id}`);
      await her.page.getByRole('button', { name: 'Move', exact: true }).waitFor();
      await isClean(her.page);
      expect(await tooWide(her.page)).toBe(0);
      await keepScreenshot(her.page, `repair-run-${name}-${theme}`);
      expect(her.faults).toEqual([]);
      await her.context.close();
    }
});
