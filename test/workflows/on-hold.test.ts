/** A flow on hold writes what it will say and waits: nothing leaves before someone lets it go, and everything is checked then. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { pauseByHand, resumeFlow } from '../../db/queries/flows.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { suppress } from '../../db/queries/messages.ts';
import { discardHeld, endHold, flowsOnHold, releaseHeld } from '../../db/queries/on-hold.ts';
import { claimBatch } from '../../db/queries/outbox.ts';
import { catcher } from '../../workflows/transports/catcher.ts';
import { addCandidate, day, hour } from '../harness/house.ts';
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
  template,
  ways,
} from './rules/stage.ts';

standOnEmptyGround();

const hold = async ({ flowId }: { flowId: string }) => {
  await fresh.db.updateTable('flow').set({ on_hold: true }).where('id', '=', flowId).execute();
  return flowId;
};
const asking = async () => hold(await publishAsking({ reentry: 'always' }));
const ana = () => addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example', timeZone: 'UTC' });
const by = { kind: 'person', id: 'me' } as const;
const release = (flowId: string, nodeId?: string) =>
  releaseHeld(fresh.db, { flowId, nodeId }, { by, now: clock.now() });
const messages = async () =>
  (
    await fresh.db
      .selectFrom('message')
      .select(['status', 'reason'])
      .orderBy('created_at')
      .orderBy('id')
      .execute()
  ).map(({ status, reason }) => (reason ? `${status}: ${reason}` : status));
const caught = async () => (await fresh.db.selectFrom('caught_mail').select('id').execute()).length;
const letGo = async () =>
  (
    await fresh.db
      .selectFrom('event')
      .select(['type', 'by_kind', 'by_id'])
      .where('type', 'in', ['message.released', 'message.discarded'])
      .execute()
  ).map((event) => `${event.type} by ${event.by_kind} ${event.by_id}`);

test('what a flow on hold writes is rendered and waits, while the run goes on; let go, it leaves once, by whom is written down', async () => {
  const flowId = await asking();
  await enter(await ana(), flowId);
  expect(await messages()).toEqual(['held']);
  expect(await ways((await only()).id)).toEqual(['start', 'mail']);
  const { detail } = await fresh.db
    .selectFrom('step')
    .select('detail')
    .where('node_id', '=', 'mail')
    .executeTakeFirstOrThrow();
  expect(detail).toMatchObject({ result: 'done', held: true });
  expect(await caught()).toBe(0);
  expect(await release(flowId)).toHaveLength(1);
  expect(await release(flowId)).toEqual([]);
  await house.settle();
  await house.settle();
  expect([await messages(), await caught()]).toEqual([['delivered'], 1]);
  expect(await letGo()).toEqual(['message.released by person me']);
});

test('two who let the same messages go at the same moment let each go once', async () => {
  const flowId = await asking();
  const candidate = await ana();
  for (let n = 0; n < 3; n++) await enter(candidate, flowId);
  const db = connect(fresh.url, { max: 3, name: 'another tab' });
  try {
    const both = await Promise.all([
      release(flowId),
      releaseHeld(db, { flowId }, { by, now: clock.now() }),
      discardHeld(db, { flowId }, { by, now: clock.now() }),
    ]);
    expect(both.flat().length).toBe(new Set(both.flat()).size);
    expect(both.flat()).toHaveLength(3);
    const discarded = both[2].length;
    await house.settle();
    expect(await caught()).toBe(3 - discarded);
  } finally {
    await db.destroy();
  }
  expect(await letGo()).toHaveLength(3);
});

test('whoever leaves the flow while her message is held takes it along', async () => {
  const flowId = await asking();
  const candidate = await ana();
  await enter(candidate, flowId);
  await record(candidate, { type: 'candidate.hired' });
  expect(await release(flowId)).toEqual([]);
  await house.settle();
  expect([await messages(), await caught()]).toEqual([['cancelled: exit:candidate.hired'], 0]);
});

test('whoever leaves after it was let go, before it was sent, does not get it either', async () => {
  const flowId = await asking();
  const candidate = await ana();
  await enter(candidate, flowId);
  expect(await release(flowId)).toHaveLength(1);
  await record(candidate, { type: 'candidate.hired' });
  await house.settle();
  expect([await messages(), await caught()]).toEqual([['cancelled: exit:candidate.hired'], 0]);
});

test('an address that wants no more mail by the time it is let go gets none', async () => {
  const flowId = await asking();
  const candidate = await ana();
  await enter(candidate, flowId);
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidate]);
    await suppress(trx, 'ana@costa.example', 'unsubscribed', null, clock.now());
  });
  expect(await release(flowId)).toHaveLength(1);
  await house.settle();
  expect(await caught()).toBe(0);
  expect((await messages())[0]).toMatch(/^cancelled: /);
});

test('the cap and the hours hold for what is let go as for everything else', async () => {
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['mail', 'send-email', { templateId: template, sendFrom: '09:00', sendTo: '17:00' }],
      ['end', 'end'],
    ],
    { reentry: 'always', contact: { class: 'nurture' } },
  );
  await hold({ flowId });
  const candidate = await ana();
  for (let n = 0; n < 3; n++) await enter(candidate, flowId);
  clock.set(clock.now() + 4 * hour);
  expect(await release(flowId)).toHaveLength(3);
  await house.settle();
  expect(await caught()).toBe(0);
  clock.set(clock.now() + 15 * hour);
  await house.settle();
  expect((await messages()).sort()).toEqual(['delivered', 'delivered', 'queued']);
});

test('let go while the flow is paused, it waits for the flow, and for nothing else', async () => {
  const flowId = await asking();
  await enter(await ana(), flowId);
  await pauseByHand(fresh.db, flowId, null, clock.now());
  expect(await release(flowId)).toHaveLength(1);
  await house.settle();
  expect(await messages()).toEqual(['queued']);
  await resumeFlow(fresh.db, flowId, clock.now());
  await house.settle();
  expect([await messages(), await caught()]).toEqual([['delivered'], 1]);
});

test('a worker that dies with what was let go in its hands sends nothing twice and loses nothing', async () => {
  const flowId = await asking();
  await enter(await ana(), flowId);
  expect(await release(flowId)).toHaveLength(1);
  const transport = catcher(fresh.db);
  const { batch } = await claimBatch(fresh.db, {
    limit: 9,
    transport: transport.name,
    now: clock.now(),
    encode: (leaving) => transport.encode(leaving, 'https://jobs.example'),
  });
  await transport.send({ key: batch?.id ?? '', body: batch?.body ?? '', now: clock.now() });
  // It died before it could write down that it was sent. Whoever asks again meanwhile finds nothing held.
  expect(await release(flowId)).toEqual([]);
  await sql`update email_batch set next_at = now()`.execute(fresh.db);
  await house.settle();
  expect([await messages(), await caught()]).toEqual([['delivered'], 1]);
});

test('singly, one goes and the others stay; by step, those of the step; discarded, they never leave', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['first', 'send-email', { templateId: template }],
    ['second', 'send-email', { templateId: template }],
    ['third', 'send-email', { templateId: template }],
    ['end', 'end'],
  ]);
  await hold({ flowId });
  await enter(await ana(), flowId);
  const [one] = await fresh.db.selectFrom('message').select('id').where('node_id', '=', 'third').execute();
  const own = { by, now: clock.now() };
  expect(await releaseHeld(fresh.db, { messageId: one?.id ?? '' }, own)).toEqual([one?.id]);
  expect(await release(flowId, 'second')).toHaveLength(1);
  await house.settle();
  expect([await caught(), (await messages()).filter((each) => each === 'held')]).toEqual([2, ['held']]);
  expect(await discardHeld(fresh.db, { flowId }, own)).toHaveLength(1);
  await house.settle();
  expect((await messages()).sort()).toEqual([
    'cancelled: Discarded by hand while it was held.',
    'delivered',
    'delivered',
  ]);
});

test('once the hold is over, what is written leaves at once; what was held stays until it is let go', async () => {
  const flowId = await asking();
  const candidate = await ana();
  await enter(candidate, flowId);
  expect(await endHold(fresh.db, flowId, clock.now())).toBe(true);
  expect(await endHold(fresh.db, newId(), clock.now())).toBe(false);
  await enter(candidate, flowId);
  expect((await messages()).sort()).toEqual(['delivered', 'held']);
});

test('who ends the hold while a message is being written waits for it, and finds it held', async () => {
  const flowId = await asking();
  const order: string[] = [];
  let ending: Promise<void> | null = null;
  const db = connect(fresh.url, { max: 2, name: 'ends the hold' });
  try {
    await fresh.db.transaction().execute(async (trx) => {
      expect([...(await flowsOnHold(trx, [flowId, flowId]))]).toEqual([flowId]);
      ending = endHold(db, flowId, clock.now()).then(() => void order.push('ended'));
      for (let waiting = 0; waiting === 0; ) {
        const locks = await sql<{ n: number }>`
          select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and query like 'update "flow"%'`.execute(
          fresh.db,
        );
        waiting = locks.rows[0]?.n ?? 0;
      }
      order.push('written');
    });
    await ending;
  } finally {
    await db.destroy();
  }
  expect(order).toEqual(['written', 'ended']);
});

test('more than a batch is let go in one request', async () => {
  const flowId = await asking();
  await enter(await ana(), flowId);
  await sql`
    insert into message (id, candidate_id, enrolment_id, flow_id, version_id, node_id, token, from_address, to_address, subject, html, text, status, created_at)
    select gen_random_uuid(), candidate_id, enrolment_id, flow_id, version_id, node_id, 'token-' || n, from_address, to_address, subject, html, text,
      'held', created_at
    from message, generate_series(1, 1000) as n`.execute(fresh.db);
  expect(await release(flowId)).toHaveLength(1001);
  expect(await release(flowId)).toEqual([]);
  const queued = await sql<{ n: number }>`select count(*)::int as n from email_queue`.execute(fresh.db);
  expect(queued.rows[0]?.n).toBe(1001);
});

test('a wait for an answer counts from the step, held or not', async () => {
  const flowId = await asking();
  await enter(await ana(), flowId);
  clock.set(clock.now() + 14 * day);
  const { id } = await only();
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'mail', 'reply → timeout', 'end']);
  // Coming to the end takes nothing along.
  expect(await messages()).toEqual(['held']);
});
