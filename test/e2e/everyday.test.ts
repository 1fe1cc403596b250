/** A recruiter's day in lists, on the board, at a note and a template, by keyboard; and what becomes of the work when something fails. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { type Visit, visit } from './visit.ts';
import { addPerson, owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
const ids: Record<string, string> = {};
const people = ['Ada Obi', 'Ben Okafor', 'Cleo Marin', 'Dora Weiss', 'Emil Sand'];
const password = 'another long password';

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const pipeline = await workspace.post<{ id: string }>('/api/pipelines', {
    name: 'Engineers',
    stages: ['Applied', 'Screen', 'Interview'].map((name) => ({ name, kind: 'active', targetDays: 3 })),
  });
  const job = await workspace.post<{ id: string }>('/api/jobs', {
    title: 'Engineer',
    pipelineId: pipeline.id,
  });
  for (const name of people) {
    const [firstName = '', lastName = ''] = name.split(' ');
    const email = `${firstName.toLowerCase()}@mail.example`;
    const { id } = await workspace.post<{ id: string }>('/api/candidates', { firstName, lastName, email });
    await workspace.post(`/api/candidates/${id}/applications`, { jobId: job.id });
    ids[name] = id;
  }
  ids.Engineers = pipeline.id;
  me = await visit(browser, town.address, { as: owner });
  page = me.page;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed ${task.name}`);
  await page.unrouteAll();
  expect(me.faults.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const row = (name: string) => page.getByRole('row').filter({ hasText: name });
const bulk = () => page.getByRole('toolbar');
const toast = (text: string) => page.getByRole('status').getByText(text);
const focused = (what: Locator) => what.evaluate((element) => element === document.activeElement);
const byName = async () => {
  await page.goto('/candidates?sort=name');
  await row('Emil Sand').waitFor();
};
/** What the browser complains of when the test itself breaks a request. */
const expectFaults = () => expect(me.faults.splice(0).length).toBeGreaterThan(0);

test('j, k, space and shift-click select; the bulk bar tags them and takes it back', async () => {
  await byName();
  await press('j', 'j', 'Space');
  expect(await focused(page.getByRole('link', { name: 'Ben Okafor' }))).toBe(true);
  await bulk().getByText('1 selected').waitFor();
  await row('Dora Weiss').click({ modifiers: ['Shift'] });
  await bulk().getByText('3 selected').waitFor();
  await bulk().getByText('Ben Okafor, Cleo Marin, Dora Weiss').waitFor();

  await bulk().getByRole('button', { name: 'Tag' }).click();
  await page.keyboard.type('warm');
  await press('Enter');
  await toast('Tagged 3 candidates “warm”.').waitFor();
  await row('Cleo Marin').getByText('warm').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await toast('Tag “warm” removed again.').waitFor();
  await row('Cleo Marin').getByText('warm').waitFor({ state: 'detached' });

  await press('Escape');
  await bulk().waitFor({ state: 'detached' });
  await press('k', 'Enter');
  await page.waitForURL(/\/candidates\/[0-9a-f-]+\?in=/);
});

test('search, filter and order stand in the address, and Back takes them off again', async () => {
  await byName();
  await press('/');
  await page.keyboard.type('ada');
  await page.waitForURL(/q=ada/);
  await row('Ben Okafor').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.keyboard.type('Stage');
  await press('Enter');
  await page.getByRole('option', { name: 'Interview Engineers' }).click();
  await page.getByRole('heading', { name: 'Nobody matches' }).waitFor();
  await page.goBack();
  await row('Ada Obi').waitFor();
  await page.getByRole('button', { name: 'Sort: Name' }).click();
  await page.getByRole('menuitem', { name: 'Newest' }).click();
  await page.waitForURL(/sort=created/);
  await page.goBack();
  await page.getByRole('button', { name: 'Sort: Name' }).waitFor();
});

test('a card moves by key at once; refused, it goes back with a sentence and another try', async () => {
  await page.goto(`/pipelines/${ids.Engineers}`);
  const stage = (name: string) => page.getByRole('region', { name, exact: true });
  const card = (name: string) => page.getByRole('link', { name });
  await stage('Applied').getByRole('link', { name: 'Ada Obi' }).focus();
  await press('ArrowDown');
  expect(await focused(card('Ben Okafor'))).toBe(true);
  await press('ArrowUp', 'ArrowUp', 'ArrowRight');
  expect(await focused(card('Ada Obi'))).toBe(true);

  await page.route('**/api/applications/*', (route) => route.abort());
  await press('Shift+ArrowRight');
  await toast('Tendril cannot be reached').or(toast('The server did not answer')).first().waitFor();
  await stage('Applied').getByRole('link', { name: 'Ada Obi' }).waitFor();
  await page.unroute('**/api/applications/*');
  expectFaults();
  await page.getByRole('button', { name: 'Try again' }).click();
  await toast('Ada Obi moved to Screen.').waitFor();
  await stage('Screen').getByRole('link', { name: 'Ada Obi' }).waitFor();

  await card('Ben Okafor').focus();
  await press('ArrowRight');
  expect(await focused(card('Ada Obi'))).toBe(true);
});

test('a note that is not saved stays with its candidate', async () => {
  const note = page.getByRole('textbox', { name: 'Write a note' });
  await byName();
  await page.getByRole('link', { name: 'Ada Obi' }).click();
  await page.getByRole('heading', { name: 'Ada Obi' }).waitFor();
  await page.getByRole('button', { name: 'Next candidate' }).click();
  await page.getByRole('heading', { name: 'Ben Okafor' }).waitFor();
  await page.getByRole('button', { name: 'Previous candidate' }).click();
  await page.getByRole('heading', { name: 'Ada Obi' }).waitFor();
  await press('n');
  await page.keyboard.type('Call her on Thursday.');
  // Both profiles are loaded by now: nothing is drawn anew between them.
  await page.getByRole('button', { name: 'Next candidate' }).click();
  await page.getByRole('heading', { name: 'Ben Okafor' }).waitFor();
  expect(await note.inputValue()).toBe('');
  await page.getByRole('button', { name: 'Previous candidate' }).click();
  await page.getByRole('heading', { name: 'Ada Obi' }).waitFor();
  expect(await note.inputValue()).toBe('Call her on Thursday.');
  await note.press('Control+Enter');
  await page.getByRole('region', { name: 'Timeline' }).getByText('Call her on Thursday.').waitFor();
  expect(await note.inputValue()).toBe('');
});

test('a template left half-written is there again, and a toast leads back', async () => {
  await page.goto('/templates/new');
  await page.getByRole('textbox', { name: 'Name' }).fill('Spring');
  await page.getByRole('link', { name: 'Pools' }).click();
  await page.getByRole('heading', { name: 'Pools', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Go on writing' }).click();
  await page.waitForURL(/\/templates\/new$/);
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Spring');
  await press('Control+s');
  await toast('Template “Spring” created.').waitFor();
  await page.waitForURL(/\/templates\/[0-9a-f-]+$/);
  await page.getByRole('link', { name: 'Pools' }).click();
  await page.getByRole('heading', { name: 'Pools', exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Go on writing' }).count()).toBe(0);
});

test('the finder starts what one may start', async () => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await press('Control+k');
  await page.getByPlaceholder('Find candidates, flows and pages').waitFor();
  await page.keyboard.type('new pool');
  await page.getByRole('option', { name: 'New pool' }).waitFor();
  await press('Enter');
  await page.waitForURL(/\/pools\/new$/);
  expect(await focused(page.getByRole('textbox', { name: 'Name' }))).toBe(true);
});

test('what cannot be loaded says why and tries again', async () => {
  const places = ['/candidates', '/pools', '/messages', '/templates', '/settings/sources', '/'];
  for (const place of places) {
    await page.route(/\/api\/(?!auth|me$|setup|live)/, (route) => route.fulfill({ status: 503, body: '' }));
    await page.goto(place);
    const again = page.getByRole('main').getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await page.unrouteAll();
    await again.click();
    await again.waitFor({ state: 'detached' });
  }
  expectFaults();
});

test('a mail provider that takes nothing is told where messages are', async () => {
  const until = new Date(Date.now() + 3_600_000);
  await town.db
    .insertInto('provider_rate')
    .values({
      provider: 'resend',
      tokens: 0,
      refilled_at: new Date(),
      stopped_until: until,
      stopped_reason: 'Resend’s daily quota is used up.',
    })
    .execute();
  for (const place of ['/messages', '/', '/settings/failures']) {
    await page.goto(place);
    const said = page.getByRole('status').filter({ hasText: 'The mail provider takes nothing at present.' });
    await said.getByText('Resend’s daily quota is used up.').waitFor();
    await said.getByRole('link', { name: 'See what waits' }).click();
    await page.waitForURL(/\/messages\?status=queued$/);
    await page.getByRole('heading', { name: 'No message is here: queued' }).waitFor();
  }
  await keepScreenshot(page, 'provider-stopped');
  await town.db.deleteFrom('provider_rate').execute();
});

test('a key is revoked only after a question, since nothing brings it back', async () => {
  await workspace.post('/api/api-keys', { name: 'Careers page', role: 'recruiter' });
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: 'Revoke: Careers page' }).click();
  const question = page.getByRole('dialog', { name: 'Revoke “Careers page”?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Revoke: Careers page' }).click();
  await question.getByRole('button', { name: 'Revoke' }).click();
  await question.waitFor({ state: 'detached' });
  await page.getByText('Careers page', { exact: true }).waitFor({ state: 'detached' });
});

test('a viewer who types the address of a form finds no form', async () => {
  const noor = { name: 'Noor Haddad', email: 'noor@halden.example', password };
  await addPerson(workspace, noor, 'viewer');
  const viewer = await visit(browser, town.address, { as: noor });
  for (const place of ['/candidates', '/pools', '/settings/sources', '/settings/suppressions']) {
    await viewer.page.goto(`${place}/new`);
    await viewer.page.getByRole('heading', { level: 1 }).waitFor();
    await viewer.page.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Cancel' }).count(), place).toBe(0);
  }
  expect(viewer.faults).toEqual([]);
  await viewer.context.close();
});

test('a session that ends asks for the password and goes on at the same place', async () => {
  await page.goto(`/candidates/${ids['Cleo Marin']}`);
  const note = page.getByRole('textbox', { name: 'Write a note' });
  await note.fill('Half a thought');
  await me.context.clearCookies();
  await note.press('Control+Enter');
  await page.getByText('You were signed out.').waitFor();
  expectFaults();
  await page.getByRole('textbox', { name: 'Email' }).fill(owner.email);
  await page.getByLabel('Password').fill(owner.password);
  await press('Enter');
  await page.getByRole('heading', { name: 'Cleo Marin' }).waitFor();
  expect(await note.inputValue()).toBe('Half a thought');
  // The event stream was refused in between.
  me.faults.splice(0);
});

test('with the server gone the page says so and keeps what it shows; it comes back by itself', async () => {
  await byName();
  await town.stop('api');
  await page.getByText('Tendril does not answer at present.').waitFor();
  await row('Ada Obi').waitFor();
  await keepScreenshot(page, 'server-gone');
  await town.start('api');
  await page.getByText('Tendril does not answer at present.').waitFor({ state: 'detached' });
  await row('Ada Obi').waitFor();
  me.faults.splice(0);
});
