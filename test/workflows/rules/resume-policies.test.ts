/** What a pause makes of waits, by the flow's own choice: late, longer by the pause, or left out once stale. */
import { expect, test } from 'vitest';
import { pauseByHand, resumeFlow } from '../../../db/queries/flows.ts';
import { noNames } from '../../../engine/flow/describe.ts';
import type { FlowSettings } from '../../../engine/flow/schema.ts';
import { explainStep } from '../../../engine/run/explain.ts';
import { addCandidate, day, hour } from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  fresh,
  house,
  only,
  publishChain,
  standOnEmptyGround,
  template,
  ways,
} from './stage.ts';

standOnEmptyGround();

const waiting = async (
  onResume: FlowSettings['onResume'],
  [type, data]: [string, Record<string, unknown>] = ['wait', { for: 'P3D' }],
) => {
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['wait', type, data],
      ['mail', 'send-email', { templateId: template }],
      ['again', 'wait', { for: 'P1D' }],
      ['last', 'send-email', { templateId: template }],
      ['end', 'end'],
    ],
    onResume ? { onResume } : {},
  );
  await enter(
    await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example', timeZone: 'UTC' }),
    flowId,
  );
  return flowId;
};
const pass = (ms: number) => clock.set(clock.now() + ms);
const pause = async (flowId: string, ms: number) => {
  await pauseByHand(fresh.db, flowId, null, clock.now());
  pass(ms);
  await advance((await only()).id);
  await resumeFlow(fresh.db, flowId, clock.now());
  return advance((await only()).id);
};
const outcomes = async () =>
  (await fresh.db.selectFrom('step').select(['node_id', 'outcome', 'detail']).orderBy('ord').execute()).map(
    ({ node_id, outcome, detail }) => ({ node: node_id, outcome, detail }),
  );

test('time stands still: a wait lasts as much longer as each pause within it, and its row says so', async () => {
  const flowId = await waiting({ policy: 'reanchor' });
  const due = clock.now() + 3 * day;
  pass(day);
  expect(await pause(flowId, 5 * day)).toMatchObject({ done: false, wakeAt: due + 5 * day });
  pass(hour);
  expect(await pause(flowId, 2 * hour)).toMatchObject({ done: false, wakeAt: due + 5 * day + 2 * hour });
  // Looked at again, it does not move any further.
  expect(await advance((await only()).id)).toMatchObject({ wakeAt: due + 5 * day + 2 * hour });
  clock.set(due + 5 * day + 2 * hour);
  await advance((await only()).id);
  expect((await outcomes())[1]).toMatchObject({
    node: 'wait',
    detail: { until: due + 5 * day + 2 * hour, reanchored: 5 * day + 2 * hour },
  });
  const explained = explainStep(
    {
      nodeId: 'wait',
      outcome: 'passed',
      port: 'next',
      detail: (await outcomes())[1]?.detail ?? {},
    } as Parameters<typeof explainStep>[0],
    null,
    noNames,
    'UTC',
  );
  expect(explained.reasons.map((each) => each.text)).toContain(
    'The flow was paused meanwhile: 5 days, 2 hours longer',
  );
  // What begins afterwards has seen no pause.
  expect((await only()).wake_at?.getTime()).toBe(clock.now() + day);
});

test('a wait that had run out before the pause began is over when the flow goes on', async () => {
  const flowId = await waiting({ policy: 'reanchor' });
  pass(4 * day);
  await pause(flowId, 5 * day);
  expect(await ways((await only()).id)).toEqual(['start', 'wait', 'mail']);
});

test('a time of day stays where it is', async () => {
  const flowId = await waiting({ policy: 'reanchor' }, ['wait-until', { time: '09:00' }]);
  const due = (await only()).wake_at?.getTime();
  pass(hour);
  expect(await pause(flowId, hour)).toMatchObject({ wakeAt: due });
});

test('what has become stale by the pause is left out, and what follows the next wait is not', async () => {
  const flowId = await waiting({ policy: 'skip', after: 'P1D' });
  await pause(flowId, 5 * day);
  expect((await outcomes()).at(-1)).toMatchObject({
    node: 'mail',
    outcome: 'skipped',
    detail: { code: 'paused-too-long' },
  });
  pass(day);
  await advance((await only()).id);
  await house.settle();
  expect(
    (await fresh.db.selectFrom('message').select('node_id').execute()).map((one) => one.node_id),
  ).toEqual(['last']);
});

test('a little late is not stale, and lateness that no pause is to blame for never is', async () => {
  const flowId = await waiting({ policy: 'skip', after: 'P1D' });
  await pause(flowId, 3 * day + 23 * hour);
  expect((await outcomes()).at(-1)).toMatchObject({ node: 'mail', outcome: 'passed' });
  pass(9 * day);
  await advance((await only()).id);
  expect((await outcomes()).find((step) => step.node === 'last')).toMatchObject({ outcome: 'passed' });
});

test('unless a flow says otherwise, late is better than never', async () => {
  const flowId = await waiting(undefined);
  await pause(flowId, 30 * day);
  expect((await outcomes()).at(-1)).toMatchObject({ node: 'mail', outcome: 'passed' });
});
