/** A flow that runs another one and waits for its end: told in the transaction in which that one ends, or is refused. */
import { expect, test } from 'vitest';
import { stopEnrolment } from '../../../db/queries/repairs.ts';
import { addCandidate, day } from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  fresh,
  house,
  publishChain,
  record,
  standOnEmptyGround,
  ways,
} from './stage.ts';

standOnEmptyGround();

const child = (settings: Parameters<typeof publishChain>[1] = {}) =>
  publishChain(
    [
      ['start', 'started-by-flow'],
      ['wait', 'wait', { for: 'P3D' }],
      ['end', 'end'],
    ],
    settings,
  );
const parent = (flowId: string, settings: Parameters<typeof publishChain>[1] = {}) =>
  publishChain(
    [
      ['start', 'manual'],
      ['go', 'run-flow', { flowId, waits: true, atMost: 'P30D' }],
      ['end', 'end'],
    ],
    settings,
    [
      ['start', 'next', 'go'],
      ...['converted', 'ended', 'exited', 'refused', 'timeout'].map((port): [string, string, string] => [
        'go',
        port,
        'end',
      ]),
    ],
  );
const runIn = (flowId: string) =>
  fresh.db.selectFrom('enrolment').selectAll().where('flow_id', '=', flowId).executeTakeFirst();
const runningIn = async (flowId: string) => {
  const run = await runIn(flowId);
  if (!run) throw new Error('nobody is in that flow');
  return run;
};
const ana = () => addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' }, clock.now());

test('the end of the flow that was started moves the one that waits for it', async () => {
  const inner = await child();
  const outer = await parent(inner.flowId);
  await enter(await ana(), outer.flowId);
  const [mine, theirs] = [await runningIn(outer.flowId), await runningIn(inner.flowId)];
  expect(mine.node_id).toBe('go');
  expect(theirs).toMatchObject({
    node_id: 'wait',
    cause_depth: 1,
    parent: { enrolmentId: mine.id, node: 'go', visit: 1, waits: true },
  });
  clock.set(clock.now() + 3 * day);
  await advance(theirs.id);
  const answers = await fresh.db
    .selectFrom('event')
    .select(['enrolment_id', 'data'])
    .where('type', '=', 'flow.answered')
    .execute();
  expect(answers).toEqual([
    { enrolment_id: mine.id, data: { node: 'go', visit: 1, outcome: 'ended', flowId: inner.flowId } },
  ]);
  await house.settle();
  const marks = await fresh.db
    .selectFrom('mark')
    .select('kind')
    .where('enrolment_id', '=', mine.id)
    .execute();
  expect(marks.map((mark) => mark.kind)).toContain('wake');
  await advance(mine.id);
  expect(await ways(mine.id)).toEqual(['start', 'go → ended', 'end']);
});

test('an exit of the flow that was started is told as one', async () => {
  const inner = await child({ exitOn: ['note.added'] });
  const outer = await parent(inner.flowId);
  const person = await ana();
  await enter(person, outer.flowId);
  const [mine, theirs] = [await runningIn(outer.flowId), await runningIn(inner.flowId)];
  await record(person, { type: 'note.added' });
  await advance(theirs.id);
  await advance(mine.id);
  expect(await ways(mine.id)).toEqual(['start', 'go → exited', 'end']);
});

const leaving: [string, (outer: string, run: string, person: string) => Promise<unknown>, string][] = [
  ['an exit rule', async (_outer, _run, person) => record(person, { type: 'note.added' }), 'exit:note.added'],
  ['a person', async (_outer, run) => stopEnrolment(fresh.db, run, 'marta', clock.now()), 'stopped'],
];
test.each(leaving)(
  'a flow that was started runs on by its own rules when %s ends the one that waits for it, and its end moves nobody',
  async (_who, end, reason) => {
    const inner = await child();
    const outer = await parent(inner.flowId, { exitOn: ['note.added'] });
    const person = await ana();
    await enter(person, outer.flowId);
    const [mine, theirs] = [await runningIn(outer.flowId), await runningIn(inner.flowId)];
    await end(outer.flowId, mine.id, person);
    await house.settle();
    await advance(mine.id);
    expect(await runIn(outer.flowId)).toMatchObject({ status: 'exited', end_reason: reason });
    expect(await runIn(inner.flowId)).toMatchObject({ status: 'open', node_id: 'wait' });
    clock.set(clock.now() + 3 * day);
    await advance(theirs.id);
    await house.settle();
    expect(await runIn(inner.flowId)).toMatchObject({ status: 'ended' });
    expect(await ways(mine.id)).toEqual(['start', 'go']);
  },
);

test('a second start of a flow that still runs is refused, and the run that was started first goes on', async () => {
  const inner = await child();
  const outer = await parent(inner.flowId);
  const person = await ana();
  await enter(person, outer.flowId);
  await stopEnrolment(fresh.db, (await runningIn(outer.flowId)).id, 'marta', clock.now());
  await enter(person, outer.flowId);
  const runs = await fresh.db
    .selectFrom('enrolment')
    .select(['id', 'flow_id', 'status'])
    .orderBy('id')
    .execute();
  const again = runs.find((run) => run.flow_id === outer.flowId && run.status === 'open');
  await advance(again?.id ?? '');
  expect(await ways(again?.id ?? '')).toEqual(['start', 'go → refused', 'end']);
  expect(runs.filter((run) => run.flow_id === inner.flowId)).toMatchObject([{ status: 'open' }]);
});

test('who is not let in is told at once, and the refusal is on record', async () => {
  const inner = await child({ reentry: 'once' });
  const outer = await parent(inner.flowId);
  const person = await ana();
  await enter(person, inner.flowId);
  await enter(person, outer.flowId);
  const mine = await runningIn(outer.flowId);
  await advance(mine.id);
  expect(await ways(mine.id)).toEqual(['start', 'go → refused', 'end']);
  const refusals = await fresh.db.selectFrom('refusal').select(['flow_id', 'code']).execute();
  expect(refusals).toEqual([{ flow_id: inner.flowId, code: 'once-only' }]);
});

test('a flow that is not live lets nobody in, and says so', async () => {
  const inner = await child();
  const outer = await parent(inner.flowId);
  await fresh.db.updateTable('flow').set({ state: 'draft' }).where('id', '=', inner.flowId).execute();
  await enter(await ana(), outer.flowId);
  const mine = await runningIn(outer.flowId);
  await advance(mine.id);
  expect(await ways(mine.id)).toEqual(['start', 'go → refused', 'end']);
  expect(await runIn(inner.flowId)).toBeUndefined();
});
