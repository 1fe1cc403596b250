/** What a flow's settings promise, on the real database: who may enter, and that the condition for leaving acts at once. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { connect } from '../../../db/connect.ts';
import { resumeFlow } from '../../../db/queries/flows.ts';
import { recordBounce } from '../../../db/queries/messages.ts';
import { addCandidate, day, houseOn } from '../../harness/house.ts';
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
} from './stage.ts';

standOnEmptyGround();

const through = (settings: object) =>
  publishChain(
    [
      ['start', 'manual'],
      ['end', 'end'],
    ],
    settings,
  );
const refusals = async () =>
  (await fresh.db.selectFrom('refusal').select(['code', 'detail']).orderBy('id').execute()).map(
    ({ code, detail }) => ({ code, ...detail }),
  );
const mails = async () =>
  (await fresh.db.selectFrom('caught_mail').select('to_address').execute()).map((mail) => mail.to_address);
const allButMail = async () => {
  for (let round = 0; round < 3; round++)
    for (const pump of house.pumps) if (pump.name !== 'deliver-email') await pump.round();
};

test('whoever was through may enter again once the cooldown is over, and is told from when', async () => {
  const { flowId } = await through({ cooldown: 'P10D' });
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const started = clock.now();
  await enter(ana, flowId);
  clock.set(started + 10 * day - 1);
  await enter(ana, flowId);
  expect(await refusals()).toEqual([
    { code: 'cooling-down', until: new Date(started + 10 * day).toISOString() },
  ]);
  clock.set(started + 10 * day);
  await enter(ana, flowId);
  expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toHaveLength(2);
});

test('where the clock of the machine that ended a run is ahead, the next one begins no earlier than that end', async () => {
  const { flowId } = await through({});
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const ours = clock.now();
  clock.set(ours + 500);
  await enter(ana, flowId);
  clock.set(ours);
  await enter(ana, flowId);
  const [first, second] = await fresh.db.selectFrom('enrolment').selectAll().orderBy('id').execute();
  expect(first?.ended_at).toEqual(new Date(ours + 500));
  expect(second?.started_at).toEqual(first?.ended_at);
  // Nor is any of its steps over before it began, by whatever clock it is told.
  expect(second?.ended_at).toEqual(second?.started_at);
  const steps = await fresh.db
    .selectFrom('step')
    .select(['entered_at', 'left_at'])
    .where('enrolment_id', '=', second?.id ?? '')
    .execute();
  expect(steps).toHaveLength(2);
  for (const step of steps)
    expect(step).toEqual({ entered_at: second?.started_at, left_at: second?.started_at });
});

test('two routers together let in no more than the flow has places, and a place that comes free is taken', async () => {
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['wait', 'wait', { for: 'P1D' }],
      ['end', 'end'],
    ],
    { maxOpen: 3 },
  );
  const people: string[] = [];
  for (let n = 0; n < 8; n++) people.push(await addCandidate(fresh.db, { name: `Ana${n} Costa` }));
  const db = connect(fresh.url, { max: 5, name: 'another worker' });
  try {
    const other = houseOn(db, clock);
    const routers = [house, other].map(({ pumps }) => pumps.find((pump) => pump.name === 'router'));
    for (const [index, person] of people.entries()) {
      await record(person, { type: 'enrolment.requested', data: { flowId } });
      if (index % 2) await Promise.all(routers.map((router) => router?.round()));
    }
    await house.settle();
  } finally {
    await db.destroy();
  }
  expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toHaveLength(3);
  expect(await refusals()).toEqual(Array.from({ length: 5 }, () => ({ code: 'full', most: 3 })));
  clock.set(clock.now() + day);
  const [first] = await fresh.db.selectFrom('enrolment').select('id').orderBy('id').execute();
  await advance(first?.id ?? '');
  await enter(people.at(-1) ?? '', flowId);
  expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toHaveLength(4);
});

test('a mail waits until its run has judged what just happened, and is cancelled if that means leaving', async () => {
  const exitWhen = { field: 'candidate.status', op: 'is', value: 'hired' } as const;
  const { flowId } = await publishAsking({ exitOn: [], exitWhen });
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  const ben = await addCandidate(fresh.db, { name: 'Ben Okafor', email: 'ben@okafor.example' });
  for (const one of [ana, ben]) await record(one, { type: 'enrolment.requested', data: { flowId } });
  await allButMail();
  const deliver = house.pumps.find((pump) => pump.name === 'deliver-email');
  // An event that neither names the flow nor its exits: only the condition knows whether it matters.
  await sql`update candidate set status = 'hired' where id = ${ana}`.execute(fresh.db);
  for (const one of [ana, ben]) await record(one, { type: 'candidate.updated' });
  await deliver?.round();
  expect(await mails()).toEqual([]);
  await house.settle();
  for (const { id } of await fresh.db.selectFrom('enrolment').select('id').execute()) await advance(id);
  await house.settle();
  expect(await mails()).toEqual(['ben@okafor.example']);
  const runs = await fresh.db.selectFrom('enrolment').select(['candidate_id', 'end_reason']).execute();
  expect(new Map(runs.map((run) => [run.candidate_id, run.end_reason]))).toEqual(
    new Map([
      [ana, 'exit-when'],
      [ben, null],
    ]),
  );
  const cancelled = await fresh.db
    .selectFrom('message')
    .select(['status', 'reason'])
    .where('candidate_id', '=', ana)
    .executeTakeFirstOrThrow();
  expect(cancelled).toEqual({ status: 'cancelled', reason: 'exit-when' });
});

test('what a run did itself keeps its own mail from leaving no longer than it takes to be heard', async () => {
  const exitWhen = { field: 'candidate.tags', op: 'contains', value: 'cold' } as const;
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['tag', 'add-tag', { tag: 'warm' }],
      ['mail', 'send-email', { templateId: template }],
      ['wait', 'wait', { for: 'P1D' }],
      ['end', 'end'],
    ],
    { exitWhen },
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  expect(await mails()).toEqual(['ana@costa.example']);
  expect((await only()).status).toBe('open');
});

const failing = (breaker?: object) =>
  publishChain(
    [
      ['start', 'manual'],
      ['mail', 'send-email', { templateId: template }],
      ['end', 'end'],
    ],
    { reentry: 'always', ...(breaker ? { breaker } : {}) } as Parameters<typeof publishChain>[1],
  );
/** Writing to whoever has no headline fails: the template says nothing to put instead. */
const demanding = () =>
  sql`update template_version set body = 'Hello {{ candidate.headline }}'`.execute(fresh.db);
const flowNow = () =>
  fresh.db.selectFrom('flow').select(['id', 'state', 'paused_reason']).executeTakeFirstOrThrow();

test('a flow of which too much goes wrong pauses itself, not before enough was done, and says so', async () => {
  const { flowId } = await failing({ share: 50, least: 4 });
  await demanding();
  const good = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  const bad = await addCandidate(fresh.db, { name: 'Ben Okafor', email: 'ben@okafor.example' });
  await sql`update candidate set headline = 'Engineer' where id = ${good}`.execute(fresh.db);
  for (const one of [bad, good, bad]) await enter(one, flowId);
  expect((await flowNow()).state).toBe('live');
  await enter(bad, flowId);
  expect(await flowNow()).toMatchObject({
    state: 'paused',
    paused_reason: 'Paused by itself: 3 of 4 steps and mails went wrong within an hour.',
  });
});

test('what went wrong before it was resumed, or more than an hour ago, does not pause it again; bounces count', async () => {
  const { flowId } = await failing({ share: 60, least: 2 });
  await demanding();
  const bad = await addCandidate(fresh.db, { name: 'Ben Okafor', email: 'ben@okafor.example' });
  for (let n = 0; n < 2; n++) await enter(bad, flowId);
  expect((await flowNow()).state).toBe('paused');
  clock.set(clock.now() + 60_000);
  await resumeFlow(fresh.db, flowId, clock.now());
  await enter(bad, flowId);
  expect((await flowNow()).state).toBe('live');
  clock.set(clock.now() + 2 * 3_600_000);
  await sql`update template_version set body = 'Hello'`.execute(fresh.db);
  for (const name of ['Eva', 'Rui', 'Ivo'])
    await enter(await addCandidate(fresh.db, { name, email: `${name}@costa.example` }), flowId);
  const messages = await fresh.db.selectFrom('message').select('id').orderBy('id').execute();
  expect(messages).toHaveLength(3);
  await recordBounce(fresh.db, { messageId: messages[0]?.id ?? '', now: clock.now() });
  expect((await flowNow()).state).toBe('live');
  await recordBounce(fresh.db, { messageId: messages[1]?.id ?? '', now: clock.now() });
  expect((await flowNow()).paused_reason).toBe(
    'Paused by itself: 2 of 3 steps and mails went wrong within an hour.',
  );
});

test('a flow that says nothing of it goes on, whatever goes wrong', async () => {
  const { flowId } = await failing();
  await demanding();
  const bad = await addCandidate(fresh.db, { name: 'Ben Okafor', email: 'ben@okafor.example' });
  for (let n = 0; n < 6; n++) await enter(bad, flowId);
  expect((await flowNow()).state).toBe('live');
});
