/** Flows that start by what happens: each trigger hears its own kind of event and no other. */
import { expect, test } from 'vitest';
import { changeCandidate, changeTags } from '../../db/queries/candidates.ts';
import { holdContact, releaseContact } from '../../db/queries/holds.ts';
import { recordBounce, recordClick, recordReply, unsubscribe } from '../../db/queries/messages.ts';
import { addMembers, removeMember } from '../../db/queries/pools.ts';
import { addCandidate, addPool, day } from '../harness/house.ts';
import {
  clock,
  enter,
  fresh,
  house,
  publishChain,
  record,
  standOnEmptyGround,
  template,
} from './rules/stage.ts';

standOnEmptyGround();

const person = { kind: 'person' as const };
const starting = (type: string, data: Record<string, unknown> = {}) =>
  publishChain([
    ['start', type, data],
    ['end', 'end'],
  ]);
/** Who is in the flow, in the order of entering. */
async function inFlow(flowId: string): Promise<string[]> {
  await house.settle();
  const runs = await fresh.db
    .selectFrom('enrolment')
    .select('candidate_id')
    .where('flow_id', '=', flowId)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return runs.map((run) => run.candidate_id);
}

test('whoever leaves the pool starts the flow; joining it, and leaving another one, does not', async () => {
  const { db } = fresh;
  const [silver, other] = [await addPool(db, 'Silver medallists'), await addPool(db, 'Keep warm')];
  const [ana, bea] = [await addCandidate(db, { name: 'Ana' }), await addCandidate(db, { name: 'Bea' })];
  const { flowId } = await starting('left-pool', { poolId: silver });
  for (const pool of [silver, other]) await addMembers(db, pool, [ana, bea], person, clock.now());
  await removeMember(db, other, bea, person, clock.now());
  await removeMember(db, silver, ana, person, clock.now());
  expect(await inFlow(flowId)).toEqual([ana]);
});

test('a tag starts the flow when it is added or removed, whatever its capitals, and only that tag', async () => {
  const { db } = fresh;
  const ana = await addCandidate(db, { name: 'Ana', tags: ['met'] });
  const bea = await addCandidate(db, { name: 'Bea', tags: ['met'] });
  const added = await starting('tag-added', { tag: 'Warm' });
  const removed = await starting('tag-removed', { tag: 'met' });
  const anyTag = await starting('tag-added');
  await changeTags(db, ana, { add: ['warm'], remove: [] }, person, clock.now());
  await changeTags(db, bea, { add: ['cold'], remove: ['Met'] }, person, clock.now());
  expect(await inFlow(added.flowId)).toEqual([ana]);
  expect(await inFlow(removed.flowId)).toEqual([bea]);
  expect((await inFlow(anyTag.flowId)).sort()).toEqual([ana, bea].sort());
});

test('a field starts the flow when its value becomes another one, and the event keeps values to itself', async () => {
  const { db } = fresh;
  const ana = await addCandidate(db, { name: 'Ana', email: 'ana@costa.example' });
  const country = await starting('field-changed', { field: 'candidate.country' });
  const own = await starting('field-changed', {
    field: 'candidate.custom.seniority',
    when: { field: 'candidate.custom.seniority', op: 'is', value: 'senior' },
  });
  const change = (given: Parameters<typeof changeCandidate>[2]) =>
    changeCandidate(db, ana, given, person, clock.now());
  await change({ company: 'Halden', email: 'ana@costa.example', custom: { seniority: 'junior' } });
  expect([await inFlow(country.flowId), await inFlow(own.flowId)]).toEqual([[], []]);
  await change({ country: 'PT', custom: { seniority: 'senior' } });
  expect([await inFlow(country.flowId), await inFlow(own.flowId)]).toEqual([[ana], [ana]]);
  await change({ country: 'PT' });
  await change({ status: 'hired' });
  const told = await db
    .selectFrom('event')
    .select('data')
    .where('type', '=', 'candidate.updated')
    .orderBy('seq')
    .execute();
  expect(told.map((event) => event.data)).toEqual([
    { fields: ['candidate.company', 'candidate.custom.seniority'] },
    { fields: ['candidate.country', 'candidate.custom.seniority'] },
    { fields: ['candidate.status'], to: { status: 'hired' } },
  ]);
});

test('a reply, a click, a bounce and an unsubscription each start their own flow, of that flow or template only', async () => {
  const { db } = fresh;
  const kinds = ['replied', 'clicked', 'bounced', 'unsubscribed'] as const;
  const writing = await publishChain([
    ['start', 'manual'],
    ['mail', 'send-email', { templateId: template }],
    ['wait', 'wait', { for: 'P30D' }],
    ['end', 'end'],
  ]);
  const other = await starting('manual');
  const flows = await Promise.all(kinds.map((what) => starting('message-outcome', { what })));
  const ours = await starting('message-outcome', {
    what: 'replied',
    flowId: writing.flowId,
    templateId: template,
  });
  const others = await starting('message-outcome', { what: 'replied', flowId: other.flowId });
  const ana = await addCandidate(db, { name: 'Ana', email: 'ana@costa.example' });
  await enter(ana, writing.flowId);
  const { id: messageId, token } = await db
    .selectFrom('message')
    .select(['id', 'token'])
    .executeTakeFirstOrThrow();
  const now = clock.now();
  await recordReply(db, { messageId, text: 'Yes', now });
  await recordClick(db, { messageId, url: 'https://jobs.example', now });
  await recordBounce(db, { messageId, now, permanent: false });
  await unsubscribe(db, token, now);
  for (const { flowId } of flows) expect(await inFlow(flowId)).toEqual([ana]);
  expect([await inFlow(ours.flowId), await inFlow(others.flowId)]).toEqual([[ana], []]);
});

test('interviews, forms, surveys and events of other systems start the flow that names them', async () => {
  const { db } = fresh;
  const ana = await addCandidate(db, { name: 'Ana' });
  const booked = await starting('interview', { what: 'booked' });
  const cancelled = await starting('interview', { what: 'cancelled' });
  const form = await starting('form-answered', { what: 'form', name: 'First day' });
  const survey = await starting('form-answered', { what: 'survey' });
  const met = await starting('custom-event', {
    name: 'met',
    when: { field: 'event.city', op: 'is', value: 'Porto' },
  });
  await record(ana, { type: 'interview.booked' });
  await record(ana, { type: 'form.submitted', data: { name: 'Another one' } });
  await record(ana, { type: 'custom.met', data: { city: 'Lisbon' } });
  expect(await inFlow(booked.flowId)).toEqual([ana]);
  for (const { flowId } of [cancelled, form, survey, met]) expect(await inFlow(flowId)).toEqual([]);
  await record(ana, { type: 'interview.cancelled' });
  await record(ana, { type: 'form.submitted', data: { name: 'first day' } });
  await record(ana, { type: 'survey.answered', data: { name: 'How was it?' } });
  await record(ana, { type: 'custom.met', data: { city: 'Porto' } });
  for (const { flowId } of [cancelled, form, survey, met]) expect(await inFlow(flowId)).toEqual([ana]);
});

test('a hold on contact starts one flow when it is set and another when it ends, by hand, by a step or by time, once each', async () => {
  const { db } = fresh;
  const set = await starting('hold-changed', { what: 'set' });
  const ended = await starting('hold-changed', { what: 'ended' });
  const [ana, bea, carla] = [
    await addCandidate(db, { name: 'Ana' }),
    await addCandidate(db, { name: 'Bea' }),
    await addCandidate(db, { name: 'Carla' }),
  ];
  const until = clock.now() + 3 * day;
  for (const id of [ana, bea])
    await holdContact(db, id, { until, covers: 'nurture', reason: '' }, 'marta', clock.now());
  const holding = await publishChain([
    ['start', 'manual'],
    ['hold', 'contact-hold', { action: 'on', for: 'P1D' }],
    ['end', 'end'],
  ]);
  await enter(carla, holding.flowId);
  expect((await inFlow(set.flowId)).sort()).toEqual([ana, bea, carla].sort());
  expect(await inFlow(ended.flowId)).toEqual([]);
  await releaseContact(db, bea, 'marta', clock.now());
  expect(await inFlow(ended.flowId)).toEqual([bea]);
  clock.set(clock.now() + 2 * day);
  expect(await inFlow(ended.flowId)).toEqual([bea, carla]);
  clock.set(until);
  expect(await inFlow(ended.flowId), 'nobody twice').toEqual([bea, carla, ana]);
});

test('the end of an application starts the flow for that end', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana' });
  const rejected = await starting('application-closed', { how: 'rejected' });
  const withdrawn = await starting('application-closed', { how: 'withdrawn' });
  await record(ana, { type: 'application.rejected' });
  expect([await inFlow(rejected.flowId), await inFlow(withdrawn.flowId)]).toEqual([[ana], []]);
});

test('whom a flow sends enters by that trigger, whom a person sends by hers', async () => {
  const { flowId } = await publishChain(
    [
      ['hand', 'manual'],
      ['flow', 'started-by-flow'],
      ['end', 'end'],
    ],
    {},
    [
      ['hand', 'next', 'end'],
      ['flow', 'next', 'end'],
    ],
  );
  const [ana, bea] = [
    await addCandidate(fresh.db, { name: 'Ana' }),
    await addCandidate(fresh.db, { name: 'Bea' }),
  ];
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  await record(bea, { type: 'enrolment.requested', data: { flowId }, by: { kind: 'flow', id: flowId } });
  await house.settle();
  const runs = await fresh.db.selectFrom('enrolment').select(['candidate_id', 'trigger_node']).execute();
  expect(new Map(runs.map((run) => [run.candidate_id, run.trigger_node]))).toEqual(
    new Map([
      [ana, 'hand'],
      [bea, 'flow'],
    ]),
  );
});
