/** Every screen, empty and full, in both themes, on a desk and on a phone: no fault, nothing that axe objects to, nothing too wide. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { eventually, startTown, type Town } from '../harness/town.ts';
import { objections, tooWide } from './look.ts';
import { desk, phone, type Visit, visit } from './visit.ts';
import { owner, setUpWorkspace, type Workspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let workspace: Workspace;

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

/** Name of the picture → address. */
type Screens = Record<string, string>;

const lists: Screens = {
  today: '/',
  candidates: '/candidates',
  pipelines: '/pipelines',
  pools: '/pools',
  'pools-archive': '/pools?state=archived',
  flows: '/flows',
  messages: '/messages',
  templates: '/templates',
  'mail-catcher': '/mail',
  inbox: '/inbox',
  'settings-sources': '/settings/sources',
  'settings-keys': '/settings/keys',
  'settings-senders': '/settings/senders',
  'settings-suppressions': '/settings/suppressions',
  'settings-failures': '/settings/failures',
};

const sizes = [
  { size: desk, name: 'desk' },
  { size: phone, name: 'phone' },
];

test('the door, before and after the first visit', async () => {
  const complaints: string[] = [];
  const knock = async (screen: string) => {
    for (const { size, name } of sizes) {
      const me = await visit(browser, town.address, { size });
      await look(me, `${screen}-${name}`, '/', complaints);
      await me.context.close();
    }
  };
  await knock('set-up');
  workspace = await setUpWorkspace(town.address);
  await knock('sign-in');
  expect(complaints).toEqual([]);
});

test.for(sizes)('every list while nothing is there yet, $name', async ({ size, name }) => {
  await tour(lists, size, (screen) => `empty-${screen}-${name}`);
});

let screens: Screens = {};

test('the demo fills the workspace with one request', async () => {
  await workspace.post('/api/demo');
  const first = async (path: string) =>
    (await workspace.get<{ items: { id: string }[] }>(path)).items[0]?.id ?? '';
  await eventually('the demo is there', async () => (await first('/api/candidates')) !== '');
  const flows = (await workspace.get<{ items: { id: string; counts: { waiting: number } }[] }>('/api/flows'))
    .items;
  const flow = flows.toSorted((a, b) => b.counts.waiting - a.counts.waiting)[0]?.id ?? '';
  const { graph } = await workspace.get<{ graph: Graph }>(`/api/flows/${flow}/draft`);
  const step = graph.nodes.find((node) => node.type === 'send-email')?.id ?? '';
  const { id: byCondition } = await workspace.post<{ id: string }>('/api/pools', {
    name: 'Keep warm: engineers who answered',
    description: 'Looked at on Mondays.',
    condition: {
      all: [
        { field: 'candidate.headline', op: 'contains', value: 'engineer' },
        { field: 'candidate.status', op: 'is', value: 'active' },
      ],
    },
  });
  const filled = async () =>
    !(await workspace.get<{ filling: boolean }>(`/api/pools/${byCondition}`)).filling;
  await eventually('the pool is filled', filled);
  await workspace.post('/api/senders', {
    name: 'Halden careers',
    address: 'careers@halden.example',
    replyTo: 'desk@halden.example',
  });
  const [candidate, pool, template, message, waiting, converted, source] = await Promise.all([
    first('/api/candidates'),
    first('/api/pools'),
    first('/api/templates'),
    first('/api/messages'),
    first(`/api/flows/${flow}/enrolments?status=open`),
    first(`/api/flows/${flow}/enrolments?goal=reached`),
    first('/api/sources'),
  ]);
  screens = {
    ...lists,
    'candidate-new': '/candidates/new',
    candidate: `/candidates/${candidate}`,
    'pool-new': '/pools/new',
    pool: `/pools/${pool}`,
    'pool-edit': `/pools/${pool}/edit`,
    'pool-by-condition': `/pools/${byCondition}`,
    'pool-by-condition-edit': `/pools/${byCondition}/edit`,
    'flow-build': `/flows/${flow}`,
    'flow-test': `/flows/${flow}?panel=test`,
    'flow-publish': `/flows/${flow}?panel=publish`,
    'flow-step': `/flows/${flow}?step=${step}`,
    'flow-step-figures': `/flows/${flow}?step=${step}&tab=figures`,
    'flow-settings': `/flows/${flow}?panel=settings`,
    'flow-forecast': `/flows/${flow}/forecast`,
    'flow-runs': `/flows/${flow}/runs`,
    'flow-runs-converted': `/flows/${flow}/runs?goal=reached`,
    'flow-runs-none': `/flows/${flow}/runs?status=exited&version=99`,
    'flow-run-waiting': `/flows/${flow}/runs/${waiting}`,
    'flow-run-converted': `/flows/${flow}/runs/${converted}`,
    'flow-report': `/flows/${flow}/report`,
    'flow-versions': `/flows/${flow}/versions`,
    message: `/messages/${message}`,
    template: `/templates/${template}`,
    'template-new': '/templates/new',
    'settings-workspace': '/settings',
    'settings-contact': '/settings/contact',
    'settings-people': '/settings/people',
    'settings-sender-new': '/settings/senders/new',
    'settings-source': `/settings/sources/${source}`,
    'settings-source-new': '/settings/sources/new',
    'not-found': '/nowhere',
  };
});

test.for(sizes)('every screen, $name', { timeout: 600_000 }, async ({ size, name }) => {
  await tour(screens, size, (screen) => `${screen}-${name}`);
});

async function tour(places: Screens, size: typeof desk, named: (screen: string) => string): Promise<void> {
  const complaints: string[] = [];
  const me = await visit(browser, town.address, { as: owner, size });
  for (const [screen, path] of Object.entries(places)) await look(me, named(screen), path, complaints);
  await me.context.close();
  expect(complaints).toEqual([]);
}

/** Looks at a screen by day and by night; keeps a picture of each. */
async function look(
  { page, faults }: Visit,
  name: string,
  path: string,
  complaints: string[],
): Promise<void> {
  const settled = quiet(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(path);
  await page.getByRole('main').waitFor();
  await settled();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    const picture = colorScheme === 'light' ? name : `${name}-dark`;
    await keepScreenshot(page, picture);
    complaints.push(...(await objections(page)).map((objection) => `${picture}: ${objection}`));
    const wider = await tooWide(page);
    if (wider > 0) complaints.push(`${picture}: ${wider} px too wide`);
  }
  complaints.push(...faults.splice(0).map((fault) => `${name}: ${fault}`));
}

/** Watches the page's requests from now on; the answer waits until none is under way over two frames. The event stream never ends and does not count. */
function quiet(page: Page): () => Promise<void> {
  const pending = new Set<unknown>();
  const begin = (request: { url(): string }) => {
    if (!request.url().includes('/api/live')) pending.add(request);
  };
  const end = (request: unknown) => pending.delete(request);
  page.on('request', begin).on('requestfinished', end).on('requestfailed', end);
  return async () => {
    for (let calm = 0; calm < 3; calm = pending.size > 0 ? 0 : calm + 1)
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20))));
    page.off('request', begin).off('requestfinished', end).off('requestfailed', end);
  };
}
