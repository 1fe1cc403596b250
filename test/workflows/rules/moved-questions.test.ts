/** Who waits for an answer and is moved: the same question stays asked, another is asked, and a move taken back takes none with it. */
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { undoMove } from '../../../db/queries/begin-operations.ts';
import { type InFlight, publishFlow } from '../../../db/queries/flows.ts';
import { repairEnrolment } from '../../../db/queries/repairs.ts';
import { changeTask, decideTask } from '../../../db/queries/tasks.ts';
import { addCandidate, day } from '../../harness/house.ts';
import {
  advance,
  chain,
  clock,
  enter,
  fresh,
  house,
  only,
  publishChain,
  standOnEmptyGround,
  ways,
} from './stage.ts';

standOnEmptyGround();

const marta = '01890000-0000-7000-8000-00000000000a';
const rui = '01890000-0000-7000-8000-00000000000b';
beforeEach(async () => {
  for (const [id, name] of [
    [marta, 'Marta Sousa'],
    [rui, 'Rui Costa'],
  ])
    await sql`
      insert into "user" (id, name, email, email_verified, created_at, updated_at)
      values (${id}, ${name}, ${`${id}@jobs.example`}, true, now(), now()) on conflict do nothing`.execute(
      fresh.db,
    );
});

type Drawing = Parameters<typeof chain>;
type Asking = [node: string, data?: { title?: string; personId?: string; timeout?: string }];
/** One approval after another: each leads to the next, the last to a tag; who is declined or not answered is done. */
function approvals(...asked: Asking[]): Drawing {
  const behind = (index: number) => asked[index + 1]?.[0] ?? 'tag';
  return [
    [
      ['start', 'manual'],
      ...asked.map(([node, data]): Drawing[0][number] => [
        node,
        'approval',
        { title: 'Invite her?', to: 'person', personId: marta, timeout: 'P14D', ...data },
      ]),
      ['tag', 'add-tag', { tag: 'invited' }],
      ['end', 'end'],
    ],
    {},
    asked.flatMap(([node], index): [string, string, string][] => [
      [node, 'approved', behind(index)],
      [node, 'declined', 'end'],
      [node, 'timeout', 'end'],
    ]),
  ];
}
const waiting: Drawing = [
  [
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P30D' }],
    ['end', 'end'],
  ],
];

async function begin(drawing: Drawing): Promise<string> {
  const { flowId } = await publishChain(...drawing);
  await enter(await addCandidate(fresh.db, { name: 'Ana Costa' }), flowId);
  return flowId;
}
/** Publishes and moves; answers the move's id. */
async function republish(flowId: string, drawing: Drawing, inFlight: InFlight[]): Promise<string> {
  await fresh.db
    .updateTable('flow')
    .set({ draft: JSON.stringify(chain(...drawing)) })
    .where('id', '=', flowId)
    .execute();
  const published = await publishFlow(fresh.db, {
    flowId,
    by: marta,
    note: '',
    inFlight,
    now: clock.now(),
  });
  if (!published || !('versionId' in published)) throw new Error(JSON.stringify(published));
  await house.settle();
  return published.operationId ?? '';
}
async function takeBack(operationId: string): Promise<void> {
  await undoMove(fresh.db, operationId, marta, clock.now());
  await house.settle();
}
const runIn = (flowId: string) =>
  fresh.db.selectFrom('enrolment').selectAll().where('flow_id', '=', flowId).executeTakeFirstOrThrow();
const tasks = () =>
  fresh.db
    .selectFrom('task')
    .select(['id', 'node_id', 'visit', 'status', 'title', 'assignee_id', 'due_at', 'settled_at'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
const openTasks = async () => (await tasks()).filter((task) => task.status === 'open');
async function decide(outcome: 'approved' | 'declined' = 'approved'): Promise<void> {
  const [task] = await openTasks();
  expect(
    await decideTask(fresh.db, task?.id ?? '', outcome, { kind: 'person', id: marta }, clock.now()),
  ).toMatchObject({
    is: 'decided',
    first: true,
  });
}

test('a decision that is carried over to another step is still somebody’s to make, and moves the run there', async () => {
  const flowId = await begin(approvals(['ask']));
  const [asked] = await openTasks();
  clock.set(clock.now() + day);
  await republish(flowId, approvals(['ask-again']), [{ version: 1, node: 'ask', to: 'ask-again' }]);
  const { id } = await only();
  await advance(id);
  expect(await tasks(), 'nobody is asked twice').toEqual([asked]);
  expect((await only()).node_id).toBe('ask-again');
  await decide();
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'ask', 'ask-again → approved', 'tag', 'end']);
});

test('a decision made before its run was moved is heard where the run is now', async () => {
  const flowId = await begin(approvals(['ask']));
  await decide('declined');
  await republish(flowId, approvals(['ask-again']), [{ version: 1, node: 'ask', to: 'ask-again' }]);
  const { id } = await only();
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'ask', 'ask-again → declined', 'end']);
});

test('a question that is carried over twice is still the one that was asked first', async () => {
  const flowId = await begin(approvals(['ask']));
  const asked = await tasks();
  await republish(flowId, approvals(['second']), [{ version: 1, node: 'ask', to: 'second' }]);
  const last = await republish(flowId, approvals(['third']), [{ version: 2, node: 'second', to: 'third' }]);
  const { id } = await only();
  await advance(id);
  expect(await tasks()).toEqual(asked);
  await takeBack(last);
  expect((await only()).node_id).toBe('second');
  expect(await tasks()).toEqual(asked);
  await decide();
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'ask', 'second', 'third', 'second → approved', 'tag', 'end']);
});

test('a move taken back brings the decision back: the task that was open before, and its answer moves the run', async () => {
  const flowId = await begin(approvals(['ask']));
  const asked = await tasks();
  const operationId = await republish(flowId, waiting, [{ version: 1, node: 'ask', to: 'wait' }]);
  const { id } = await only();
  await advance(id);
  expect(await tasks()).toMatchObject([{ status: 'cancelled' }]);
  await takeBack(operationId);
  await advance(id);
  expect(await tasks()).toEqual(asked);
  await decide();
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'ask', 'wait', 'ask → approved', 'tag', 'end']);
});

test('a worker that dies while it takes a move back leaves the decision recalled; the next one brings it back once', async () => {
  const flowId = await begin(approvals(['ask']));
  const asked = await tasks();
  const operationId = await republish(flowId, waiting, [{ version: 1, node: 'ask', to: 'wait' }]);
  const { operationId: undo } =
    (await undoMove(fresh.db, operationId, marta, clock.now())) ?? expect.fail('it cannot be taken back');
  await sql`create function die() returns trigger language plpgsql as $$ begin raise exception 'gone' using errcode = '57P01'; end $$`.execute(
    fresh.db,
  );
  await sql`create trigger die before update on operation for each row execute function die()`.execute(
    fresh.db,
  );
  const pump = house.pumps.find(({ name }) => name === 'operations');
  await expect(pump?.round()).rejects.toThrow('gone');
  expect(await only()).toMatchObject({ node_id: 'wait' });
  expect(await tasks()).toMatchObject([{ status: 'cancelled' }]);
  await sql`drop trigger die on operation`.execute(fresh.db);
  await sql`drop function die`.execute(fresh.db);
  await house.settle();
  expect(
    await fresh.db.selectFrom('operation').select('state').where('id', '=', undo).executeTakeFirst(),
  ).toEqual({ state: 'done' });
  expect(await only()).toMatchObject({ node_id: 'ask' });
  expect(await tasks()).toEqual(asked);
});

test('a move taken back from a question of another version recalls that one and asks the first again', async () => {
  const flowId = await begin(approvals(['ask']));
  const operationId = await republish(flowId, approvals(['ask', { title: 'Does she get an offer?' }]), [
    { version: 1, node: 'ask', to: 'ask' },
  ]);
  const { id } = await only();
  await advance(id);
  expect(await tasks()).toMatchObject([
    { visit: 1, status: 'cancelled', title: 'Invite her?' },
    { visit: 2, status: 'open', title: 'Does she get an offer?' },
  ]);
  await takeBack(operationId);
  await advance(id);
  expect(await tasks()).toMatchObject([
    { visit: 1, status: 'open', settled_at: null },
    { visit: 2, status: 'cancelled' },
  ]);
  await decide();
  await advance(id);
  expect((await ways(id)).slice(-3)).toEqual(['ask → approved', 'tag', 'end']);
});

test('an approval of which only the time to answer changes is not asked anew: it is due when the new time is up', async () => {
  const flowId = await begin(approvals(['ask']));
  const began = clock.now();
  const [asked] = await tasks();
  clock.set(began + day);
  const operationId = await republish(flowId, approvals(['ask', { timeout: 'P5D' }]), [
    { version: 1, node: 'ask', to: 'ask' },
  ]);
  const { id } = await only();
  await advance(id);
  expect(await tasks()).toEqual([{ ...asked, due_at: new Date(began + 5 * day) }]);
  expect(await only()).toMatchObject({ node_id: 'ask', wake_at: new Date(began + 5 * day) });
  await takeBack(operationId);
  await advance(id);
  expect(await tasks(), 'as before').toEqual([asked]);
  expect(await only()).toMatchObject({ wake_at: new Date(began + 14 * day) });
  await decide();
  await advance(id);
  expect((await ways(id)).slice(-3)).toEqual(['ask → approved', 'tag', 'end']);
});

test('a time to answer that is over by the new version ends the wait, and the question with it', async () => {
  const flowId = await begin(approvals(['ask']));
  clock.set(clock.now() + 3 * day);
  await republish(flowId, approvals(['ask', { timeout: 'P2D' }]), [{ version: 1, node: 'ask', to: 'ask' }]);
  const { id } = await only();
  await advance(id);
  expect(await tasks()).toMatchObject([{ visit: 1, status: 'cancelled' }]);
  expect((await ways(id)).slice(-2)).toEqual(['ask → timeout', 'end']);
});

test('a due date that a colleague has set stays where the time to answer does', async () => {
  const flowId = await begin(approvals(['ask']));
  const [asked] = await tasks();
  const dueAt = clock.now() + 2 * day;
  await changeTask(fresh.db, asked?.id ?? '', { dueAt }, { kind: 'person', id: marta }, clock.now());
  await republish(flowId, approvals(['ask-again']), [{ version: 1, node: 'ask', to: 'ask-again' }]);
  await advance((await only()).id);
  expect(await tasks()).toEqual([{ ...asked, due_at: new Date(dueAt) }]);
});

test('who is moved from one approval to another is asked about anew: another title, another person, another deadline', async () => {
  await begin(
    approvals(['first'], ['second', { title: 'Does she get an offer?', personId: rui, timeout: 'P3D' }]),
  );
  const { id } = await only();
  clock.set(clock.now() + day);
  await repairEnrolment(fresh.db, id, { action: 'move', node: 'second' }, marta, clock.now());
  await advance(id);
  expect(await tasks()).toMatchObject([
    { node_id: 'first', status: 'cancelled' },
    {
      node_id: 'second',
      status: 'open',
      title: 'Does she get an offer?',
      assignee_id: rui,
      due_at: new Date(clock.now() + 3 * day),
    },
  ]);
  expect((await only()).wake_at).toEqual(new Date(clock.now() + 3 * day));
  await decide();
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'first', 'second → approved', 'tag', 'end']);
});

test('an approval of the first question, made just before the run is moved, does not pass the second one', async () => {
  await begin(approvals(['first'], ['second', { title: 'Does she get an offer?' }]));
  const { id } = await only();
  await decide();
  await repairEnrolment(fresh.db, id, { action: 'move', node: 'second' }, marta, clock.now());
  await advance(id);
  expect(await only()).toMatchObject({ status: 'open', node_id: 'second' });
  expect(await openTasks()).toMatchObject([{ node_id: 'second' }]);
});

const inner = () =>
  publishChain([
    ['start', 'started-by-flow'],
    ['wait', 'wait', { for: 'P3D' }],
    ['end', 'end'],
  ]);
const running = (...steps: [node: string, flowId: string][]): Drawing => [
  [
    ['start', 'manual'],
    ...steps.map(([node, flowId]): Drawing[0][number] => [
      node,
      'run-flow',
      { flowId, waits: true, atMost: 'P30D' },
    ]),
    ['tag', 'add-tag', { tag: 'nurtured' }],
    ['end', 'end'],
  ],
  {},
  steps.flatMap(([node], index) =>
    ['converted', 'ended', 'exited', 'refused', 'timeout'].map((port): [string, string, string] => [
      node,
      port,
      port === 'ended' ? (steps[index + 1]?.[0] ?? 'tag') : 'end',
    ]),
  ),
];
const childEnds = async (flowId: string) => {
  clock.set(clock.now() + 3 * day);
  await advance((await runIn(flowId)).id);
  await house.settle();
};

test('the end of a flow that was started moves the run that waits for it at another step by now; it is not started twice', async () => {
  const child = await inner();
  const flowId = await begin(running(['go', child.flowId]));
  await republish(flowId, running(['go-on', child.flowId]), [{ version: 1, node: 'go', to: 'go-on' }]);
  const { id } = await runIn(flowId);
  await advance(id);
  await childEnds(child.flowId);
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'go', 'go-on → ended', 'tag', 'end']);
  expect(
    await fresh.db.selectFrom('enrolment').select('id').where('flow_id', '=', child.flowId).execute(),
  ).toHaveLength(1);
});

test('the end of a flow that was started is not missed by a run that was elsewhere, once the move is taken back', async () => {
  const child = await inner();
  const flowId = await begin(running(['go', child.flowId]));
  const operationId = await republish(flowId, waiting, [{ version: 1, node: 'go', to: 'wait' }]);
  const { id } = await runIn(flowId);
  await advance(id);
  await childEnds(child.flowId);
  await advance(id);
  expect(await runIn(flowId)).toMatchObject({ node_id: 'wait', status: 'open' });
  await takeBack(operationId);
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'go', 'wait', 'go → ended', 'tag', 'end']);
});

test('who is moved to a step that starts another flow starts that one, and the end of the first is no answer', async () => {
  const [one, other] = [await inner(), await inner()];
  const flowId = await begin(running(['first', one.flowId], ['second', other.flowId]));
  const { id } = await runIn(flowId);
  clock.set(clock.now() + day);
  await repairEnrolment(fresh.db, id, { action: 'move', node: 'second' }, marta, clock.now());
  await advance(id);
  await house.settle();
  clock.set(clock.now() + 2 * day);
  await advance((await runIn(one.flowId)).id);
  await house.settle();
  await advance(id);
  expect(await runIn(flowId)).toMatchObject({ node_id: 'second', status: 'open' });
  await childEnds(other.flowId);
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'first', 'second → ended', 'tag', 'end']);
});
