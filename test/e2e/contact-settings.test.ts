/** The rules for contact in a browser: what a change means is told, it is saved and taken back, and nobody overwrites another. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { isClean, tooWide } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;

interface Rules {
  hours: { from: string; to: string; days: number[] }[] | null;
  skipHolidays: boolean;
  caps: { classes: string[]; most: number; days: number }[];
  revision: number;
}
const rules = () => workspace.get<Rules>('/api/workspace/contact');
const means = () => page.getByRole('region', { name: 'What this means' });

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

test('a change says in words what it means, is saved, and can be taken back', async () => {
  await page.goto('/settings/contact');
  await page.getByRole('checkbox', { name: 'At any time' }).uncheck();
  await page.getByLabel('Friday until').fill('15:00');
  await page.getByRole('checkbox', { name: 'Closed on public holidays' }).check();
  const first = page.getByRole('group', { name: 'Limit 1' });
  await first.getByLabel('At most').fill('3');
  await means()
    .getByText(
      'Monday to Thursday 9:00–18:00, Friday 9:00–15:00 in the candidate’s time, not on public holidays of the candidate’s country.',
      { exact: true },
    )
    .waitFor();
  await means().getByText('At most 3 staying-in-touch and news mails together in 7 days.').waitFor();
  await keepScreenshot(page, 'contact-settings-changed');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await eventually('the rules are saved', async () => (await rules()).revision === 1);
  expect(await rules()).toMatchObject({
    hours: [
      { from: '09:00', to: '18:00', days: [1, 2, 3, 4] },
      { from: '09:00', to: '15:00', days: [5] },
    ],
    skipHolidays: true,
    caps: [{ most: 3 }, { most: 1 }],
  });
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await eventually('the rules are as they were', async () => (await rules()).revision === 2);
  expect(await rules()).toMatchObject({ hours: null, skipHolidays: false, caps: [{ most: 2 }, { most: 1 }] });
  await means().getByText('At any time of the day.', { exact: true }).waitFor();
});

test('what cannot hold is told where it stands, and what someone else has saved meanwhile is not overwritten', async () => {
  await page.goto('/settings/contact');
  const first = page.getByRole('group', { name: 'Limit 1' });
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await first.getByLabel('At most').fill('0');
  await save.click();
  await first.getByText('This must be at least 1.').waitFor();
  expect(me.faults.splice(0)).toHaveLength(2);
  await first.getByLabel('At most').fill('5');
  const { revision: _, ...before } = await rules();
  await workspace.put('/api/workspace/contact', {
    hours: before.hours,
    skipHolidays: true,
    caps: before.caps,
  });
  await save.click();
  await page.getByRole('alert').getByText('Someone else saved these settings').waitFor();
  expect(me.faults.splice(0)).toHaveLength(2);
  await page.getByRole('button', { name: 'Load again' }).click();
  await expect
    .poll(() => page.getByRole('checkbox', { name: 'Closed on public holidays' }).isChecked())
    .toBe(true);
  expect(await first.getByLabel('At most').inputValue()).toBe('2');
});

test('on a phone nothing is too wide, and axe has nothing to say in either theme', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const her = await visit(browser, town.address, { as: owner, size: phone, theme });
    await her.page.goto('/settings/contact');
    await her.page.getByRole('checkbox', { name: 'At any time' }).uncheck();
    await isClean(her.page);
    expect(await tooWide(her.page)).toBe(0);
    await keepScreenshot(her.page, `contact-settings-phone-${theme}`);
    await her.context.close();
  }
});
