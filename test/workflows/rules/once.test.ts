/** A step happens once, a fact enrols once: whoever asks again, and however many ask at the same moment. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  addCandidate,
  addPipeline,
  addSource,
  day,
  greenhouse,
  houseOn,
  receive,
} from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  everything,
  fresh,
  house,
  only,
  publishAsking,
  publishChain,
  record,
  standOnEmptyGround,
  template,
} from './stage.ts';

standOnEmptyGround();

test('advance, run twice at any point, changes nothing the second time', async () => {
  const { flowId } = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const { id } = await only();
  for (const move of [async () => {}, async () => clock.set(clock.now() + 14 * day), async () => {}]) {
    await move();
    await advance(id);
    const before = await everything();
    await advance(id);
    await Promise.all([advance(id), advance(id), advance(id)]);
    expect(await everything()).toEqual(before);
  }
  expect((await only()).status).toBe('ended');
});

test('one event enrols once, however often and by however many routers it is seen', async () => {
  await publishAsking();
  const { flowId } = await publishChain([
    ['start', 'joined-pool', { poolId: '01890000-0000-7000-8000-000000000000' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const [event] = await record(ana, {
    type: 'pool.joined',
    data: { poolId: '01890000-0000-7000-8000-000000000000' },
  });
  const second = houseOn(fresh.db, clock);
  await Promise.all([house.settle(), second.settle()]);
  await sql`insert into event_queue (event_id) values (${event?.id})`.execute(fresh.db);
  await house.settle();
  expect(await fresh.db.selectFrom('enrolment').select('flow_id').execute()).toEqual([{ flow_id: flowId }]);
});

test('fifty requests about one new person at the same moment make one candidate, one application, one enrolment', async () => {
  await addPipeline(fresh.db);
  const source = await addSource(fresh.db);
  await publishChain([
    ['start', 'application-received'],
    ['mail', 'send-email', { templateId: template }],
    ['wait', 'wait', { for: 'P3D' }],
    ['end', 'end'],
  ]);
  for (let n = 0; n < 50; n++)
    await receive(
      fresh.db,
      source,
      'greenhouse',
      greenhouse({ id: 7, firstName: 'Ana', lastName: 'Costa', email: 'ana@costa.example' }),
    );
  const houses = [house, houseOn(fresh.db, clock), houseOn(fresh.db, clock)];
  await Promise.all(houses.map((one) => one.settle()));
  await house.settle();
  expect(await fresh.db.selectFrom('inbound').select('id').where('status', '<>', 'done').execute()).toEqual(
    [],
  );
  for (const table of [
    'candidate',
    'candidate_email',
    'application',
    'enrolment',
    'caught_mail',
    'job',
  ] as const) {
    expect(await fresh.db.selectFrom(table).select(sql`1`.as('one')).execute(), table).toHaveLength(1);
  }
});
