/** The picker of recurrences, and how many a condition matches, in a flow's inspector. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { tooWide } from './look.ts';
import { desk, phone, type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let flowId: string;

/** Drawn, not published. */
const drawn: Graph = {
  name: 'Keep warm',
  settings: { reentry: 'always', exitOn: [] },
  nodes: [
    {
      id: 'monday',
      type: 'schedule',
      position: { x: 0, y: 0 },
      data: {
        rule: 'FREQ=WEEKLY;BYDAY=MO',
        start: '2026-01-05',
        at: '09:00',
        when: { field: 'candidate.tags', op: 'contains', value: 'rust' },
      },
    },
    {
      id: 'which',
      type: 'branch',
      position: { x: 0, y: 120 },
      data: {
        cases: [
          { port: 'offer', label: 'Offer', when: { field: 'application.stage', op: 'is', value: 'Offer' } },
          { port: 'when', label: 'Day', when: { field: 'event.date', op: 'not-empty' } },
        ],
      },
    },
    { id: 'done', type: 'end', position: { x: 0, y: 300 }, data: {} },
  ],
  edges: [
    { id: 'e1', source: 'monday', sourceHandle: 'next', target: 'which' },
    { id: 'e2', source: 'which', sourceHandle: 'offer', target: 'done' },
    { id: 'e3', source: 'which', sourceHandle: 'when', target: 'done' },
    { id: 'e4', source: 'which', sourceHandle: 'else', target: 'done' },
  ],
};

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  for (const [firstName, tags] of [
    ['Ada', ['rust']],
    ['Ben', ['go']],
  ] as const)
    await workspace.post('/api/candidates', { firstName, tags, email: `${firstName}@example.com` });
  flowId = (await workspace.post<{ id: string }>('/api/flows', { name: drawn.name })).id;
  await workspace.put(`/api/flows/${flowId}/draft`, drawn);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const picker = (page: Page) => page.getByRole('group', { name: 'Repeats' });
async function choose(page: Page, label: string, option: string): Promise<void> {
  await picker(page)
    .getByRole('combobox', { name: label, exact: true })
    .or(picker(page).getByLabel(label, { exact: true }))
    .first()
    .click();
  await page.getByRole('option', { name: option, exact: true }).click();
  await page.getByRole('listbox').waitFor({ state: 'detached' });
}

test('a recurrence is picked and said in words with its next days; what cannot be picked is kept as it is written', async () => {
  const me: Visit = await visit(browser, town.address, { as: owner });
  const { page } = me;
  await page.goto(`/flows/${flowId}?step=monday`);
  const repeats = picker(page);
  await repeats.getByText('Every week on Monday, 9:00').waitFor();
  await repeats.getByText(/^Next: Mon \d.*, 9:00 · Mon \d.*, 9:00 · Mon \d.*, 9:00 \(Lisbon\)$/).waitFor();
  await repeats.getByRole('button', { name: 'Thursday' }).click();
  await repeats.getByText('Every week on Monday and Thursday, 9:00').waitFor();
  await choose(page, 'How it repeats', 'Every month, on a weekday');
  await choose(page, 'Which one', 'the last');
  await choose(page, 'Weekday', 'Friday');
  await choose(page, 'Ends', 'After some times');
  await repeats.getByRole('spinbutton', { name: 'How many times' }).fill('400');
  await repeats.getByText('Every month on the last Friday, 400 times, 9:00').waitFor();
  await repeats.getByText('FREQ=MONTHLY;BYDAY=-1FR;COUNT=400').waitFor();
  await repeats.getByText(/^Next: Fri .* · Fri .* · Fri .*\(Lisbon\)$/).waitFor();
  await keepScreenshot(page, 'flow-recurrence-desk');

  await choose(page, 'How it repeats', 'By a rule of your own');
  await repeats.getByRole('textbox', { name: 'Rule' }).fill('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30');
  await repeats.getByText('Every year on the 30th in February, 9:00').waitFor();
  await repeats.getByText('There is no day to which it comes.').waitFor();
  await page.getByText('“Repeats” cannot be used: there is no day to which it comes.').first().waitFor();
  await repeats.getByRole('textbox', { name: 'Rule' }).fill('FREQ=YEARLY;BYMONTH=3;BYDAY=1MO');
  await repeats.getByText('Every year on the first Monday in March, 9:00').waitFor();

  await page.getByText('Matches 1 of 2 candidates.').waitFor();
  await page.goto(`/flows/${flowId}?step=which`);
  await page.getByText('Matches 0 of 2 candidates. Counted by any of their applications').waitFor();
  await page.getByText('Asks about what has just happened, so nobody can be counted beforehand.').waitFor();
  await keepScreenshot(page, 'flow-branch-counted-desk');
  expect(me.faults).toEqual([]);
  await me.context.close();
});

test('the picker fits a phone and the night', async () => {
  for (const [name, size] of [
    ['phone', phone],
    ['desk', desk],
  ] as const) {
    const me = await visit(browser, town.address, { as: owner, size, theme: 'dark' });
    await me.page.goto(`/flows/${flowId}?step=monday`);
    await picker(me.page)
      .getByText(/^Next: /)
      .waitFor();
    await keepScreenshot(me.page, `flow-recurrence-${name}-dark`);
    expect(await tooWide(me.page), name).toBe(0);
    expect(me.faults).toEqual([]);
    await me.context.close();
  }
});
