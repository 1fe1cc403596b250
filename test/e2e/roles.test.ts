/** A viewer sees everything and can change nothing; a recruiter is kept out of what is an admin's. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { startTown, type Town } from '../harness/town.ts';
import { Canvas } from './canvas.ts';
import { thankAndAsk } from './flows.ts';
import { type Visit, visit } from './visit.ts';
import { addPerson, publishFlow, setUpWorkspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let viewer: Visit;
let recruiter: Visit;
let paths: { candidate: string; flow: string; template: string };

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  const workspace = await setUpWorkspace(town.address);
  const template = await workspace.post<{ id: string }>('/api/templates', {
    name: 'Thank you',
    subject: 'Your application',
    body: 'Hi {{ candidate.firstName | default: "there" }}, may we call you?',
  });
  const candidate = await workspace.post<{ id: string }>('/api/candidates', {
    firstName: 'Ada',
    lastName: 'Obi',
    email: 'ada@mail.example',
  });
  const flow = await publishFlow(workspace, thankAndAsk(template.id));
  paths = {
    candidate: `/candidates/${candidate.id}`,
    flow: `/flows/${flow}`,
    template: `/templates/${template.id}`,
  };
  const password = 'another long password';
  const [noor, tom] = await Promise.all([
    addPerson(workspace, { name: 'Noor Haddad', email: 'noor@halden.example', password }, 'viewer'),
    addPerson(workspace, { name: 'Tom Becker', email: 'tom@halden.example', password }, 'recruiter'),
  ]);
  viewer = await visit(browser, town.address, { as: noor });
  recruiter = await visit(browser, town.address, { as: tom });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(viewer.page, `failed ${task.name}`);
  expect([...viewer.faults, ...recruiter.faults]).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

const buttons = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name }).or(page.getByRole('link', { name })).count();

test('a viewer sees candidates but finds nothing to change', async () => {
  const { page } = viewer;
  await page.goto('/candidates');
  await page.getByRole('link', { name: 'Ada Obi' }).waitFor();
  expect(await buttons(page, 'Add candidate')).toBe(0);
  await page.goto(paths.candidate);
  await page.getByRole('heading', { name: 'Ada Obi' }).waitFor();
  expect(await buttons(page, /Enrol|Edit|Move to|Add note/)).toBe(0);
  expect(await page.getByRole('textbox').count()).toBe(0);
  await keepScreenshot(page, 'viewer-candidate');
});

test('a viewer reads a flow that cannot be drawn on', async () => {
  const { page } = viewer;
  const canvas = new Canvas(page);
  await page.goto('/flows');
  await page.getByRole('link', { name: 'Thank and ask' }).waitFor();
  expect(await buttons(page, 'New flow')).toBe(0);
  await page.goto(paths.flow);
  await canvas.step('14 days for a reply').waitFor();
  await page.getByRole('status').filter({ hasText: 'Read only' }).waitFor();
  expect(await buttons(page, /Publish|Undo|Insert a step here/)).toBe(0);
  expect(await canvas.palette('Email').count()).toBe(0);
  // Choosing a step shows its settings, and none of them takes anything.
  await canvas.step('14 days for a reply').click();
  await canvas.inspector.getByRole('heading', { name: 'Wait for' }).waitFor();
  expect(await buttons(page, /^(Delete|Duplicate)/)).toBe(0);
  const open = canvas.inspector.locator('.body :is(input, textarea, button):not(:disabled):not([readonly])');
  expect(await open.count()).toBe(0);
  await keepScreenshot(page, 'viewer-flow');
  await page.keyboard.press('Delete');
  await canvas.step('14 days for a reply').waitFor();
});

test('a viewer reads a template and settings, with the reason why they stay as they are', async () => {
  const { page } = viewer;
  await page.goto(paths.template);
  const subject = page.getByLabel('Subject', { exact: true });
  await subject.waitFor();
  expect(await subject.isEditable()).toBe(false);
  expect(await buttons(page, 'Save')).toBe(0);
  await page.goto('/settings');
  await page.getByText('Only an admin can change this.').waitFor();
  await keepScreenshot(page, 'viewer-settings');
});

test('a recruiter draws flows, and leaves sources and people to an admin', async () => {
  const { page } = recruiter;
  await page.goto('/flows');
  await page.getByRole('button', { name: 'New flow' }).waitFor();
  await page.goto('/settings/sources');
  await page.getByText('Where applications come from.').waitFor();
  expect(await buttons(page, 'Add source')).toBe(0);
  await page.goto('/settings/people');
  await page.getByText('Noor Haddad').or(page.getByText('Only an admin')).first().waitFor();
  expect(await buttons(page, 'Add person')).toBe(0);
});

test('what the screens leave out the API refuses as well', async () => {
  const refused = await viewer.context.request.post('/api/flows', {
    data: { name: 'Mine' },
    headers: { origin: town.address },
  });
  expect(refused.status()).toBe(403);
});
