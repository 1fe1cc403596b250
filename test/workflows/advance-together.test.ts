import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordEvents } from '../../db/queries/events.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { advancing } from '../../workflows/context.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addCandidate, addTemplate, day, type House, houseOn, publish, testClock } from '../harness/house.ts';

let fresh: FreshDatabase;
let house: House;
let clock: ReturnType<typeof testClock>;
let templates: Record<string, string>;

beforeEach(async () => {
  fresh = await freshDatabase();
  clock = testClock();
  house = houseOn(fresh.db, clock);
  const { id, versionId } = await addTemplate(
    fresh.db,
    'Hello',
    'Hello {{ candidate.firstName }}',
    'Good to hear from you.',
  );
  templates = { [id]: versionId };
});
afterEach(() => fresh.drop());

const waitThenWrite = (name: string): Graph =>
  graphSchema.parse({
    name,
    settings: { reentry: 'always' },
    nodes: [
      { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
      { id: 'wait', type: 'wait', position: { x: 0, y: 0 }, data: { for: 'P1D' } },
      { id: 'tag', type: 'add-tag', position: { x: 0, y: 0 }, data: { tag: name } },
      {
        id: 'mail',
        type: 'send-email',
        position: { x: 0, y: 0 },
        data: { templateId: Object.keys(templates)[0] },
      },
      { id: 'end', type: 'end', position: { x: 0, y: 0 }, data: {} },
    ],
    edges: [
      ['start', 'wait'],
      ['wait', 'tag'],
      ['tag', 'mail'],
      ['mail', 'end'],
    ].map(([source, target], index) => ({ id: `e${index}`, source, sourceHandle: 'next', target })),
  });

async function enrol(flowId: string, candidateIds: readonly string[]): Promise<void> {
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, candidateIds);
    await recordEvents(
      trx,
      candidateIds.map((candidateId) => ({
        candidateId,
        type: 'enrolment.requested',
        data: { flowId },
        by: { kind: 'person' as const },
      })),
      clock.now(),
    );
  });
  for (const pump of house.pumps) if (pump.name !== 'deliver-email') await pump.round();
}

const enrolments = () =>
  fresh.db.selectFrom('enrolment').select(['id', 'candidate_id', 'status']).orderBy('id').execute();

test('two flows that move one candidate at the same moment each see what the other did', async () => {
  const ada = await addCandidate(fresh.db, { name: 'Ada Costa', email: 'ada@costa.example' });
  const { db } = fresh;
  for (const name of ['autumn', 'winter']) {
    const { flowId } = await publish(db, waitThenWrite(name), { templates, now: clock.now() });
    await enrol(flowId, [ada]);
  }
  clock.set(clock.now() + day);
  const open = await enrolments();
  expect(open).toHaveLength(2);
  const next = await Promise.all(open.map(({ id }) => advancing(house.context, id, clock.now())));
  expect(next).toEqual([{ done: true }, { done: true }]);
  const { tags, event_seq } = await db
    .selectFrom('candidate')
    .select(['tags', 'event_seq'])
    .executeTakeFirstOrThrow();
  expect([...tags].sort()).toEqual(['autumn', 'winter']);
  const events = await db.selectFrom('event').select('seq').orderBy('seq').execute();
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect(event_seq).toBe(events.length);
  expect(await db.selectFrom('message').select('id').execute()).toHaveLength(2);
});

test('one enrolment that is asked for twice at once moves once', async () => {
  const ada = await addCandidate(fresh.db, { name: 'Ada Costa', email: 'ada@costa.example' });
  const { flowId } = await publish(fresh.db, waitThenWrite('autumn'), { templates, now: clock.now() });
  await enrol(flowId, [ada]);
  clock.set(clock.now() + day);
  const [open] = await enrolments();
  const id = open?.id as string;
  await Promise.all([1, 2, 3].map(() => advancing(house.context, id, clock.now())));
  expect(await fresh.db.selectFrom('message').select('id').execute()).toHaveLength(1);
  expect((await enrolments())[0]?.status).toBe('ended');
});

test('one run at fault among many is blocked, and the others move on', async () => {
  const { db } = fresh;
  const people: string[] = [];
  for (const firstName of ['Ada', 'Bea', 'Cleo', 'Dina'])
    people.push(await addCandidate(db, { name: `${firstName} Costa`, email: `${firstName}@costa.example` }));
  const { flowId } = await publish(db, waitThenWrite('autumn'), { templates, now: clock.now() });
  await enrol(flowId, people);
  await db.schema.alterTable('message').addCheckConstraint('no_cleo', sql`subject <> 'Hello Cleo'`).execute();
  clock.set(clock.now() + day);
  await Promise.all((await enrolments()).map(({ id }) => advancing(house.context, id, clock.now())));
  const after = await enrolments();
  expect(after.filter((one) => one.status === 'ended')).toHaveLength(3);
  expect(after.find((one) => one.candidate_id === people[2])?.status).toBe('blocked');
  expect(await db.selectFrom('message').select('id').execute()).toHaveLength(3);
  const tagged = await db.selectFrom('candidate').select('tags').execute();
  expect(tagged.map((one) => one.tags)).toEqual(Array.from({ length: 4 }, () => ['autumn']));
});

test('candidates who are busy elsewhere hold up nobody else, however many they are', async () => {
  const { db } = fresh;
  const people: string[] = [];
  for (let n = 0; n < 10; n++)
    people.push(await addCandidate(db, { name: `Ada Costa ${n}`, email: `ada${n}@costa.example` }));
  const { flowId } = await publish(db, waitThenWrite('autumn'), { templates, now: clock.now() });
  await enrol(flowId, people);
  clock.set(clock.now() + day);
  const elsewhere = people.slice(0, 8).sort();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let locked = () => {};
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const busy = db.transaction().execute(async (trx) => {
    await lockCandidates(trx, elsewhere);
    locked();
    await held;
  });
  await isLocked;
  const open = await enrolments();
  const move = (ids: readonly string[]) =>
    open
      .filter((one) => ids.includes(one.candidate_id))
      .map(({ id }) => advancing(house.context, id, clock.now()));
  const waiting: Promise<unknown>[] = [];
  // One by one, so that each has a group of its own.
  for (const id of elsewhere) {
    waiting.push(...move([id]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(move(people.slice(8)));
  expect((await enrolments()).filter((one) => one.status === 'open')).toHaveLength(8);
  release();
  await Promise.all([busy, ...waiting]);
  expect(new Set((await enrolments()).map((one) => one.status))).toEqual(new Set(['ended']));
});
