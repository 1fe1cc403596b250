/** Two people in two browsers draw on one flow: each sees the other's work, and nothing is overwritten unasked. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { Canvas } from './canvas.ts';
import { looksRight } from './look.ts';
import { type Visit, visit } from './visit.ts';
import { addPerson, owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let mara: Visit;
let ines: Visit;
let flow = '';

const twoTags: Graph = {
  name: 'Keep warm',
  settings: { reentry: 'once', exitOn: [] },
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    { id: 'first', type: 'add-tag', position: { x: 0, y: 84 }, data: { tag: 'warm' } },
    { id: 'second', type: 'add-tag', position: { x: 0, y: 168 }, data: { tag: 'met' } },
    { id: 'over', type: 'end', position: { x: 0, y: 252 }, data: {} },
  ],
  edges: [
    { id: 'e1', source: 'start', sourceHandle: 'next', target: 'first' },
    { id: 'e2', source: 'first', sourceHandle: 'next', target: 'second' },
    { id: 'e3', source: 'second', sourceHandle: 'next', target: 'over' },
  ],
};

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const colleague = await addPerson(
    workspace,
    { name: 'Ines Prado', email: 'ines@halden.example', password: 'another long password' },
    'recruiter',
  );
  mara = await visit(browser, town.address, { as: owner });
  ines = await visit(browser, town.address, { as: colleague });
});
beforeEach(async () => {
  flow = (await workspace.post<{ id: string }>('/api/flows', { name: twoTags.name })).id;
  await workspace.put(`/api/flows/${flow}/draft`, twoTags);
  for (const { page } of [mara, ines]) {
    await page.goto(`/flows/${flow}`);
    await new Canvas(page).step('“warm”').waitFor();
  }
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    for (const [i, { page }] of [mara, ines].entries())
      await keepScreenshot(page, `failed ${task.name} ${i}`);
  await ines.context.unrouteAll();
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const saved = (page: Page) => page.getByRole('status').filter({ hasText: /Saved \d/ });
const notSaved = (page: Page) => page.getByRole('status').filter({ hasText: 'Not saved' });

/** Opens the step that tags with `from` and lets it tag with `to`. */
async function retag(page: Page, from: string, to: string): Promise<void> {
  const canvas = new Canvas(page);
  await canvas.step(`“${from}”`).click();
  await canvas.pick('Tag', to);
  await canvas.step(`“${to}”`).waitFor();
}

/** The tags in the draft on the server, from top to bottom. */
async function stored(): Promise<unknown[]> {
  const { graph } = await workspace.get<{ graph: Graph }>(`/api/flows/${flow}/draft`);
  return graph.nodes.filter((node) => node.type === 'add-tag').map((node) => node.data.tag);
}

/** From now on nothing that Ines draws reaches the server. */
const cutOff = () =>
  ines.context.route('**/api/flows/*/draft', (route) =>
    route.request().method() === 'PUT' ? route.abort('connectionrefused') : route.fallback(),
  );

async function backOnline(): Promise<void> {
  await ines.context.unrouteAll();
  await notSaved(ines.page).getByRole('button').click();
}

test('what one saves comes up before the other, who keeps her place; undo takes back one’s own alone', async () => {
  const [hers, mine] = [new Canvas(ines.page), new Canvas(mara.page)];
  await hers.step('“met”').click();
  await retag(mara.page, 'warm', 'silver');
  await hers.step('“silver”').waitFor();
  await ines.page.getByText('A colleague changed “').waitFor();
  expect(new URL(ines.page.url()).searchParams.get('step')).toBe('second');
  await hers.pick('Tag', 'gold');
  await mine.step('“gold”').waitFor();
  expect(await stored()).toEqual(['silver', 'gold']);
  await mine.step('End').click();
  await mara.page.keyboard.press('Control+z');
  await hers.step('“warm”').waitFor();
  expect(await stored()).toEqual(['warm', 'gold']);
  await mara.page.keyboard.press('Control+Shift+z');
  await hers.step('“silver”').waitFor();
  expect(await stored()).toEqual(['silver', 'gold']);
});

test('changes of different steps made apart are both there, without a question', async () => {
  await cutOff();
  await retag(ines.page, 'met', 'gold');
  await notSaved(ines.page).waitFor();
  await retag(mara.page, 'warm', 'silver');
  await saved(mara.page).waitFor();
  await backOnline();
  await new Canvas(mara.page).step('“gold”').waitFor();
  await new Canvas(ines.page).step('“silver”').waitFor();
  expect(await ines.page.getByRole('alert').count()).toBe(0);
  expect(await stored()).toEqual(['silver', 'gold']);
});

test('what was drawn offline goes through the same after a reload', async () => {
  await cutOff();
  await retag(ines.page, 'met', 'gold');
  await notSaved(ines.page).waitFor();
  await retag(mara.page, 'warm', 'silver');
  await new Canvas(mara.page).step('“silver”').waitFor();
  await expect.poll(stored, { timeout: 45_000 }).toEqual(['silver', 'met']);
  await ines.context.unrouteAll();
  ines.page.once('dialog', (dialog) => void dialog.accept());
  await ines.page.reload();
  await new Canvas(ines.page).step('“silver”').waitFor();
  await new Canvas(mara.page).step('“gold”').waitFor();
  expect(await stored()).toEqual(['silver', 'gold']);
});

test('who changed the same field is asked; her choice holds, and undo brings back the other', async () => {
  await cutOff();
  await retag(ines.page, 'warm', 'hers');
  await notSaved(ines.page).waitFor();
  await retag(mara.page, 'warm', 'mine');
  await expect.poll(stored, { timeout: 45_000 }).toEqual(['mine', 'met']);
  await backOnline();
  const question = ines.page.getByRole('alert', { name: 'You and a colleague changed the same thing.' });
  await question.waitFor();
  await looksRight(ines.page, 'together-question');
  expect(await stored()).toEqual(['mine', 'met']);
  expect(await question.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await question.getByRole('radio', { name: /^Theirs .*“mine”/ }).check();
  await question.getByRole('radio', { name: /^Mine .*“hers”/ }).check();
  await question.getByRole('button', { name: 'Save' }).click();
  await question.waitFor({ state: 'detached' });
  await new Canvas(mara.page).step('“hers”').waitFor();
  expect(await stored()).toEqual(['hers', 'met']);
  await new Canvas(ines.page).step('End').click();
  await ines.page.keyboard.press('Control+z');
  await new Canvas(mara.page).step('“mine”').waitFor();
  expect(await stored()).toEqual(['mine', 'met']);
});
