/** From an empty database to a reply: set up, draw, publish, a signed webhook, a mail, a wait, an answer, as a person sees it. */
import { createHmac, randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { greenhouse } from '../harness/house.ts';
import { startTown, type Town } from '../harness/town.ts';
import { Canvas } from './canvas.ts';
import { type Visit, visit } from './visit.ts';

let town: Town;
let browser: Browser;
let me: Visit;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  me = await visit(browser, town.address);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(me.page, `failed ${task.name}`);
  expect(me.faults).toEqual([]);
});

const owner = { name: 'Mara Lindqvist', email: 'mara@halden.example', password: 'a long enough password' };
const ada = greenhouse({
  id: 17,
  firstName: 'Ada',
  lastName: 'Obi',
  email: 'ada@mail.example',
  appliedAt: Date.now(),
});
/** What the source's page showed, once. */
const source = { url: '', secret: '' };
let flow = '';

/** As Greenhouse does; answers the status. */
async function post(body: unknown): Promise<number> {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', source.secret).update(text).digest('hex');
  const answer = await fetch(source.url, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      signature: `sha256 ${signature}`,
      'greenhouse-event-id': randomUUID(),
    },
  });
  return answer.status;
}

test('the first visitor creates the workspace and is in', async () => {
  const { page } = me;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Set up Tendril' }).waitFor();
  await keepScreenshot(page, 'first-run');
  await page.getByLabel('Your company').fill('Halden Robotics');
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('Email').fill(owner.email);
  await page.getByLabel('Password').fill(owner.password);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.getByRole('button', { name: owner.name }).waitFor();
});

test('a Greenhouse source shows its address and, this once, its secret', async () => {
  const { page } = me;
  await page.goto('/settings/sources');
  await page.getByRole('link', { name: 'Add source' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Greenhouse EU');
  await page.getByRole('button', { name: 'Create source' }).click();
  await page.getByText('This secret is shown only now.').waitFor();
  const shown = (name: string) => page.getByRole('group', { name }).getByRole('code').textContent();
  source.url = (await shown('Address')) ?? '';
  source.secret = (await shown('Secret')) ?? '';
  expect(source.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hooks\//);
  expect(source.secret.length).toBeGreaterThan(20);
  await keepScreenshot(page, 'source-secret');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Nothing yet. Requests appear here').waitFor();
  expect(await page.getByText(source.secret).count()).toBe(0);
});

test('a template shows the mail while it is written', async () => {
  const { page } = me;
  await page.goto('/templates/new');
  await page.getByLabel('Name', { exact: true }).fill('Thank you');
  await page
    .getByLabel('Subject', { exact: true })
    .fill('{{ candidate.firstName | default: "Hello" }}, your application');
  await page
    .getByLabel('Text', { exact: true })
    .fill(
      'Hi {{ candidate.firstName | default: "there" }},\n\nthank you for applying as {{ job.title | default: "an engineer" }}.\n\nMara',
    );
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(/\/templates\/[0-9a-f-]{36}$/);
  await page.getByText('version 1').waitFor();
});

test('a flow is drawn with the mouse and saves itself', async () => {
  const { page } = me;
  await page.goto('/flows');
  await page.getByRole('button', { name: 'Draw your first flow' }).click();
  await page.getByRole('heading', { name: 'What starts this flow?' }).waitFor();
  flow = new URL(page.url()).pathname;
  await keepScreenshot(page, 'canvas-empty');
  const canvas = new Canvas(page);

  await canvas.inspector.getByLabel('Name', { exact: true }).fill('Thank and ask');
  await page.getByRole('button', { name: 'Choose a trigger' }).click();
  await canvas.choose('Application received');
  await canvas.pick('Through', 'Greenhouse');

  await canvas.palette('Email').click();
  await canvas.pick('Template', 'Thank you');
  await canvas.inspector.getByTitle('Mail: ').waitFor();

  await canvas.palette('Branch').click();
  await canvas.inspector.getByRole('button', { name: 'Add a case' }).click();
  await canvas.inspector.getByLabel('Name of case 1').fill('Engineers');
  await canvas.pick('Field', 'Title');
  await canvas.inspector.getByLabel(/^How to compare/).click();
  await page.getByRole('option', { name: 'contains', exact: true }).click();
  await canvas.inspector.getByLabel('Value', { exact: true }).fill('engineer');

  // Between two steps by the button on their line.
  await page.getByLabel('Insert a step here').nth(1).click({ force: true });
  await canvas.choose('Wait');
  await canvas.inspector.getByLabel('Wait for').fill('4');
  await canvas.inspector.getByLabel(/^Unit/).click();
  await page.getByRole('option', { name: 'seconds' }).click();
  await canvas.step('Wait 4 seconds').waitFor();

  // From a port into the open.
  const branch = canvas.step('Engineers');
  await canvas.extend(branch, 'Way out: Engineers', { x: -40, y: 110 }, 'Wait for');
  await canvas.step('14 days for a reply').waitFor();
  await canvas.palette('Tag').click();
  await canvas.pick('Tag', 'answered');
  await canvas.palette('End').click();
  await canvas.connect(branch, 'Way out: Everyone else', canvas.step(/\bEnd\b/));
  await canvas.connect(canvas.step('14 days for a reply'), /^Way out: No reply/, canvas.step(/\bEnd\b/));
  await keepScreenshot(page, 'canvas-drawn');
  await page.getByText('Ready to publish').waitFor();
  await saved();
});

/** The draft is with the server. */
const saved = () =>
  me.page
    .getByRole('status')
    .filter({ hasText: /Saved \d/ })
    .waitFor();

test('the saved draft is published', async () => {
  const { page } = me;
  await page.goto(flow);
  await new Canvas(page).step('Wait 4 seconds').waitFor();
  await page.getByRole('button', { name: 'Publish v1…' }).click();
  await page.getByText('From now on, everyone who fits a trigger enters.').waitFor();
  await page.getByRole('button', { name: 'Publish v1', exact: true }).click();
  await page.getByText('Version 1 is live.').waitFor();
  await page.getByText('v1 live since').waitFor();
});

test('a signed webhook brings the candidate into the list and onto the canvas without a reload', async () => {
  const { page, context } = me;
  const canvas = new Canvas(page);
  const list = await context.newPage();
  await list.goto('/candidates');
  await list.getByText('Changes arrive as they happen').or(list.getByTitle('Changes arrive')).waitFor();
  expect(await post(ada)).toBe(202);
  await list.getByRole('link', { name: 'Ada Obi' }).waitFor();
  await list.getByText('Senior backend engineer').first().waitFor();
  await keepScreenshot(list, 'candidates-live');
  await list.close();

  await canvas.step('1 entered').waitFor();
  await canvas.step('Thank you').filter({ hasText: '1 passed' }).waitFor();
  await canvas.step('Wait 4 seconds').filter({ hasText: '1 passed' }).waitFor();
  await canvas.step('Engineers').filter({ hasText: '1 passed' }).waitFor();
  await canvas.step('14 days for a reply').filter({ hasText: '1 waiting' }).waitFor();
  await keepScreenshot(page, 'canvas-counts');
});

test('the mail is in the catcher, as the candidate would see it', async () => {
  const { page } = me;
  await page.goto('/mail');
  await page.getByRole('link', { name: 'Ada Obi' }).click();
  await page.getByRole('heading', { name: 'Ada, your application' }).waitFor();
  await page.frameLocator('iframe').getByText('thank you for applying as Senior backend engineer.').waitFor();
  await keepScreenshot(page, 'caught-mail');
});

test('the run is drawn with its wait, its due time and the branch’s reason', async () => {
  const { page } = me;
  const canvas = new Canvas(page);
  await page.goto(`${flow}/runs`);
  await page.getByRole('link', { name: 'Ada Obi' }).click();
  await canvas
    .step(/reply/i)
    .filter({ hasText: /\d{1,2}:\d\d \(/ })
    .waitFor();
  const panel = page.getByRole('complementary', { name: 'This run' });
  await panel.getByText('Now waiting until').waitFor();
  await panel
    .getByText(/engineer/)
    .first()
    .waitFor();
  await keepScreenshot(page, 'run-waiting');
});

test('an answer sends the run on while one looks at it', async () => {
  const { page, context } = me;
  const mail = await context.newPage();
  await mail.goto('/mail');
  await mail.getByRole('link', { name: 'Ada Obi' }).click();
  await mail.getByRole('button', { name: 'Reply as the candidate' }).click();
  await mail.getByRole('textbox', { name: 'Reply as the candidate' }).fill('Thank you, Thursday suits me.');
  await mail.getByRole('button', { name: 'Send reply' }).click();
  await mail.getByText('The reply is in.').waitFor();
  await mail.close();

  const panel = page.getByRole('complementary', { name: 'This run' });
  await panel.getByRole('heading', { name: /^Came to the end/ }).waitFor();
  await panel.getByText('answered').first().waitFor();
  await keepScreenshot(page, 'run-ended');
  await page.goto(flow);
  const canvas = new Canvas(page);
  await canvas.step('answered').filter({ hasText: '1 passed' }).waitFor();
  await canvas
    .step(/\bEnd\b/)
    .filter({ hasText: '1 ended' })
    .waitFor();
});

test('the unsubscribe link asks first, and stops mail only when pressed', async () => {
  const { page, context } = me;
  await page.goto('/mail');
  await page.getByRole('link', { name: 'Ada Obi' }).click();
  const [asked] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('link', { name: 'Unsubscribe page' }).click(),
  ]);
  await asked.getByRole('heading', { name: 'Stop mails from Halden Robotics?' }).waitFor();
  await page.goto('/settings/suppressions');
  await page.getByText('Nobody is on this list').waitFor();
  await keepScreenshot(asked, 'unsubscribe');
  await asked.getByRole('button', { name: 'Unsubscribe' }).click();
  await asked.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
  await asked.close();
  await page.reload();
  await page.getByText('ada@mail.example').waitFor();
});
