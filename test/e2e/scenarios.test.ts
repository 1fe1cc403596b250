/** What a recruiter expects of a flow: kept from a test, seen red when the flow is changed, in the way of publishing. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { thankAndAsk } from './flows.ts';
import { looksRight, objections } from './look.ts';
import { phone, type Visit, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;
let me: Visit;
let page: Page;
let flowId: string;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  workspace = await setUpWorkspace(town.address);
  const { id } = await workspace.post<{ id: string }>('/api/templates', {
    name: 'Thanks for applying',
    subject: 'Thank you',
    body: 'We will be in touch.',
  });
  flowId = await publishFlow(workspace, thankAndAsk(id));
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

const panel = () => page.getByRole('complementary', { name: 'Details' });

test('what was seen in a test is kept as a scenario, and is green', async () => {
  await page.goto(`/flows/${flowId}?panel=test`);
  await panel().getByText('Waited until').or(panel().getByText('No reply')).first().waitFor();
  await panel().getByRole('button', { name: 'Keep as a scenario' }).click();
  await panel().getByRole('textbox', { name: 'Name' }).fill('No reply, one mail, and it is over');
  await panel().getByText('“Thanks for applying” is sent once').waitFor();
  await panel().getByRole('button', { name: 'All scenarios' }).click();
  await panel().getByText('1 scenario, green').waitFor();
  await keepScreenshot(page, 'scenarios-green');
});

test('an expectation that does not come true says what did, stops publishing, and a reason lets it go live', async () => {
  await panel()
    .getByRole('button', { name: /No reply, one mail/ })
    .click();
  await panel().getByRole('button', { name: 'Expect something' }).click();
  const kinds = panel().getByLabel('That', { exact: true });
  await kinds.last().click();
  await page.getByRole('option', { name: 'a step is never reached' }).click();
  await panel()
    .getByRole('button', { name: /^Step: / })
    .click();
  await page.getByRole('option', { name: 'Wait 14 days for a reply' }).click();
  await panel()
    .getByText(/^Does not come to “Wait 14 days for a reply”\. Reached on/)
    .waitFor();
  await keepScreenshot(page, 'scenario-red');
  await panel().getByRole('button', { name: 'All scenarios' }).click();
  await panel().getByText('1 of 1 scenario red').waitFor();
  await page
    .getByRole('status')
    .getByText(/^Saved/)
    .waitFor();

  await page.goto(`/flows/${flowId}?panel=publish`);
  await panel().getByText('1 scenario is red').waitFor();
  const publish = panel().getByRole('button', { name: 'Publish v2' });
  expect(await publish.isDisabled()).toBe(true);
  await panel()
    .getByRole('textbox', { name: 'Publish all the same, because' })
    .fill('The wait stays for now');
  await keepScreenshot(page, 'publish-red-scenario');
  await publish.click();
  await page.goto(`/flows/${flowId}/versions`);
  await page.getByText('Went live though a scenario was red: The wait stays for now').waitFor();
});

test.each([
  ['desk, dark', 'dark', undefined],
  ['phone', 'light', phone],
] as const)('the list and one scenario are in order on a %s', async (name, theme, size) => {
  const there = await visit(browser, town.address, { as: owner, theme, ...(size ? { size } : {}) });
  await there.page.goto(`/flows/${flowId}?panel=scenarios`);
  const list = there.page.getByRole('complementary', { name: 'Details' });
  await list.getByRole('button', { name: /No reply, one mail/ }).waitFor();
  await keepScreenshot(there.page, `scenarios ${name}`);
  await list.getByRole('button', { name: /No reply, one mail/ }).click();
  await list.getByRole('textbox', { name: 'Name' }).waitFor();
  await keepScreenshot(there.page, `scenario ${name}`);
  expect(await objections(there.page, 'aside')).toEqual([]);
  expect(there.faults).toEqual([]);
  await there.context.close();
});

/** A call whose answer decides, then a branch by how often something happened. */
const rating: Graph = {
  name: 'Rate and tag',
  settings: { reentry: 'once', exitOn: [] },
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    {
      id: 'call',
      type: 'call-webhook',
      position: { x: 0, y: 84 },
      data: {
        url: 'https://rating.example/people',
        save: [{ pointer: '/score', field: 'score', type: 'number' }],
      },
    },
    {
      id: 'high',
      type: 'branch',
      position: { x: 0, y: 210 },
      data: {
        cases: [
          {
            port: 'yes',
            label: 'High',
            when: { all: [{ field: 'candidate.custom.score', op: 'greater', value: 5 }] },
          },
        ],
      },
    },
    { id: 'rated', type: 'add-tag', position: { x: 0, y: 336 }, data: { tag: 'rated high' } },
    { id: 'refused', type: 'add-tag', position: { x: 296, y: 336 }, data: { tag: 'call refused' } },
    { id: 'done', type: 'end', position: { x: 0, y: 462 }, data: {} },
  ],
  edges: [
    ['start', 'next', 'call'],
    ['call', 'success', 'high'],
    ['call', 'failure', 'refused'],
    ['call', 'timeout', 'done'],
    ['high', 'yes', 'rated'],
    ['high', 'else', 'done'],
    ['rated', 'next', 'done'],
    ['refused', 'next', 'done'],
  ].map(([source = '', sourceHandle = '', target = '']) => ({
    id: `${source}-${sourceHandle}`,
    source,
    sourceHandle,
    target,
  })),
  scenarios: [
    {
      id: 'rated',
      name: 'A high score is tagged',
      candidate: {},
      events: [],
      expect: [{ that: 'passes', node: 'rated' }],
    },
  ],
};
let ratingId: string;
const pick = async (name: string, option: string) => {
  await panel().getByLabel(name, { exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};
const judged = async (whether: string) => {
  await panel().getByRole('button', { name: 'All scenarios' }).click();
  await panel().getByText(whether).waitFor();
  await panel()
    .getByRole('button', { name: /A high score is tagged/ })
    .click();
};

test('a scenario says what another system answers, to which call, and the flow goes by it', async () => {
  ({ id: ratingId } = await workspace.post<{ id: string }>('/api/flows', { name: rating.name }));
  await workspace.put(`/api/flows/${ratingId}/draft`, rating, { 'if-match': '1' });
  await page.goto(`/flows/${ratingId}?panel=scenarios&scenario=rated`);
  await panel().getByRole('button', { name: 'Something happens' }).click();
  // By keyboard alone: the list opens, is searched, and the first that is left is taken.
  await panel()
    .getByRole('button', { name: /^What: / })
    .press('Enter');
  await page.getByRole('combobox', { name: 'What', exact: true }).fill('webhook’s answer');
  await page.getByRole('option', { name: 'A webhook’s answer', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await panel().getByLabel('What it answers', { exact: true }).getByText('Refused').waitFor();
  await judged('1 of 1 scenario red');
  await pick('What it answers', 'Taken');
  await pick('To which call', 'POST to rating.example');
  const says = panel().getByRole('textbox', { name: /^What it says/ });
  await says.fill('{"score": 7');
  await panel().getByText('This is no JSON yet', { exact: false }).waitFor();
  await says.fill('{"score": 7}');
  await panel().getByText('This is no JSON yet', { exact: false }).waitFor({ state: 'detached' });
  await judged('1 scenario, green');
  await pick('What it answers', 'With a status');
  await panel().getByRole('spinbutton', { name: 'Status' }).fill('503');
  await judged('1 of 1 scenario red');
  await panel().getByRole('spinbutton', { name: 'Status' }).fill('201');
  await judged('1 scenario, green');
  await panel().getByRole('spinbutton', { name: 'Status' }).scrollIntoViewIfNeeded();
  await looksRight(page, 'scenario-webhook-answer');
});

test('a test is told what the call is answered, and keeps it as a scenario', async () => {
  await page.goto(`/flows/${ratingId}?panel=test`);
  await pick('What it answers', 'Refused');
  await panel().getByText('call refused', { exact: false }).first().waitFor();
  await looksRight(page, 'test-webhook-answer');
  await panel().getByRole('button', { name: 'Keep as a scenario' }).click();
  await panel().getByLabel('What it answers', { exact: true }).getByText('Refused').waitFor();
  await panel().getByLabel('To which call', { exact: true }).getByText('POST to rating.example').waitFor();
});

test('a condition asks how often something happened within a period', async () => {
  await page.goto(`/flows/${ratingId}?step=high`);
  await panel()
    .getByRole('button', { name: /^Field: / })
    .first()
    .press('Enter');
  await page.getByRole('combobox', { name: 'Field', exact: true }).fill('opened');
  await page
    .getByRole('option', { name: /how often/ })
    .first()
    .click();
  await pick('How to compare', 'at least');
  await panel().getByRole('spinbutton', { name: 'Value' }).fill('3');
  await pick('When it counts', 'within the last');
  await panel().getByRole('spinbutton', { name: 'How long' }).fill('30');
  await looksRight(page, 'condition-within-period');
  await eventually('the draft asks so', async () => {
    const { graph } = await workspace.get<{ graph: Graph }>(`/api/flows/${ratingId}/draft`);
    const asked = JSON.stringify(graph.nodes.find(({ id }) => id === 'high')?.data);
    return (
      asked.includes('"history.message.opened.count"') &&
      asked.includes('"value":3') &&
      asked.includes('"within":"P30D"')
    );
  });
});
