/** A stored event beats a timeout not yet taken: `advance` decides from rows, not from what anyone said. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { recordReply } from '../../../db/queries/messages.ts';
import { addCandidate, day, minute } from '../../harness/house.ts';
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
