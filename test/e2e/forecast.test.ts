/** The forecast before publishing, by hand: in short beside the canvas, then who gets what and when, and who is kept from it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { isClean, looksRight, shiftsWhile, tooWide } from './look.ts';
import { desk, phone, type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
let flowId: string;
let poolId: string;

const people = [
  { firstName: 'Ada', lastName: 'Obi' },
  { firstName: 'Inês', lastName: 'Carvalho' },
  { firstName: 'Rui', lastName: 'Costa' },
  { lastName: 'Nameless' },
];

const drawn = (templateId: string): Graph => ({
  name: 'Keep warm',
  settings: { reentry: 'after-exit', exitOn: [], contact: { class: 'nurture' } },
  nodes: [
    { id: 'tagged', type: 'tag-added', position: { x: 0, y: 0 }, data: {} },
    { id: 'hello', type: 'send-email', position: { x: 0, y: 84 }, data: { templateId } },
    { id: 'soon', type: 'wait', position: { x: 0, y: 168 }, data: { for: 'P1D' } },
    { id: 'again', type: 'send-email', position: { x: 0, y: 252 }, data: { templateId } },
    { id: 'later', type: 'wait', position: { x: 0, y: 336 }, data: { for: 'P2D' } },
    { id: 'third', type: 'send-email', position: { x: 0, y: 420 }, data: { templateId } },
    { id: 'done', type: 'end', position: { x: 0, y: 504 }, data: {} },
  ],
  edges: [
    ['tagged', 'hello'],
    ['hello', 'soon'],
    ['soon', 'again'],
    ['again', 'later'],
    ['later', 'third'],
    ['third', 'done'],
  ].map(([source = '', target = '']) => ({ id: source, source, sourceHandle: 'next', target })),
});

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const { id: templateId } = await workspace.post<{ id: string }>('/api/templates', {
    name: 'Hello',
    subject: 'Hello {{ candidate.firstName }}',
    body: 'Hello.',
  });
  ({ id: poolId } = await workspace.post<{ id: string }>('/api/pools', { name: 'Engineers' }));
  for (const [index, person] of people.entries()) {
    const email = `person-${index}@mail.example`;
    const { id } = await workspace.post<{ id: string }>('/api/candidates', { ...person, email });
    await workspace.post(`/api/candidates/${id}/tags`, { add: ['warm'] });
    if (index < 2) await workspace.post(`/api/pools/${poolId}/members`, { candidateIds: [id] });
  }
  ({ id: flowId } = await workspace.post<{ id: string }>('/api/flows', { name: 'Keep warm' }));
  await workspace.put(`/api/flows/${flowId}/draft`, drawn(templateId), { 'if-match': '1' });
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

const inShort = (on: Page) => on.getByRole('region', { name: 'Forecast', exact: true });
const whoGetsWhat = (on: Page) => on.getByRole('region', { name: 'Who gets what, and when' });
/** Holds up the answers to requests of a kind until `goOn`. */
async function holdUp(on: Page, what: string): Promise<{ goOn: () => void }> {
  const { promise: free, resolve: goOn } = Promise.withResolvers<void>();
  await on.route(`**/api/flows/*/${what}*`, async (route) => {
    await free;
    await route.continue();
  });
  return { goOn };
}
const rowsIn = (on: Page) => whoGetsWhat(on).getByRole('row');

test('publishing shows what would happen by itself: how many mails to how many, and what is in the way', async () => {
  await page.goto(`/flows/${flowId}?panel=publish`);
  await inShort(page).getByText('9 mails to 3 people; 4 people would enter.').waitFor();
  await inShort(page)
    .getByText('1 person lacks candidate.firstName in “Hello”', { exact: false })
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Publish v1', exact: true }).isEnabled()).toBe(true);
  await isClean(page, 'publishing');
  await keepScreenshot(page, 'forecast-publish');
});

test('from there one comes to everyone who gets something, and to those who are kept from it', async () => {
  await inShort(page).getByRole('link', { name: 'See who and when' }).click();
  await whoGetsWhat(page).waitFor();
  // Four people and the head.
  expect(await rowsIn(page).count()).toBe(5);
  await page.getByText('3 people hit the limit of 2 mails in 7 days', { exact: false }).first().waitFor();
  await page.getByRole('link', { name: 'See who: 1 person lacks candidate.firstName', exact: false }).click();
  await whoGetsWhat(page).getByRole('link', { name: 'Show everyone' }).waitFor();
  await rowsIn(page).nth(2).waitFor({ state: 'detached' });
  await whoGetsWhat(page).getByText('Stuck: candidate.firstName is missing').waitFor();
  await whoGetsWhat(page).getByRole('link', { name: 'Show everyone' }).click();
  await rowsIn(page).nth(4).waitFor();
});

test('another cohort is chosen by keyboard, and stands in the address', async () => {
  await page.getByLabel('For whom').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Everyone in a pool, now' }).click();
  await page.getByRole('heading', { name: 'Choose a pool' }).waitFor();
  await page.goto(`/flows/${flowId}/forecast?cohort=pool&pool=${poolId}`);
  await rowsIn(page).nth(2).waitFor();
  expect(await rowsIn(page).count()).toBe(3);
  const when = JSON.stringify({ field: 'candidate.lastName', op: 'is', value: 'Costa' });
  await page.goto(`/flows/${flowId}/forecast?cohort=condition&when=${encodeURIComponent(when)}`);
  await whoGetsWhat(page).getByRole('link', { name: 'Rui Costa' }).waitFor();
  expect(await rowsIn(page).count()).toBe(2);
});

test('the live version is forecast beside the draft, at a pace, and both stand in the address', async () => {
  await workspace.post(`/api/flows/${flowId}/publish`, {});
  const { graph, revision } = await workspace.get<{ graph: Graph; revision: number }>(
    `/api/flows/${flowId}/draft`,
  );
  // The draft writes twice where the live version writes three times.
  const shorter = {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => id !== 'third'),
    edges: [
      ...graph.edges.filter(({ source, target }) => source !== 'third' && target !== 'third'),
      { id: 'end', source: 'later', sourceHandle: 'next', target: 'done' },
    ],
  };
  await workspace.put(`/api/flows/${flowId}/draft`, shorter, { 'if-match': String(revision) });
  await page.goto(`/flows/${flowId}/forecast?cohort=pool&pool=${poolId}`);
  const mails = page.getByRole('definition').filter({ hasText: /^\d+$/ }).nth(1);
  await page.getByText('What the draft would do.', { exact: false }).waitFor();
  await mails.filter({ hasText: /^4$/ }).waitFor();
  await page
    .getByRole('navigation', { name: 'What is forecast' })
    .getByRole('link', { name: 'Live, v1' })
    .click();
  await page.getByText('What the live version would do.', { exact: false }).waitFor();
  await mails.filter({ hasText: /^6$/ }).waitFor();
  const pace = page.getByLabel('At most a minute');
  await pace.fill('0');
  await pace.press('Enter');
  await page.getByText('Write a whole number from 1 to 100,000.').waitFor();
  await pace.fill('1');
  await pace.press('Enter');
  await page.getByText(/^the last one /).waitFor();
  expect(new URL(page.url()).searchParams.get('rate')).toBe('1');
  const [first, last] = (
    await workspace.post<{ items: { entersAt: string }[] }>(`/api/flows/${flowId}/forecast`, {
      cohort: { poolId },
      of: 'live',
      perMinute: 1,
    })
  ).items.map(({ entersAt }) => Date.parse(entersAt));
  expect(Math.abs((last ?? 0) - (first ?? 0))).toBe(60_000);
  // The address alone says the same again.
  await page.reload();
  await page.getByText('What the live version would do.', { exact: false }).waitFor();
  await mails.filter({ hasText: /^6$/ }).waitFor();
  await page.getByText(/^the last one /).waitFor();
  expect(await pace.inputValue()).toBe('1');
});

test('nothing in the panel for publishing moves while it is still being told what to say', async () => {
  const [person] = (await workspace.get<{ items: { id: string }[] }>('/api/candidates?limit=1')).items;
  await workspace.post(`/api/candidates/${person?.id}/tags`, { remove: ['warm'] });
  await workspace.post(`/api/candidates/${person?.id}/tags`, { add: ['warm'] });
  await eventually('one is on the way', async () => {
    const { items } = await workspace.get<{ items: { nodeId: string | null }[] }>(
      `/api/flows/${flowId}/enrolments`,
    );
    return items.some(({ nodeId }) => nodeId !== null);
  });
  for (const [size, at] of [
    [desk, 'desk'],
    [phone, 'phone'],
  ] as const) {
    const other = await visit(browser, town.address, { as: owner, size });
    const forecast = await holdUp(other.page, 'forecast');
    const versions = await holdUp(other.page, 'versions');
    const preview = await holdUp(other.page, 'publish/preview');
    await other.page.goto(`/flows/${flowId}?panel=publish`);
    const panel = other.page.getByRole('complementary', { name: 'Details' });
    const button = panel.getByRole('button', { name: 'Publish v2', exact: true });
    await panel.getByText('Counting who is on the way', { exact: false }).waitFor();
    const before = await button.boundingBox();
    const note = await panel.getByLabel('Note').boundingBox();
    const shifts = await shiftsWhile(other.page, 'aside', async () => {
      const told = other.page.waitForResponse(/\/forecast$/);
      forecast.goOn();
      await told;
      versions.goOn();
      preview.goOn();
      await panel.getByText(/^1 candidate on the way finishes/).waitFor();
      await inShort(other.page).getByRole('figure').waitFor({ state: 'attached' });
    });
    expect(shifts, at).toBeLessThan(0.001);
    expect(await button.boundingBox(), at).toEqual(before);
    expect(await panel.getByLabel('Note').boundingBox(), at).toEqual(note);
    await looksRight(other.page, `publish-panel-${at}`);
    await inShort(other.page).scrollIntoViewIfNeeded();
    await looksRight(other.page, `publish-panel-end-${at}`);
    // What does move is seen.
    const pushed = await shiftsWhile(other.page, 'aside', async () => {
      await panel.evaluate((aside) => {
        aside.insertAdjacentHTML(
          'afterbegin',
          '<p style="height:80px;flex:none">A callout that comes late</p>',
        );
      });
      await panel.getByText('A callout that comes late').waitFor();
    });
    expect(pushed, at).toBeGreaterThan(0.001);
    expect(other.faults, at).toEqual([]);
    await other.context.close();
  }
});

test('it is clean and readable in both themes, at the desk and on a phone', async () => {
  for (const [theme, size] of [
    ['light', desk],
    ['dark', desk],
    ['light', phone],
    ['dark', phone],
  ] as const) {
    const look = await visit(browser, town.address, { as: owner, theme, size });
    await look.page.goto(`/flows/${flowId}/forecast`);
    await whoGetsWhat(look.page).waitFor();
    const name = `forecast-${size === phone ? 'phone' : 'desk'}-${theme}`;
    await keepScreenshot(look.page, name);
    await isClean(look.page, name);
    expect(await tooWide(look.page), name).toBe(0);
    expect(look.faults, name).toEqual([]);
    await look.context.close();
  }
});
