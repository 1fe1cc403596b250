/** The report on a holdout in a browser: what may be said of a difference is said, and where there is too little, that. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { keepScreenshot, openBrowser } from '../harness/browser.ts';
import { addCandidate } from '../harness/house.ts';
import { startTown, type Town } from '../harness/town.ts';
import { isClean, tooWide } from './look.ts';
import { desk, phone, visit } from './visit.ts';
import { owner, publishFlow, setUpWorkspace } from './workspace.ts';

let town: Town;
let browser: Browser;
let flowId: string;

const at = (y: number) => ({ x: 0, y });
const graph: Graph = {
  name: 'Silver medallists',
  settings: {
    reentry: 'once',
    exitOn: [],
    goal: { events: ['candidate.hired'], window: 'P30D', exit: false },
  },
  nodes: [
    { id: 'start', type: 'manual', position: at(0), data: {} },
    { id: 'lot', type: 'holdout', position: at(84), data: { share: 20 } },
    {
      id: 'tone',
      type: 'split',
      position: at(168),
      data: {
        arms: [
          { port: 'way-1', label: 'Warm', weight: 1 },
          { port: 'way-2', label: 'Brief', weight: 1 },
        ],
      },
    },
    { id: 'done', type: 'end', position: at(252), data: {} },
  ],
  edges: [
    { id: 'e1', source: 'start', sourceHandle: 'next', target: 'lot' },
    { id: 'e2', source: 'lot', sourceHandle: 'in', target: 'tone' },
    { id: 'e3', source: 'lot', sourceHandle: 'out', target: 'done' },
    { id: 'e4', source: 'tone', sourceHandle: 'way-1', target: 'done' },
    { id: 'e5', source: 'tone', sourceHandle: 'way-2', target: 'done' },
  ],
};

/** Months of runs cannot be waited for: they are written down as they would have been. */
async function runs(node: string, port: string, n: number, reached: number): Promise<void> {
  const now = Date.now();
  const month = 30 * 86_400_000;
  const candidate = await addCandidate(town.db, { name: 'Ada Obi' }, now);
  const version = await town.db
    .selectFrom('flow_version')
    .select('id')
    .where('flow_id', '=', flowId)
    .executeTakeFirstOrThrow();
  const ids = Array.from({ length: n }, () => newId(now));
  await town.db
    .insertInto('enrolment')
    .values(
      ids.map((id, nth) => ({
        id,
        flow_id: flowId,
        version_id: version.id,
        candidate_id: candidate,
        status: 'ended' as const,
        node_id: null,
        state: JSON.stringify({ enteredAt: now, visits: {}, wait: null, heard: [], problem: null }),
        goal_until: new Date(now - month),
        goal_at: nth < reached ? new Date(now - 2 * month) : null,
        seen_seq: 1,
        started_at: new Date(now - 2 * month),
        ended_at: new Date(now - 2 * month),
      })),
    )
    .execute();
  await town.db
    .insertInto('step')
    .values(
      ids.map((id) => ({
        enrolment_id: id,
        node_id: node,
        visit: 1,
        version_id: version.id,
        outcome: 'passed' as const,
        port,
        entered_at: new Date(now - 2 * month),
        left_at: new Date(now - 2 * month),
      })),
    )
    .execute();
}

beforeAll(async () => {
  [town, browser] = await Promise.all([startTown({ mail: 'catcher' }), openBrowser()]);
  flowId = await publishFlow(await setUpWorkspace(town.address), graph);
  await runs('lot', 'in', 200, 60);
  await runs('lot', 'out', 50, 5);
  await runs('tone', 'way-1', 40, 12);
  await runs('tone', 'way-2', 12, 4);
});
afterAll(async () => {
  await browser?.close();
  await town?.end();
});

test('each way stands beside the one it is compared with, in both themes and on a phone', async () => {
  for (const theme of ['light', 'dark'] as const)
    for (const [size, name] of [
      [desk, 'desk'],
      [phone, 'phone'],
    ] as const) {
      const her = await visit(browser, town.address, { as: owner, size, theme });
      const { page } = her;
      await page.goto(`/flows/${flowId}/report`);
      const holdout = page.getByRole('region', { name: 'Hold 20 % out' });
      const goesOn = holdout.getByRole('row').filter({ hasText: 'Goes on' });
      await goesOn
        .getByText('+20.0 points (95% interval 7.2 to 28.7). More than chance would explain.')
        .waitFor();
      const tone = page.getByRole('region', { name: 'Split Warm 50 %, Brief 50 %' });
      await tone.getByText(/^The numbers are too small to compare: at least 30 of either way/).waitFor();
      await holdout.scrollIntoViewIfNeeded();
      await isClean(page);
      expect(await tooWide(page)).toBe(0);
      await keepScreenshot(page, `report-ways-${name}-${theme}`);
      expect(her.faults).toEqual([]);
      await her.context.close();
    }
});
