/** Pools with a condition in the browser: built with a live count, filled, told why, changed only after a look at what that does. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { tooWide } from './look.ts';
import { desk, phone, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  for (const [firstName, lastName, tags] of [
    ['Ada', 'Okafor', ['rust', 'silver-medallist']],
    ['Ben', 'Sato', ['rust']],
    ['Chiara', 'Russo', ['go']],
    ['Dora', 'Novak', ['go', 'silver-medallist']],
    ['Emil', 'Lund', []],
  ] as const)
    await workspace.post('/api/candidates', {
      ...{ firstName, lastName, tags, email: `${firstName}@example.com` },
      headline: 'Engineer',
    });
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

test('a pool by condition says how many match while one writes it, fills, tells why, and shows what a change does before it is taken', async () => {
  const me = await visit(browser, town.address, { as: owner });
  const { page } = me;
  await page.goto('/pools/new');
  await page.getByLabel('Name', { exact: true }).fill('Rust people');
  await page.getByRole('radio', { name: /^Everyone who matches a condition/ }).check();
  const condition = page.getByRole('group', { name: 'The condition' });
  await condition.getByText('Fill in every value to see how many it matches.').waitFor();
  const choose = async (tag: string) => {
    await condition.getByRole('button', { name: /^Value/ }).click();
    await page.getByRole('option', { name: tag, exact: true }).click();
  };
  await choose('rust');
  await condition.getByText('Matches 2 of 5 candidates.').waitFor();
  await keepScreenshot(page, 'pool-by-condition-new-desk');
  await page.getByRole('button', { name: 'Create pool' }).click();

  await page.getByRole('heading', { name: 'Rust people' }).waitFor();
  await page.getByText('The condition decides, so nobody is added or taken out by hand.').waitFor();
  const members = page.getByRole('table', { name: 'Rust people' });
  await members.getByRole('link', { name: 'Ada Okafor' }).waitFor();
  await members.getByRole('link', { name: 'Ben Sato' }).waitFor();
  expect(await members.getByText('Tags include “rust”').count()).toBe(2);
  expect(await page.getByRole('button', { name: 'Add candidates' }).count()).toBe(0);
  expect(await members.getByRole('button', { name: /^Take out/ }).count()).toBe(0);
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
  await keepScreenshot(page, 'pool-by-condition-desk');

  const id = new URL(page.url()).pathname.split('/')[2] ?? '';
  await publishFlow(workspace, {
    name: 'Welcome to the club',
    settings: { reentry: 'once', exitOn: [] },
    nodes: [
      { id: 'in', type: 'joined-pool', position: { x: 0, y: 0 }, data: { poolId: id } },
      { id: 'done', type: 'end', position: { x: 0, y: 120 }, data: {} },
    ],
    edges: [{ id: 'e', source: 'in', sourceHandle: 'next', target: 'done' }],
  });
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await choose('silver-medallist');
  const preview = page.getByRole('region', { name: 'What this changes' });
  await preview.getByText('1 joins').waitFor();
  await preview.getByText(': Dora Novak').waitFor();
  await preview.getByText('1 leaves').waitFor();
  await preview.getByText(': Ben Sato').waitFor();
  await preview.getByRole('link', { name: 'Welcome to the club' }).waitFor();
  await condition.getByText('Matches 2 of 5 candidates.').waitFor();
  await keepScreenshot(page, 'pool-edit-desk');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('region', { name: 'Edit pool' }).waitFor({ state: 'detached' });
  await members.getByRole('link', { name: 'Dora Novak' }).waitFor();
  await members.getByRole('link', { name: 'Ben Sato' }).waitFor({ state: 'detached' });

  await page.goto('/pools');
  await page.getByText('By condition').waitFor();
  await page.getByRole('cell', { name: 'Tags include “silver-medallist”', exact: true }).waitFor();
  await keepScreenshot(page, 'pools-by-condition-desk');
  expect(me.faults).toEqual([]);
  await me.context.close();
});

test('a pool is put into the archive with the way back, stands there by itself, and its flow says so', async () => {
  const me = await visit(browser, town.address, { as: owner });
  const { page } = me;
  const { id } = await workspace.post<{ id: string }>('/api/pools', { name: 'Meetup guests' });
  const drawing = {
    name: 'After the meetup',
    settings: { reentry: 'once' as const, exitOn: [] },
    nodes: [
      { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
      { id: 'put', type: 'add-to-pool', position: { x: 0, y: 120 }, data: { poolId: id } },
      { id: 'done', type: 'end', position: { x: 0, y: 240 }, data: {} },
    ],
    edges: [
      { id: 'e1', source: 'start', sourceHandle: 'next', target: 'put' },
      { id: 'e2', source: 'put', sourceHandle: 'next', target: 'done' },
    ],
  };
  const flow = await publishFlow(workspace, drawing);
  const put = async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Put into the archive' }).click();
    await page.getByText('In the archive: nobody joins or leaves, and no flow may use it.').waitFor();
  };
  await page.goto(`/pools/${id}`);
  await put();
  const said = page.getByRole('status').filter({
    hasText: 'Pool “Meetup guests” is in the archive. “After the meetup” uses it and stops there.',
  });
  await said.waitFor();
  await said.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Add candidates' }).waitFor();
  await put();
  expect(await page.getByRole('button', { name: 'Add candidates' }).count()).toBe(0);
  await keepScreenshot(page, 'pool-archived-desk');

  await page.goto('/pools');
  const table = page.getByRole('table', { name: 'Pools' });
  await table.getByRole('link', { name: 'Rust people' }).waitFor();
  expect(await table.getByRole('link', { name: 'Meetup guests' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Archive', exact: true }).click();
  await table.getByRole('link', { name: 'Meetup guests' }).waitFor();
  await keepScreenshot(page, 'pools-archive-desk');

  await page.goto(`/flows/${flow}?step=put`);
  await page
    .getByText('“Meetup guests” is in the archive. Take it out of there, or choose another pool.')
    .first()
    .waitFor();
  await keepScreenshot(page, 'flow-pool-archived-desk');

  await page.goto('/pools?state=archived');
  await page.getByRole('button', { name: 'Take out of the archive: Meetup guests' }).click();
  await page.getByRole('heading', { name: 'No pool is in the archive' }).waitFor();
  expect(me.faults).toEqual([]);
  await me.context.close();
});

test('on a phone, and at night, the same can be read and changed', async () => {
  const { items } = await workspace.get<{ items: { id: string; name: string }[] }>('/api/pools');
  const id = items.find(({ name }) => name === 'Rust people')?.id ?? '';
  for (const [name, size] of [
    ['phone', phone],
    ['desk', desk],
  ] as const) {
    const me = await visit(browser, town.address, { as: owner, size, theme: 'dark' });
    for (const [screen, path] of [
      ['pools', '/pools'],
      ['pool', `/pools/${id}`],
      ['pool-edit', `/pools/${id}/edit`],
    ] as const) {
      await me.page.goto(path);
      await me.page.getByRole('main').waitFor();
      await me.page
        .getByText(screen === 'pool-edit' ? 'Matches 2 of 5 candidates.' : 'Tags include “silver-medallist”')
        .filter({ visible: true })
        .first()
        .waitFor();
      await keepScreenshot(me.page, `${screen}-by-condition-${name}-dark`);
      expect(await tooWide(me.page), `${screen} on a ${name}`).toBe(0);
    }
    expect(me.faults).toEqual([]);
    await me.context.close();
  }
});
