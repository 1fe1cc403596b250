import { expect, test } from 'vitest';
import { mergeCandidates } from '../../../db/queries/merge.ts';
import { recordReply, suppress, unsubscribe } from '../../../db/queries/messages.ts';
import { stopEnrolment } from '../../../db/queries/repairs.ts';
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
  template,
  ways,
} from './stage.ts';

standOnEmptyGround();

test('a goal reached before a run is stopped by hand still counts', async () => {
  const { flowId } = await publishAsking({
    goal: { events: ['message.replied'], window: 'P30D', exit: true },
  });
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const { id } = await only();
  const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
  clock.set(clock.now() + minute);
  await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
  // Temporal is down: the router has routed the reply, nobody has moved the run.
  await house.settle();
  await stopEnrolment(fresh.db, id, 'ops', clock.now());
  await house.settle();
  expect((await only()).goal_at).not.toBeNull();
});

test('whoever complained and then unsubscribes leaves the flow, too', async () => {
  const { flowId } = await publishAsking({ exitOn: ['message.unsubscribed'] });
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const { token, id: messageId } = await fresh.db
    .selectFrom('message')
    .select(['id', 'token'])
    .executeTakeFirstOrThrow();
  await fresh.db
    .transaction()
    .execute((trx) => suppress(trx, 'ana@costa.example', 'complained', messageId, clock.now()));
  await unsubscribe(fresh.db, token, clock.now());
  await advance((await only()).id);
  expect((await only()).status).toBe('exited');
});

test('a mail still queued when its run has come to the end does not leave once she is hired', async () => {
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['mail', 'send-email', { templateId: template }],
      ['end', 'end'],
    ],
    { exitOn: ['candidate.hired'] },
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  for (const pump of house.pumps) if (pump.name !== 'deliver-email') await pump.round();
  expect((await only()).status).toBe('ended');
  await record(ana, { type: 'candidate.hired' });
  await house.settle();
  expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toEqual([]);
});

test('what happened to the other record weeks before a merge answers no wait of this one', async () => {
  const pool = '01890000-0000-7000-8000-000000000000';
  const slow = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P60D' }],
    ['end', 'end'],
  ]);
  const asks = await publishChain(
    [
      ['start', 'manual'],
      ['joined', 'wait-for', { event: 'pool.joined', timeout: 'P14D' }],
      ['in', 'add-tag', { tag: 'in' }],
      ['end', 'end'],
    ],
    {},
    [
      ['joined', 'event', 'in'],
      ['joined', 'timeout', 'end'],
    ],
  );
  const lose = await addCandidate(fresh.db, { name: 'Ana C.', email: 'ana@work.example' });
  const keep = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(lose, slow.flowId);
  await record(lose, { type: 'pool.joined', data: { poolId: pool } });
  await house.settle();
  clock.set(clock.now() + 30 * day);
  await enter(keep, asks.flowId);
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep, lose, by: { kind: 'person' } }, clock.now()));
  const run = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('flow_id', '=', asks.flowId)
    .executeTakeFirstOrThrow();
  await advance(run.id);
  expect(await ways(run.id)).toEqual(['start']);
});

test('of two runs made one by a merge, the goal that the second had reached still counts', async () => {
  const { flowId } = await publishAsking({
    goal: { events: ['message.replied'], window: 'P30D', exit: false },
  });
  const lose = await addCandidate(fresh.db, { name: 'Ana C.', email: 'ana@work.example' });
  const keep = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(lose, flowId);
  await enter(keep, flowId);
  const { id: messageId } = await fresh.db
    .selectFrom('message')
    .select('id')
    .where('candidate_id', '=', lose)
    .executeTakeFirstOrThrow();
  clock.set(clock.now() + minute);
  await recordReply(fresh.db, { messageId, text: 'Yes', now: clock.now() });
  await house.settle();
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep, lose, by: { kind: 'person' } }, clock.now()));
  await house.settle();
  const reached = await fresh.db
    .selectFrom('enrolment')
    .select(['status', 'goal_at'])
    .where('end_reason', '=', 'merged')
    .executeTakeFirstOrThrow();
  expect(reached.goal_at).not.toBeNull();
});

test('what happened to the other record before a run began does not end it, but for what holds of the person', async () => {
  const slow = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P60D' }],
    ['end', 'end'],
  ]);
  const winBack = await publishChain(
    [
      ['start', 'manual'],
      ['wait', 'wait', { for: 'P60D' }],
      ['end', 'end'],
    ],
    { exitOn: ['application.received', 'candidate.hired'] },
  );
  const runOf = (candidate: string) =>
    fresh.db
      .selectFrom('enrolment')
      .select(['id', 'status', 'end_reason'])
      .where('flow_id', '=', winBack.flowId)
      .where('candidate_id', '=', candidate)
      .executeTakeFirstOrThrow();
  for (const [type, ending] of [
    ['application.received', 'open'],
    ['candidate.hired', 'exited'],
  ] as const) {
    const lose = await addCandidate(fresh.db, { name: 'Ana C.' });
    const keep = await addCandidate(fresh.db, { name: 'Ana Costa' });
    await enter(lose, slow.flowId);
    await record(lose, { type });
    clock.set(clock.now() + 30 * day);
    await enter(keep, winBack.flowId);
    await fresh.db
      .transaction()
      .execute((trx) => mergeCandidates(trx, { keep, lose, by: { kind: 'person' } }, clock.now()));
    await advance((await runOf(keep)).id);
    expect((await runOf(keep)).status).toBe(ending);
  }
});

test('a run that a merge ends says so in the timeline', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P60D' }],
    ['end', 'end'],
  ]);
  const lose = await addCandidate(fresh.db, { name: 'Ana C.' });
  const keep = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(lose, flowId);
  await enter(keep, flowId);
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep, lose, by: { kind: 'person', id: 'ops' } }, clock.now()));
  const said = await fresh.db
    .selectFrom('event')
    .select(['candidate_id', 'data', 'by_id'])
    .where('type', '=', 'enrolment.ended')
    .execute();
  expect(said).toEqual([
    { candidate_id: keep, data: { flowId, status: 'exited', reason: 'merged' }, by_id: 'ops' },
  ]);
});

test('with Temporal down, a goal that ends the run keeps its queued mail from leaving; one that does not holds it only until the run has moved', async () => {
  for (const [exit, when, left] of [
    [true, undefined, 0],
    [false, undefined, 1],
    [true, { field: 'candidate.company', op: 'is', value: 'Halden' }, 1],
  ] as const) {
    const { flowId } = await publishChain(
      [
        ['start', 'manual'],
        ['mail', 'send-email', { templateId: template }],
        ['wait', 'wait', { for: 'P5D' }],
        ['end', 'end'],
      ],
      { goal: { events: ['application.received'], window: 'P30D', exit, when } as never },
    );
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: `ana-${flowId}@costa.example` });
    await record(ana, { type: 'enrolment.requested', data: { flowId } });
    const deliver = house.pumps.filter((pump) => pump.name === 'deliver-email');
    for (const pump of house.pumps) if (!deliver.includes(pump)) await pump.round();
    await record(ana, { type: 'application.received' });
    await house.settle();
    const run = await fresh.db
      .selectFrom('enrolment')
      .select('id')
      .where('flow_id', '=', flowId)
      .executeTakeFirstOrThrow();
    const mails = () =>
      fresh.db.selectFrom('message').select('status').where('enrolment_id', '=', run.id).execute();
    if (exit) expect(await mails()).toEqual([{ status: 'queued' }]);
    await advance(run.id);
    await house.settle();
    expect((await mails()).filter((mail) => mail.status === 'delivered')).toHaveLength(left);
  }
});
