/** The two evaluators of conditions, in memory and in SQL, say the same of everyone, whatever is asked. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conditionSql } from '../../db/conditions/sql.ts';
import type { Db } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { keepAllKeys, keepKeys } from '../../db/queries/candidate-keys.ts';
import { loadFacts, type Wanted } from '../../db/queries/facts.ts';
import type { Condition, Operator } from '../../engine/conditions/condition.ts';
import {
  conditionFields,
  type FieldDefinition,
  findField,
  needsNoValue,
} from '../../engine/conditions/fields.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { historyTypes, mostTimes } from '../../engine/conditions/history.ts';
import { judge } from '../../engine/conditions/memory.ts';
import type { Facts } from '../../engine/facts.ts';
import { conditionProblems } from '../../engine/flow/condition-problems.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addPipeline, addPool, day } from '../harness/house.ts';

/** Summer has ended in Lisbon since the month before, in New York three days ago; in Tokyo there is none. */
const now = Date.UTC(2026, 10, 4, 3, 30);

const words = [
  'Acme',
  'ACMÉ',
  'acme ',
  ' São  Tomé',
  'sao tome',
  'Straße',
  'STRASSE',
  'İstanbul',
  'ΟΔΟΣ',
  'οδος',
  'ﬁne',
  'fi',
  'a',
  '%',
  '_\\',
  '7',
  '07',
  '7.0',
  ' 7',
  '1e3',
  '0x10',
  'true',
  '2026-10-05',
  '2026-11-01T03:30:00Z',
  '2026-10-04T03:30:00.0009Z',
  '日本',
  '👩‍💻',
  '́',
  '',
  ' ',
];
const zones = [
  null,
  'Europe/Lisbon',
  'America/New_York',
  'asia/tokyo',
  'Australia/Lord_Howe',
  'Mars/Olympus',
];
const durations = ['P1D', 'P4D', 'P30D', 'P1M', 'P1W', 'PT1H', 'PT12H', 'P1MT1H', 'P1Y'];
const asked = ['message.sent', 'message.replied', 'message.clicked'];
const customNames = ['level', 'years', 'starts', 'skills', "it's", '__proto__'];

const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...words) },
  fc.string({ unit: 'binary', maxLength: 6 }),
);
/** What Postgres can store. */
const text = word.filter((each) => each.isWellFormed() && !each.includes('\0'));
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 });
/** Around the instants that matter, to the microsecond. */
const instant = fc
  .tuple(
    fc.constantFrom(0, 1 / 24, 0.5, 1, 3, 4, 7, 30, 31, 365, 400, -1),
    fc.constantFrom(-3_600_000, -1, 0, 1, 1_800_000, 3_600_000),
    fc.constantFrom('', '001', '999'),
  )
  .map(([days, ms, finer]) => new Date(now - days * day + ms).toISOString().replace('Z', `${finer}Z`));
const customValue = fc.oneof(
  text,
  instant,
  fc.constantFrom(7, 0, -0, 16, 1000, 0.1, 1e21),
  fc.boolean(),
  fc.array(fc.oneof(text, fc.constant(7)), { maxLength: 3 }),
  fc.constant(null),
);

const application = fc.record({
  stage: perhaps(fc.nat(6)),
  job: perhaps(fc.nat(2)),
  status: fc.constantFrom('active', 'hired', 'rejected', 'withdrawn'),
  source: perhaps(text),
  sourceKind: perhaps(fc.constantFrom('greenhouse', 'generic')),
  appliedAt: instant,
});
const person = fc.record({
  texts: fc.array(perhaps(text), { minLength: 7, maxLength: 7 }),
  fullName: text,
  zone: fc.constantFrom(...zones),
  status: fc.constantFrom('active', 'hired', 'do-not-contact'),
  owner: fc.constantFrom(null, 'owner-1', 'owner-2', 'owner-gone'),
  email: perhaps(text),
  phones: fc.uniqueArray(text, { maxLength: 2 }),
  tags: fc.array(text, { maxLength: 3 }),
  pools: fc.uniqueArray(fc.nat(2)),
  custom: fc.array(fc.tuple(fc.constantFrom(...customNames), customValue), { maxLength: 4 }),
  createdAt: instant,
  consent: fc.constantFrom(null, 'given', 'withdrawn'),
  consentUntil: perhaps(instant),
  applications: fc.array(application, { maxLength: 2 }),
  events: fc.array(fc.tuple(fc.constantFrom(...asked), instant), { maxLength: 6 }),
});
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

let fresh: FreshDatabase;
let db: Db;
let pools: string[];
let stages: string[];
let jobs: string[];
let pipelineId: string;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  db = fresh.db;
  await sql`update workspace set time_zone = 'Europe/London'`.execute(db);
  pools = [await addPool(db, 'Engineers'), await addPool(db, 'Nurses'), await addPool(db, 'Nobody')];
  const pipeline = await addPipeline(db);
  pipelineId = pipeline.id;
  stages = Object.values(pipeline.stages);
  jobs = [];
  for (const [title, department] of [
    ['Acme', null],
    ['Straße', 'acmé'],
    ['οδος', ''],
  ] as const) {
    const id = newId();
    jobs.push(id);
    await db
      .insertInto('job')
      .values({
        id,
        title,
        title_key: fold(title),
        department,
        location: null,
        pipeline_id: pipelineId,
        created_at: new Date(now),
      })
      .execute();
  }
  for (const [id, name] of [
    ['owner-1', 'Acmé Straße'],
    ['owner-2', 'İstanbul'],
  ])
    await sql`insert into "user" (id, name, email, email_verified, created_at, updated_at) values (${id}, ${name}, ${`${id}@jobs.example`}, true, now(), now())`.execute(
      db,
    );
}, 60_000);
afterAll(() => fresh.drop());

async function settle(people: Person[]): Promise<void> {
  await sql`truncate candidate cascade`.execute(db);
  for (const one of people) {
    const id = newId();
    const [first, last, headline, company, location, country, source] = one.texts;
    await sql`
      insert into candidate (id, first_name, last_name, full_name, name_key, search_key, headline, company, location, country, time_zone, source,
        owner_id, status, tags, custom, created_at, consent_given_at, consent_withdrawn_at, consent_until, updated_at, last_activity_at)
      values (${id}, ${first}, ${last}, ${one.fullName}, '', '', ${headline}, ${company}, ${location}, ${country}, ${one.zone}, ${source},
        ${one.owner}, ${one.status}, ${one.tags}, ${JSON.stringify(Object.fromEntries(one.custom))}, ${one.createdAt},
        ${one.consent === 'given' ? one.createdAt : null}, ${one.consent === 'withdrawn' ? one.createdAt : null}, ${one.consentUntil}, now(), now())`.execute(
      db,
    );
    if (one.email !== null)
      await sql`insert into candidate_email (id, candidate_id, address, address_key, is_primary, is_claim, created_at)
        values (${newId()}, ${id}, ${one.email}, ${fold(one.email)}, true, true, now())`.execute(db);
    for (const number of one.phones)
      await sql`insert into candidate_phone (id, candidate_id, number, created_at) values (${newId()}, ${id}, ${number}, now())`.execute(
        db,
      );
    for (const pool of one.pools)
      await sql`insert into pool_member (pool_id, candidate_id, joined_at, by_kind) values (${pools[pool]}, ${id}, now(), 'person')`.execute(
        db,
      );
    for (const { stage, job, status, source: from, sourceKind, appliedAt } of one.applications)
      await sql`insert into application (id, candidate_id, job_id, pipeline_id, stage_id, stage_since, status, source, source_kind, applied_at, created_at)
        values (${newId()}, ${id}, ${job === null ? null : jobs[job]}, ${pipelineId}, ${stage === null ? null : stages[stage]}, now(), ${status}, ${from}, ${sourceKind}, ${appliedAt}, now())`.execute(
        db,
      );
    for (const [seq, [type, at]] of one.events.entries())
      await sql`insert into event (id, candidate_id, seq, type, at, recorded_at) values (${newId()}, ${id}, ${seq + 1}, ${type}, ${at}, now())`.execute(
        db,
      );
  }
}

const paths = [
  ...conditionFields.map((field) => field.path).filter((path) => !path.startsWith('history.')),
  ...asked.flatMap((type) => [`history.${type}.last`, `history.${type}.count`]),
  ...customNames.flatMap((name) => [`candidate.custom.${name}`, `candidate.custom.${name}`]),
];

const valueFor = (field: FieldDefinition, op: Operator): fc.Arbitrary<unknown> => {
  if (needsNoValue(op)) return fc.constant(undefined);
  if (op === 'within-last' || op === 'not-within-last') return fc.constantFrom(...durations);
  if (op === 'before' || op === 'after')
    return fc.oneof(instant, fc.constantFrom('2026-10-05', '2026-11-04'));
  const choices = field.options?.map((option) => option.value);
  const one = fc.oneof(
    choices ? fc.constantFrom(...choices) : word,
    ...(field.path === 'candidate.pools' ? [fc.nat(3).map((n) => (pools[n] ?? newId()).toUpperCase())] : []),
    ...(field.path === 'job.id' ? [fc.nat(3).map((n) => jobs[n] ?? newId())] : []),
    ...(field.path === 'application.stage' ? [fc.constantFrom('offer', 'Hired', 'view')] : []),
  );
  if (op === 'any-of' || op === 'none-of') return fc.array(one, { minLength: 1, maxLength: 3 });
  const number = fc.oneof(fc.constantFrom(0, 1, 2, 1.5, 7, 16, 1000, -1, '7', '2'));
  if (field.type === 'number' || ['greater', 'less', 'at-least', 'at-most'].includes(op)) return number;
  return field.path.startsWith('candidate.custom.') ? fc.oneof(one, number, fc.boolean()) : one;
};

const leaf = fc.constantFrom(...paths).chain((path) => {
  const field = findField(path) as FieldDefinition;
  const anyTime = fc
    .constantFrom(...field.operators)
    .chain((op) => valueFor(field, op).map((value) => ({ field: path, op, value }) as Condition));
  if (!path.endsWith('.count')) return anyTime;
  const within = fc.record({
    field: fc.constant(path),
    op: fc.constantFrom(...field.operators),
    value: fc.oneof(fc.nat(3), fc.constantFrom(mostTimes, '2')),
    within: fc.constantFrom(...durations),
  });
  return fc.oneof(anyTime, within as fc.Arbitrary<Condition>);
});
const tree = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'medium' },
    leaf,
    fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
})).tree;

/** A tree that has no problem, as is asked of whatever is stored or searched by. */
const isSound = (condition: Condition) =>
  [...conditionProblems(condition, { node: null, field: 'when' }, 'it', false)].length === 0;

async function bySql(condition: Condition): Promise<string[]> {
  const holds = await conditionSql(db, condition, now);
  const found = await sql<{ id: string }>`select c.id from candidate c where ${holds} order by c.id`.execute(
    db,
  );
  return found.rows.map((row) => row.id);
}

/** Everyone, with each of her applications, or without one. */
async function everyone(): Promise<{ id: string; facts: Facts }[]> {
  const found = await sql<Wanted>`
    select c.id as "candidateId", a.id as "applicationId" from candidate c left join application a on a.candidate_id = c.id order by c.id`.execute(
    db,
  );
  const facts = await loadFacts(
    db,
    found.rows,
    asked.map((type) => ({ type, newest: mostTimes + 1 })),
  );
  return found.rows.map((row, index) => ({ id: row.candidateId, facts: facts[index] as Facts }));
}

const inMemory = (condition: Condition, people: { id: string; facts: Facts }[]): string[] => [
  ...new Set(people.filter(({ facts }) => judge(condition, { facts, now }).holds).map(({ id }) => id)),
];

describe('of everyone, memory and SQL say the same', () => {
  let judged = 0;
  let held = 0;
  test.each([1, 2, 3])(
    'whoever they are (crowd %i)',
    async (crowd) => {
      await settle(fc.sample(person, { seed: 4711 * crowd, numRuns: 60 }));
      await keepAllKeys(db);
      const people = await everyone();
      await fc.assert(
        fc.asyncProperty(tree, async (condition) => {
          fc.pre(isSound(condition));
          const remembered = inMemory(condition, people);
          judged += people.length;
          held += remembered.length;
          expect(await bySql(condition)).toEqual(remembered);
        }),
        { numRuns: 400 },
      );
    },
    240_000,
  );

  test('and it was asked often, with either answer', () => {
    expect(judged).toBeGreaterThan(50_000);
    expect(held / judged).toBeGreaterThan(0.1);
    expect(held / judged).toBeLessThan(0.9);
  });
});

test('each field is asked each of its operators by itself', async () => {
  await settle(fc.sample(person, { seed: 99, numRuns: 60 }));
  await keepAllKeys(db);
  const people = await everyone();
  for (const path of paths) {
    const field = findField(path) as FieldDefinition;
    for (const op of field.operators) {
      for (const value of fc.sample(valueFor(field, op), { seed: 5, numRuns: needsNoValue(op) ? 1 : 6 })) {
        const condition = { field: path, op, value } as Condition;
        if (!isSound(condition)) continue;
        expect(await bySql(condition), JSON.stringify(condition)).toEqual(inMemory(condition, people));
      }
    }
  }
}, 120_000);

test('the fields that are offered cover every kind of event that pasts are kept of', () => {
  for (const type of Object.keys(historyTypes))
    expect(findField(`history.${type}.count`)?.type).toBe('number');
});

describe('the stored keys', () => {
  test('are made anew when what they were made of changes, and left alone otherwise', async () => {
    await settle(fc.sample(person, { seed: 7, numRuns: 2 }));
    await keepAllKeys(db);
    await sql`update candidate set event_seq = event_seq + 1, tags = '{x}'`.execute(db);
    expect(await keepKeys(db)).toBe(0);
    await sql`update candidate set company = 'Österreich' where id = (select min(id::text)::uuid from candidate)`.execute(
      db,
    );
    expect(await keepKeys(db)).toBe(1);
    await sql`insert into candidate_phone (id, candidate_id, number, created_at) select ${newId()}, max(id::text)::uuid, '+351 9', now() from candidate`.execute(
      db,
    );
    expect(await keepKeys(db)).toBe(1);
    expect(await bySql({ field: 'candidate.company', op: 'is', value: 'osterreich' })).toHaveLength(1);
  });

  test('of someone who is being changed at this moment wait for the next time', async () => {
    await settle(fc.sample(person, { seed: 8, numRuns: 2 }));
    await db.transaction().execute(async (trx) => {
      await sql`update candidate set company = 'Ö' where id = (select min(id::text)::uuid from candidate)`.execute(
        trx,
      );
      expect(await keepKeys(db)).toBe(1);
    });
    expect(await keepKeys(db)).toBe(1);
    expect(await bySql({ field: 'candidate.company', op: 'is', value: 'o' })).toHaveLength(1);
  });
});
