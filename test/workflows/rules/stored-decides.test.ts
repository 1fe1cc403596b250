/** A stored event beats a timeout not yet taken: `advance` decides from rows, not from what anyone said. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { planEvent } from '../../../db/queries/due.ts';
import { publishFlow } from '../../../db/queries/flows.ts';
import { lockCandidates } from '../../../db/queries/lock.ts';
import { recordReply } from '../../../db/queries/messages.ts';
import { addCandidate, addPool, day, minute } from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  fresh,
  house,
  only,
  publishAsking,
  publishChain,
  record,
  standOnEmptyGround,
  ways,
} from './stage.ts';

standOnEmptyGround();

test('a reply stored before the timeout is taken wins, even when the deadline has passed', async () => {
  const { flowId } = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const { id } = await only();
  clock.set(clock.now() + 15 * day);
  const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
  await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'mail', 'reply → event', 'warm', 'end']);
});

test('a reply that the router never saw is found by the timer’s own advance', async () => {
  const { flowId } = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const { id } = await only();
  const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
  await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
  await sql`delete from event_queue`.execute(fresh.db);
  clock.set(clock.now() + 14 * day);
  await advance(id);
  expect(await ways(id)).toContain('reply → event');
});

test('two replies and a timeout at the same moment take one way', async () => {
  const { flowId } = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const { id } = await only();
  const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
  clock.set(clock.now() + 14 * day);
  const reply = () => recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
  await Promise.all([advance(id), reply(), advance(id), reply(), advance(id)]);
  await advance(id);
  const way = await ways(id);
  expect(way.filter((node) => node.startsWith('reply'))).toHaveLength(1);
  expect(way.filter((node) => node === 'end')).toHaveLength(1);
});

test('an event before the flow was published enrols no one, and an edit does not touch who is under way', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await record(ana, { type: 'pool.joined', data: { poolId: '01890000-0000-7000-8000-000000000000' } });
  clock.set(clock.now() + minute);
  await publishChain([
    ['start', 'joined-pool', { poolId: '01890000-0000-7000-8000-000000000000' }],
    ['end', 'end'],
  ]);
  await sql`insert into event_queue (event_id) select id from event on conflict do nothing`.execute(fresh.db);
  await house.settle();
  expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toEqual([]);
});

test('whoever is under way finishes on the version they began, whatever is published meanwhile', async () => {
  const { db } = fresh;
  const { flowId, versionId } = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P1D' }],
    ['old', 'add-tag', { tag: 'old' }],
    ['end', 'end'],
  ]);
  const [ana, bea] = [
    await addCandidate(db, { name: 'Ana Costa' }),
    await addCandidate(db, { name: 'Bea Lima' }),
  ];
  await enter(ana, flowId);
  const graph = (await db.selectFrom('flow').select('draft').executeTakeFirstOrThrow()).draft;
  const edited = JSON.parse(JSON.stringify(graph).replaceAll('"old"', '"new"')) as typeof graph;
  clock.set(clock.now() + minute);
  await db
    .updateTable('flow')
    .set({ draft: JSON.stringify(edited) })
    .where('id', '=', flowId)
    .execute();
  const published = await publishFlow(db, { flowId, by: 'ops', note: '', now: clock.now() });
  expect(published).toMatchObject({ number: 2 });
  await enter(bea, flowId);
  clock.set(clock.now() + day);
  for (const { id } of await db.selectFrom('enrolment').select('id').execute()) await advance(id);
  const tags = await db.selectFrom('candidate').select(['id', 'tags']).execute();
  expect(new Map(tags.map((one) => [one.id, one.tags]))).toEqual(
    new Map([
      [ana, ['old']],
      [bea, ['new']],
    ]),
  );
  const versions = await db.selectFrom('enrolment').select(['candidate_id', 'version_id']).execute();
  expect(versions.find((one) => one.candidate_id === ana)?.version_id).toBe(versionId);
});

test('a fact written down while the flow is being published starts it a few seconds later', async () => {
  const { db } = fresh;
  const poolId = await addPool(db, 'Silver medallists');
  const { flowId } = await publishChain([
    ['start', 'joined-pool', { poolId }],
    ['end', 'end'],
  ]);
  clock.set(clock.now() + minute);
  // As a transaction sees it that began before the publishing one was over: nobody listens.
  await sql`delete from flow_trigger`.execute(db);
  const ana = await addCandidate(db, { name: 'Ana Costa' });
  await record(ana, { type: 'pool.joined', data: { poolId } });
  await publishFlow(db, { flowId, by: 'ops', note: '', now: clock.now() });
  await house.settle();
  expect(await db.selectFrom('enrolment').select('id').execute()).toEqual([]);
  clock.set(clock.now() + 15_000);
  await house.settle();
  expect(await db.selectFrom('enrolment').select('candidate_id').execute()).toEqual([{ candidate_id: ana }]);
});

test('what was routed while the flow was being published is not routed again', async () => {
  const { db } = fresh;
  const poolId = await addPool(db, 'Silver medallists');
  const { flowId } = await publishChain([
    ['start', 'joined-pool', { poolId }],
    ['wait', 'wait', { for: 'P1D' }],
    ['end', 'end'],
  ]);
  await publishFlow(db, { flowId, by: 'ops', note: '', now: clock.now() });
  const other = await addPool(db, 'Keep warm');
  const [ana, bea] = [
    await addCandidate(db, { name: 'Ana Costa' }),
    await addCandidate(db, { name: 'Bea Lima' }),
  ];
  await record(ana, { type: 'pool.joined', data: { poolId } });
  await record(bea, { type: 'pool.joined', data: { poolId: other } });
  await house.settle();
  // What the trigger asks for becomes true of her afterwards: her event was judged, and is not judged again.
  await sql`update event set data = jsonb_build_object('poolId', ${poolId}::text) where candidate_id = ${bea}`.execute(
    db,
  );
  for (let n = 0; n < 10; n++) {
    clock.set(clock.now() + 15_000);
    await house.settle();
  }
  expect(await db.selectFrom('due').select('id').execute()).toEqual([]);
  expect(await db.selectFrom('refusal').select('code').execute()).toEqual([]);
  expect(await db.selectFrom('enrolment').select('candidate_id').execute()).toEqual([{ candidate_id: ana }]);
});

test('a planned event whose candidate is busy is left to whoever is at it, and the next one is written', async () => {
  const { db } = fresh;
  const [ana, bea] = [
    await addCandidate(db, { name: 'Ana Costa' }),
    await addCandidate(db, { name: 'Bea Lima' }),
  ];
  await planEvent(db, { candidateId: ana, type: 'custom.birthday', data: {} }, clock.now());
  await planEvent(db, { candidateId: bea, type: 'custom.birthday', data: {} }, clock.now() + 1);
  clock.set(clock.now() + 2);
  const due = house.pumps.filter((pump) => pump.name === 'due')[0] as (typeof house.pumps)[number];
  const written = () => db.selectFrom('event').select('candidate_id').execute();
  let rounds: Promise<number>[] = [];
  await db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [ana]);
    // Whichever of the two claims her row waits for her; the other one must not.
    rounds = [due.round(), due.round()];
    expect(await Promise.race(rounds)).toBe(1);
    expect(await written()).toEqual([{ candidate_id: bea }]);
  });
  expect(await Promise.all(rounds)).toEqual([1, 1]);
  expect(await written()).toHaveLength(2);
});
