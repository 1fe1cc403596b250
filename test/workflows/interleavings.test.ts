/** Orders of events that once went wrong, or nearly: each stays told here. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { planEvent } from '../../db/queries/due.ts';
import { lockAndLoad } from '../../db/queries/enrolments.ts';
import { type EventToWrite, recordEvents } from '../../db/queries/events.ts';
import { changeFlow, pauseByHand, resumeFlow } from '../../db/queries/flows.ts';
import { lockCandidates, MergedMeanwhile } from '../../db/queries/lock.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { stopEnrolment } from '../../db/queries/repairs.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { advancing } from '../../workflows/context.ts';
import { resend } from '../../workflows/transports/resend.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { type FakeResend, fakeResend } from '../harness/fake-resend.ts';
import {
  addCandidate,
  addPipeline,
  addSource,
  addTemplate,
  day,
  greenhouse,
  type House,
  houseOn,
  publish,
  receive,
  type TestClock,
  testClock,
} from '../harness/house.ts';

let fresh: FreshDatabase;
let provider: FakeResend;
let clock: TestClock;
let house: House;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 20 });
  provider = await fakeResend();
});
afterAll(async () => {
  await provider.stop();
  await fresh.drop();
});
beforeEach(async () => {
  await sql`truncate candidate, flow, template, pool, pipeline, source, job, provider_rate, suppression, email_batch cascade`.execute(
    fresh.db,
  );
  provider.mails.length = 0;
  provider.mishaps.length = 0;
  clock = testClock();
  house = houseOn(fresh.db, clock, {
    transport: resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 }),
  });
});

const record = (candidateId: string, event: Omit<EventToWrite, 'candidateId' | 'by'>) =>
  fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    return recordEvents(trx, [{ candidateId, by: { kind: 'person' }, ...event }], clock.now());
  });
const pump = async (...names: string[]) => {
  for (const one of house.pumps)
    if (names.some((name) => one.name.startsWith(name))) while ((await one.round()) > 0);
};
const hurry = () => sql`update email_queue set next_at = now()`.execute(fresh.db);
const mail = () =>
  fresh.db
    .selectFrom('message')
    .select(['status', 'reason'])
    .where('direction', '=', 'out')
    .executeTakeFirstOrThrow();
const run = () => fresh.db.selectFrom('enrolment').selectAll().executeTakeFirstOrThrow();

/** Mail, then a wait for a reply; Ana is in it and her mail is queued. */
async function anaIsAsked(
  settings: Record<string, unknown> = { exitOn: ['candidate.hired'] },
  subject = 'Hello',
) {
  const template = await addTemplate(fresh.db, 'Hello', subject, 'Hello.');
  const at = { x: 0, y: 0 };
  const graph = graphSchema.parse({
    name: 'Ask',
    settings,
    nodes: [
      { id: 'start', type: 'manual', position: at, data: {} },
      { id: 'mail', type: 'send-email', position: at, data: { templateId: template.id } },
      { id: 'reply', type: 'wait-for', position: at, data: { event: 'message.replied', timeout: 'P14D' } },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: [
      ['start', 'next', 'mail'],
      ['mail', 'next', 'reply'],
      ['reply', 'event', 'end'],
      ['reply', 'timeout', 'end'],
    ].map(([source, sourceHandle, target], n) => ({ id: `e${n}`, source, sourceHandle, target })),
  });
  const { flowId } = await publish(fresh.db, graph, { templates: { [template.id]: template.versionId } });
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  await pump('router', 'waker');
  return { ana, flowId };
}

test('a source’s requests about one application are taken in side by side, and the newest received wins', async () => {
  await addPipeline(fresh.db);
  const source = await addSource(fresh.db);
  const people = Array.from({ length: 20 }, (_, n) => n + 1);
  for (const id of people) {
    const person = { id, firstName: `Ana${id}`, lastName: 'Costa', email: `ana${id}@costa.example` };
    await receive(fresh.db, source, 'greenhouse', greenhouse(person), clock.now());
    await receive(
      fresh.db,
      source,
      'greenhouse',
      greenhouse({ ...person, action: 'candidate_stage_change', stage: 'Offer' }),
      clock.now() + 1,
    );
  }
  await Promise.all([house.settle(), houseOn(fresh.db, clock).settle()]);
  const stages = await fresh.db
    .selectFrom('application')
    .innerJoin('stage', 'stage.id', 'application.stage_id')
    .select('stage.name')
    .execute();
  expect(stages.map((row) => row.name)).toEqual(people.map(() => 'Offer'));
  const received = await fresh.db
    .selectFrom('event')
    .select('id')
    .where('type', '=', 'application.received')
    .execute();
  expect(received).toHaveLength(people.length);
});

test('archiving a paused flow sends nothing of what the pause held', async () => {
  const { flowId } = await anaIsAsked();
  await pauseByHand(fresh.db, flowId, 'Wrong text', clock.now());
  await changeFlow(fresh.db, flowId, { archived: true }, clock.now());
  await pump('deliver-email');
  expect(provider.mails).toEqual([]);
  clock.set(clock.now() + 20 * day);
  expect(await advancing(house.context, (await run()).id, clock.now())).toMatchObject({
    done: false,
    wakeAt: null,
  });
});

test('a run that read “paused” while the flow was being resumed is not lost', async () => {
  const { flowId } = await anaIsAsked();
  await pauseByHand(fresh.db, flowId, null, clock.now());
  const { id } = await run();
  await sql`delete from mark`.execute(fresh.db);
  for (let n = 0; n < 10; n++) {
    await Promise.all([
      advancing(house.context, id, clock.now()),
      resumeFlow(fresh.db, flowId, clock.now()),
      advancing(house.context, id, clock.now()),
    ]);
    const { wake_at } = await run();
    const marks = await fresh.db.selectFrom('mark').select('id').execute();
    expect(wake_at !== null || marks.length > 0).toBe(true);
    await pauseByHand(fresh.db, flowId, null, clock.now());
    await sql`delete from mark`.execute(fresh.db);
  }
  await sql`update enrolment set wake_at = null`.execute(fresh.db);
  await sql`update flow set state = 'live'`.execute(fresh.db);
  await house.pumps.find((one) => one.name === 'sweep')?.round();
  expect(await fresh.db.selectFrom('mark').select('kind').execute(), 'the net below').toEqual([
    { kind: 'wake' },
  ]);
});

test('whoever leaves while the mail is on its way is not written to when the provider turns it away', async () => {
  const { ana } = await anaIsAsked();
  const { id } = await run();
  const during = resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 });
  const hiredMeanwhile = houseOn(fresh.db, clock, {
    transport: {
      ...during,
      async send(batch) {
        await record(ana, { type: 'candidate.hired' });
        return during.send(batch);
      },
    },
  });
  provider.mishaps.push({ status: 429, name: 'rate_limit_exceeded', message: 'Too many requests.' });
  await hiredMeanwhile.pumps.find((one) => one.name === 'deliver-email')?.round();
  expect(await mail()).toEqual({ status: 'cancelled', reason: 'exit:candidate.hired' });
  await sql`update provider_rate set stopped_until = null`.execute(fresh.db);
  await hurry();
  await pump('deliver-email');
  expect(provider.mails).toEqual([]);
  await advancing(house.context, id, clock.now());
  expect((await run()).status).toBe('exited');
});

test('a mail that was on its way and did leave keeps no reason not to have', async () => {
  const { ana } = await anaIsAsked();
  const during = resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 });
  const hiredMeanwhile = houseOn(fresh.db, clock, {
    transport: {
      ...during,
      async send(batch) {
        await record(ana, { type: 'candidate.hired' });
        return during.send(batch);
      },
    },
  });
  await hiredMeanwhile.pumps.find((one) => one.name === 'deliver-email')?.round();
  expect(await mail()).toEqual({ status: 'sent', reason: null });
});

test('reaching a goal that leaves the flow cancels what is queued', async () => {
  const { ana } = await anaIsAsked({
    exitOn: [],
    goal: { events: ['candidate.hired'], window: 'P30D', exit: true },
  });
  await record(ana, { type: 'candidate.hired' });
  await advancing(house.context, (await run()).id, clock.now());
  expect((await run()).status).toBe('converted');
  await pump('deliver-email');
  expect(provider.mails).toEqual([]);
  expect(await mail()).toMatchObject({ status: 'cancelled' });
});

test('stopping a run by hand cancels its mail and ends its clock', async () => {
  await anaIsAsked();
  const { id } = await run();
  expect(await stopEnrolment(fresh.db, id, 'someone', clock.now())).toBe('exited');
  expect(await mail()).toEqual({ status: 'cancelled', reason: 'stopped' });
  const ended: string[] = [];
  const clocks = {
    start: async () => {},
    wake: async () => {},
    end: async (one: string) => void ended.push(one),
  };
  await houseOn(fresh.db, clock, { clocks: () => clocks }).settle();
  expect(ended).toEqual([id]);
  expect(await fresh.db.selectFrom('mark').select('id').execute()).toEqual([]);
});

test('a merge before a trigger was routed does not turn the survivor’s past into news', async () => {
  const { flowId, ana } = await anaIsAsked({
    exitOn: [],
    goal: { events: ['application.received'], window: 'P30D', exit: true },
    reentry: 'always',
  });
  const same = await addCandidate(fresh.db, { name: 'Ana C.', email: 'ana@work.example' });
  const keep = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@home.example' });
  await record(keep, { type: 'application.received', at: clock.now() - 300 * day });
  await record(same, { type: 'enrolment.requested', data: { flowId } });
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep, lose: same, by: { kind: 'person' } }, clock.now()));
  await pump('router', 'waker');
  const runs = await fresh.db
    .selectFrom('enrolment')
    .select(['candidate_id', 'status'])
    .where('candidate_id', '<>', ana)
    .execute();
  expect(runs).toEqual([{ candidate_id: keep, status: 'open' }]);
});

test('an advance that waited for a merge starts again under the survivor’s lock', async () => {
  const { ana } = await anaIsAsked();
  const { id } = await run();
  const other = await addCandidate(fresh.db, { name: 'Ana C.', email: 'ana@work.example' });
  let advanced: Promise<unknown> = Promise.resolve();
  await fresh.db.transaction().execute(async (trx) => {
    await mergeCandidates(trx, { keep: other, lose: ana, by: { kind: 'person' } }, clock.now());
    // It asks for the loser's lock, which this transaction holds.
    advanced = fresh.db
      .transaction()
      .execute((late) => lockAndLoad(late, id))
      .catch((error: unknown) => error);
    await vi.waitUntil(
      async () =>
        (
          await sql`select from pg_locks join pg_stat_activity using (pid)
            where datname = current_database() and not granted and query like '%for no key update%'`.execute(
            fresh.db,
          )
        ).rows.length > 0,
      { timeout: 20_000 },
    );
  });
  expect(await advanced).toBeInstanceOf(MergedMeanwhile);
  expect(await advancing(house.context, id, clock.now())).toMatchObject({ done: false });
});

test('half a character in a subject does not stop the run', async () => {
  const { ana } = await anaIsAsked(
    { exitOn: [], reentry: 'always' },
    'Hello {{ candidate.firstName | split: "" | first }}',
  );
  await fresh.db.updateTable('candidate').set({ first_name: '𝓐𝓷𝓪' }).execute();
  await record(ana, { type: 'enrolment.requested', data: { flowId: (await run()).flow_id } });
  await pump('router', 'waker', 'deliver-email');
  expect(provider.mails.map((one) => one.subject).sort()).toEqual(['Hello A', 'Hello \ufffd']);
});

test('a paused flow’s mails leave the provider’s rate to the others', async () => {
  const { flowId } = await anaIsAsked();
  await pauseByHand(fresh.db, flowId, null, clock.now());
  const deliverer = house.pumps.find((one) => one.name === 'deliver-email');
  expect(await deliverer?.round()).toBe(0);
  expect(await fresh.db.selectFrom('provider_rate').select('provider').execute()).toEqual([]);
});

test('a run put in by hand while the flow is not live says so', async () => {
  const { flowId, ana } = await anaIsAsked();
  await sql`update flow set state = 'archived'`.execute(fresh.db);
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  await pump('router');
  expect(await fresh.db.selectFrom('refusal').select('code').execute()).toEqual([{ code: 'not-live' }]);
});

test('a planned event is written when its instant has come, to whoever the candidate is by then', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const keep = await addCandidate(fresh.db, { name: 'Ana C.' });
  await planEvent(
    fresh.db,
    { candidateId: ana, type: 'custom.anniversary', data: { years: 1 } },
    clock.now() + day,
  );
  await house.settle();
  expect(await fresh.db.selectFrom('event').select('id').execute()).toEqual([]);
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep, lose: ana, by: { kind: 'person' } }, clock.now()));
  clock.set(clock.now() + day);
  await house.settle();
  const written = await fresh.db
    .selectFrom('event')
    .select(['type', 'candidate_id'])
    .where('type', 'like', 'custom.%')
    .execute();
  expect(written).toEqual([{ type: 'custom.anniversary', candidate_id: keep }]);
  expect(await fresh.db.selectFrom('due').select('id').execute()).toEqual([]);
});
