/** Six weeks on the server that skips time: waits, branches, replies, and what Temporal keeps of it. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordReply } from '../../db/queries/messages.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { type Clockwork, clockworkOn, skipping } from '../harness/clockwork.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import {
  addPipeline,
  addPool,
  addSource,
  addTemplate,
  day,
  flowFixture,
  greenhouse,
  publish,
  receive,
} from '../harness/house.ts';
import { timeSkipping } from '../harness/temporal.ts';

let fresh: FreshDatabase;
let env: TestWorkflowEnvironment;
let works: Clockwork;
let source: string;
let start: number;

beforeAll(async () => {
  fresh = await freshDatabase();
  env = await timeSkipping();
  works = await clockworkOn(fresh.db, skipping(env));
  start = works.clock.now();
  await addPipeline(fresh.db);
  source = await addSource(fresh.db);
});
afterAll(async () => {
  await works.stop();
  await env.teardown();
  await fresh.drop();
});

const apply = (id: number, firstName: string, stage = 'Applied') =>
  receive(
    fresh.db,
    source,
    'greenhouse',
    greenhouse({
      id,
      firstName,
      lastName: 'Costa',
      email: `${firstName.toLowerCase()}@costa.example`,
      stage,
      appliedAt: works.clock.now(),
    }),
    works.clock.now(),
  );

const mailsTo = async (address: string) =>
  (
    await fresh.db
      .selectFrom('caught_mail')
      .select(['subject', 'caught_at'])
      .where('to_address', '=', address)
      .orderBy('caught_at')
      .execute()
  ).map((mail) => ({
    subject: mail.subject,
    day: Math.round((mail.caught_at.getTime() - start) / day),
  }));

const wayOf = async (address: string) => {
  const steps = await fresh.db
    .selectFrom('step')
    .innerJoin('enrolment', 'enrolment.id', 'step.enrolment_id')
    .innerJoin('candidate_email', 'candidate_email.candidate_id', 'enrolment.candidate_id')
    .select(['step.node_id', 'step.port'])
    .where('candidate_email.address', '=', address)
    .orderBy('step.ord')
    .execute();
  return steps.map((step) =>
    step.port && step.port !== 'next' ? `${step.node_id} → ${step.port}` : step.node_id,
  );
};

async function silverMedallists() {
  const { db } = fresh;
  const thanks = await addTemplate(db, 'Thank you', 'Thank you', 'Thank you for your time.', start);
  const ask = await addTemplate(db, 'May we stay in touch?', 'May we stay in touch?', 'May we?', start);
  const pool = await addPool(db, 'Silver medallists', start);
  const text = JSON.stringify(flowFixture('silver-medallist'))
    .replace('TEMPLATE-THANKS', thanks.id)
    .replace('TEMPLATE-ASK', ask.id)
    .replace('POOL-SILVER', pool);
  return publish(db, JSON.parse(text), {
    templates: { [thanks.id]: thanks.versionId, [ask.id]: ask.versionId },
    now: start,
  });
}

test('the silver-medallist flow: three days, a branch by stage, a reply on one side and a timeout on the other', async () => {
  await silverMedallists();
  await apply(1, 'Ana', 'Final interview');
  await apply(2, 'Rui', 'Final interview');
  await apply(3, 'Eva', 'Applied');
  await works.rest();
  await works.next();
  const asked = await fresh.db
    .selectFrom('message')
    .select('id')
    .where('to_address', '=', 'ana@costa.example')
    .where('subject', 'like', 'May we%')
    .executeTakeFirstOrThrow();
  await works.pass(2 * day);
  await recordReply(fresh.db, { messageId: asked.id, text: 'Yes, please.', now: works.clock.now() });
  await works.rest();
  while (await works.next());

  expect(await mailsTo('ana@costa.example')).toEqual([
    { subject: 'Thank you', day: 0 },
    { subject: 'May we stay in touch?', day: 3 },
  ]);
  expect(await wayOf('ana@costa.example')).toEqual([
    'start',
    'thanks',
    'breathe',
    'known → strong',
    'pool',
    'ask',
    'reply → event',
    'warm',
    'done',
  ]);
  expect(await wayOf('rui@costa.example')).toEqual([
    'start',
    'thanks',
    'breathe',
    'known → strong',
    'pool',
    'ask',
    'reply → timeout',
    'done',
  ]);
  expect(await wayOf('eva@costa.example')).toEqual(['start', 'thanks', 'breathe', 'known → else', 'done']);
  const tags = await fresh.db
    .selectFrom('candidate')
    .select(['first_name', 'tags'])
    .orderBy('first_name')
    .execute();
  expect(tags).toEqual([
    { first_name: 'Ana', tags: ['warm'] },
    { first_name: 'Eva', tags: [] },
    { first_name: 'Rui', tags: [] },
  ]);
  expect(
    await fresh.db.selectFrom('enrolment').select('status').where('status', '<>', 'ended').execute(),
  ).toEqual([]);
});

test('a six-week sequence writes once a week and keeps no personal data in Temporal', async () => {
  const { db } = fresh;
  await db.updateTable('flow').set({ state: 'archived' }).execute();
  const template = await addTemplate(db, 'Weekly', 'Week', 'A letter.', works.clock.now());
  const weeks = [1, 2, 3, 4, 5, 6];
  const graph = graphSchema.parse({
    name: 'Six letters',
    settings: { reentry: 'once', exitOn: [] },
    nodes: [
      { id: 'start', type: 'application-received', position: { x: 0, y: 0 }, data: {} },
      ...weeks.flatMap((week) => [
        {
          id: `mail${week}`,
          type: 'send-email',
          position: { x: 0, y: week },
          data: { templateId: template.id },
        },
        { id: `wait${week}`, type: 'wait', position: { x: 0, y: week }, data: { for: 'P7D' } },
      ]),
      { id: 'end', type: 'end', position: { x: 0, y: 9 }, data: {} },
    ],
    edges: [
      { id: 'e0', source: 'start', sourceHandle: 'next', target: 'mail1' },
      ...weeks.flatMap((week) => [
        { id: `m${week}`, source: `mail${week}`, sourceHandle: 'next', target: `wait${week}` },
        {
          id: `w${week}`,
          source: `wait${week}`,
          sourceHandle: 'next',
          target: week === 6 ? 'end' : `mail${week + 1}`,
        },
      ]),
    ],
  });
  await publish(db, graph, { templates: { [template.id]: template.versionId }, now: works.clock.now() });
  start = works.clock.now();
  await apply(4, 'Luz');
  await works.rest();
  while (await works.next());

  expect((await mailsTo('luz@costa.example')).map((mail) => mail.day)).toEqual([0, 7, 14, 21, 28, 35]);
  const enrolment = await db
    .selectFrom('enrolment')
    .select(['id', 'status'])
    .where('started_at', '>=', new Date(start))
    .executeTakeFirstOrThrow();
  expect(enrolment.status).toBe('ended');
  const history = await env.client.workflow.getHandle(enrolment.id).fetchHistory();
  const written = JSON.stringify(history);
  expect(written).not.toMatch(/luz|costa/i);
  const events = history.events ?? [];
  expect(
    events.length,
    'six events for the first wait, at most seven for each further one',
  ).toBeLessThanOrEqual(6 + 5 * 7);
});
