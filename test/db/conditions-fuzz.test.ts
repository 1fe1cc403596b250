/**
 * Memory and SQL asked about everything at awkward moments: changes of clocks, ends of months, empty and odd text, huge
 * numbers, people without a zone, pieces of what is stored. Drawn by other rules than `conditions.test.ts` draws by.
 * FUZZ_CASES: how many conditions (300); FUZZ_SEED: which.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conditionSql } from '../../db/conditions/sql.ts';
import type { Db } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { keepAllKeys } from '../../db/queries/candidate-keys.ts';
import { loadFacts, type Wanted } from '../../db/queries/facts.ts';
import { type Condition, conditionSchema, operators } from '../../engine/conditions/condition.ts';
import { conditionFields, findField } from '../../engine/conditions/fields.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { mostTimes } from '../../engine/conditions/history.ts';
import { judge } from '../../engine/conditions/memory.ts';
import { nextFlip } from '../../engine/conditions/reads.ts';
import type { Facts } from '../../engine/facts.ts';
import { conditionProblems } from '../../engine/flow/condition-problems.ts';
import { chanceOf } from '../harness/chance.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addPipeline, addPool } from '../harness/house.ts';

const cases = Number(process.env.FUZZ_CASES ?? 300);
const seed = Number(process.env.FUZZ_SEED ?? 20_261_125);
const { draw } = chanceOf(seed);
/** A whole number from 0, smaller than that. */
const below = (n: number): number => Math.floor(draw() * n);
const oneOf = <T>(all: readonly T[]): T => all[below(all.length)] as T;
const chance = (share: number): boolean => draw() < share;
/** So many at most. */
const some = <T>(most: number, one: () => T): T[] => Array.from({ length: below(most + 1) }, one);

const moments = [
  ...['2026-03-29T00:59:59.999Z', '2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z', '2026-10-25T00:30:00Z'],
  ...['2026-10-25T01:00:00Z', '2026-10-26T01:30:00Z', '2026-11-01T05:30:00Z', '2026-03-08T07:00:00Z'],
  ...['2026-03-31T22:59:00Z', '2026-03-28T12:00:00Z', '2028-02-29T12:00:00Z', '2028-03-01T00:00:00Z'],
  ...['2026-04-04T15:00:00Z', '2026-12-31T23:59:59.999Z', '2026-05-31T10:00:00.5Z'],
].map((at) => Date.parse(at));
const zones = [
  ...[null, null, '', 'UTC', 'Europe/Lisbon', 'Europe/London', 'America/New_York', 'America/St_Johns'],
  ...[
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Africa/Cairo',
    'Pacific/Apia',
    'europe/berlin',
    'Nowhere/At_All',
  ],
];
const durations = [
  ...['PT1S', 'PT30M', 'PT1H', 'PT24H', 'PT25H', 'P1D', 'P2D', 'P1W', 'P30D', 'P1M', 'P1M1D', 'P2M', 'P6M'],
  ...['P1Y', 'P1Y1M1DT1H', 'P10Y', 'P0D', 'PT0S', 'P-1D', 'P1', '', '1 day'],
];
const texts = [
  ...['', ' ', '\t', 'null', 'undefined', 'Zoë', 'zoe', 'ZOË', 'Łódź', 'lodz', 'Łódz', 'ß', 'SS', 'ﬀ', 'ff'],
  ...[
    'İ',
    'i',
    'ı',
    'Ⅷ',
    'viii',
    '½',
    '1⁄2',
    'Ǆ',
    'ΣΑΣ',
    'σας',
    'σασ',
    'e\u0301',
    'é',
    '\u00a0a\u00a0',
    'a b',
  ],
  ...[
    'a  b',
    'a\nb',
    "O'Brien",
    'O’Brien',
    '"quoted"',
    'back\\slash',
    '%',
    '100%',
    '_',
    'a_b',
    '{}',
    '[1]',
    '{"a":1}',
  ],
  ...[
    '日本',
    '日本語',
    '한국',
    '🇵🇹',
    '👩‍💻',
    'Backend engineer',
    'back end',
    'Acme Robotics GmbH',
    'ACMÉ',
    'robotics',
  ],
  ...[
    '0',
    '-0',
    '00',
    '1',
    '1.0',
    '+1',
    '-1',
    '1e400',
    '1e308',
    '-1e308',
    '0.1',
    '.1',
    'Infinity',
    'NaN',
    '0x1F',
    '٣',
  ],
  ...[
    '9007199254740993',
    '2026-02-30',
    '2026-03-29',
    '2026-03-29T01:30:00+01:00',
    '2026-03-29T01:30',
    'true',
    'false',
  ],
];
const numbers = [0, -0, 1, -1, 2, 3, 0.1, 1.5, -2.5, 31, 1e21, -1e21, 1e308, 5e-324, 9007199254740991, 1e15];
const kinds = ['message.clicked', 'message.opened', 'custom.met'];
const ownFields = ['level', 'size', 'when', 'langs', 'flag', 'a.b', '', 'é', 'constructor', 'missing'];
const storable = (text: string) => text.replaceAll('\0', '');

let fresh: FreshDatabase;
let db: Db;
let pools: string[];
let jobs: string[];
let stages: string[];
/** What is stored somewhere, to draw pieces of. */
const stored: string[] = [];

const drawText = (): string => {
  const one = oneOf(texts);
  return storable(chance(0.25) ? `${one}${oneOf(['', ' ', '-'])}${oneOf(texts)}` : one);
};
const maybe = <T>(draw: () => T): T | null => (chance(0.3) ? null : draw());
const note = (text: string | null): string | null => {
  if (text) stored.push(text);
  return text;
};
/** To the millisecond, and finer. */
const drawInstant = (): string => {
  const ms =
    oneOf(moments) + oneOf([0, 1, -1, 1000, -3_600_000, 3_600_000, -86_400_000, -30 * 86_400_000, 1_800_000]);
  return new Date(ms).toISOString().replace('Z', `${oneOf(['', '', '001', '999'])}Z`);
};
const drawOwn = (): unknown =>
  oneOf<() => unknown>([
    () => note(drawText()),
    () => oneOf(numbers),
    () => chance(0.5),
    () => null,
    () => drawInstant(),
    () => some(4, () => (chance(0.7) ? note(drawText()) : chance(0.5) ? oneOf(numbers) : null)),
  ])();

async function settle(people: number): Promise<void> {
  for (let n = 0; n < people; n++) {
    const id = newId();
    const own = Object.fromEntries(some(5, () => [oneOf(ownFields), drawOwn()]));
    const t = Array.from({ length: 7 }, () => maybe(() => note(drawText())));
    const [given, withdrawn] = [maybe(drawInstant), chance(0.2) ? drawInstant() : null];
    await sql`
      insert into candidate (id, first_name, last_name, full_name, name_key, search_key, headline, company, location, country, time_zone, source,
        owner_id, status, tags, custom, created_at, consent_given_at, consent_withdrawn_at, consent_until, updated_at, last_activity_at)
      values (${id}, ${t[0]}, ${t[1]}, ${note(drawText())}, '', '', ${t[2]}, ${t[3]}, ${t[4]}, ${t[5]}, ${oneOf(zones)}, ${t[6]},
        ${oneOf([null, 'owner'])}, ${oneOf(['active', 'hired', 'do-not-contact'])}, ${some(3, drawText)}, ${JSON.stringify(own)}, ${drawInstant()},
        ${given}, ${withdrawn}, ${maybe(drawInstant)}, now(), now())`.execute(db);
    if (chance(0.7)) {
      const address = note(`${drawText()}${n}@mail.example`) ?? '';
      await sql`insert into candidate_email (id, candidate_id, address, address_key, is_primary, is_claim, created_at)
        values (${newId()}, ${id}, ${address}, ${fold(address)}, true, true, now())`.execute(db);
    }
    if (chance(0.5))
      await sql`insert into candidate_phone (id, candidate_id, number, created_at) values (${newId()}, ${id}, ${note(oneOf(['+351 912', '0', ' ', '００']))}, now())`.execute(
        db,
      );
    for (const pool of pools)
      if (chance(0.3))
        await sql`insert into pool_member (pool_id, candidate_id, joined_at, by_kind) values (${pool}, ${id}, now(), 'person')`.execute(
          db,
        );
    for (const _ of some(2, () => 0))
      await sql`insert into application (id, candidate_id, job_id, pipeline_id, stage_id, stage_since, status, source, applied_at, created_at)
        select ${newId()}, ${id}, ${oneOf([null, ...jobs])}, pipeline_id, id, now(), ${oneOf(['active', 'hired', 'rejected', 'withdrawn'])}, ${maybe(drawText)}, ${drawInstant()}, now()
        from stage where id = ${oneOf(stages)}`.execute(db);
    for (const [seq, at] of some(8, drawInstant).entries())
      await sql`insert into event (id, candidate_id, seq, type, at, recorded_at) values (${newId()}, ${id}, ${seq + 1}, ${oneOf(kinds)}, ${at}, now())`.execute(
        db,
      );
  }
  await keepAllKeys(db);
}

const paths = [
  ...conditionFields.map((field) => field.path),
  ...kinds
    .flatMap((kind) => Array.from({ length: 4 }, () => [`history.${kind}.last`, `history.${kind}.count`]))
    .flat(),
  ...ownFields.flatMap((name) => [`candidate.custom.${name}`, `candidate.custom.${name}`]),
  ...Array.from({ length: 6 }, () => 'candidate.consent'),
];

/** Of any type, whatever the field; what no condition may ask is left out afterwards. */
const drawValue = (path: string): unknown => {
  const options = findField(path)?.options;
  if (options && chance(0.8)) return oneOf(options).value;
  return oneOf<() => unknown>([
    drawText,
    () => {
      const whole = [...oneOf(stored)];
      const from = below(whole.length);
      return whole.slice(from, from + 1 + below(6)).join('');
    },
    () => oneOf(stored),
    () => oneOf(numbers),
    () => String(oneOf(numbers)),
    () => below(4),
    drawInstant,
    () => drawInstant().slice(0, 10),
    () => oneOf(durations),
    () => oneOf([...pools, ...jobs]),
    () => chance(0.5),
    () => null,
  ])();
};
const drawLeaf = (): Condition => {
  const path = oneOf(paths);
  const op = oneOf(findField(path)?.operators ?? operators);
  const many = op === 'any-of' || op === 'none-of';
  const lasting = op === 'within-last' || op === 'not-within-last';
  const value = many
    ? [...some(2, () => drawValue(path)), drawValue(path)].map(String)
    : lasting
      ? oneOf(durations)
      : drawValue(path);
  const within = path.endsWith('.count') && chance(0.7) ? { within: oneOf(durations) } : {};
  const times = 'within' in within && chance(0.8) ? { value: below(6) } : { value };
  return { field: path, op, ...times, ...within } as Condition;
};
const drawSound = (): Condition => {
  for (;;) {
    const leaf = conditionSchema.safeParse(drawLeaf());
    if (leaf.success && isSound(leaf.data)) return leaf.data;
  }
};
const isSound = (condition: Condition) =>
  [...conditionProblems(condition, { node: null, field: 'when' }, 'it', false)].length === 0;
const drawTree = (depth: number): Condition => {
  const kind = depth === 0 ? 3 : below(5);
  const parts = () => [drawTree(depth - 1), ...some(2, () => drawTree(depth - 1))];
  if (kind === 0) return { all: parts() };
  if (kind === 1) return { any: parts() };
  if (kind === 2) return { not: drawTree(depth - 1) };
  return drawSound();
};

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  db = fresh.db;
  pools = [await addPool(db, 'Zoë'), await addPool(db, 'zoo')];
  const pipeline = await addPipeline(db);
  stages = Object.values(pipeline.stages);
  jobs = [];
  for (const title of ['Łódź', '', '日本語 engineer']) {
    const id = newId();
    jobs.push(id);
    await sql`insert into job (id, title, title_key, department, location, pipeline_id, created_at)
      values (${id}, ${title}, ${fold(title)}, ${maybe(drawText)}, ${maybe(drawText)}, ${pipeline.id}, now())`.execute(
      db,
    );
  }
  await sql`insert into "user" (id, name, email, email_verified, created_at, updated_at) values ('owner', 'Zoë ΣΑΣ', 'Zoe@jobs.example', true, now(), now())`.execute(
    db,
  );
  await sql`update workspace set time_zone = 'America/St_Johns'`.execute(db);
  await settle(80);
}, 60_000);
afterAll(() => fresh.drop());

test('memory and SQL say the same of everyone, at every awkward moment, and time changes no answer too soon', async () => {
  const found = await sql<Wanted>`
    select c.id as "candidateId", a.id as "applicationId" from candidate c left join application a on a.candidate_id = c.id order by c.id`.execute(
    db,
  );
  const past = kinds.map((type) => ({ type, newest: mostTimes + 1 }));
  const facts = (await loadFacts(db, found.rows, past)) as Facts[];
  const differing: unknown[] = [];
  for (let nth = 0; nth < cases; nth++) {
    const [condition, now] = [drawTree(3), oneOf(moments) + oneOf([0, 0, 1, -1, 900_000])];
    const holding = facts.map((one) => judge(condition, { facts: one, now }).holds);
    const remembered = [...new Set(found.rows.filter((_, n) => holding[n]).map((row) => row.candidateId))];
    const asked = sql<{
      id: string;
    }>`select c.id from candidate c where ${await conditionSql(db, condition, now)} order by c.id`;
    const told = await asked.execute(db).then(
      ({ rows }) => rows.map((row) => row.id),
      (error: Error) => error.message,
    );
    if (JSON.stringify(told) !== JSON.stringify(remembered))
      differing.push({
        condition,
        now: new Date(now).toISOString(),
        memory: remembered.length,
        told: Array.isArray(told) ? told.length : told,
      });
    const n = below(facts.length);
    const [who, held] = [facts[n] as Facts, holding[n]];
    const flip = nextFlip(condition, { facts: who, now }) ?? now + 400 * 86_400_000;
    for (const at of [flip - 1, now + below(flip - now), now + below(flip - now)])
      if (judge(condition, { facts: who, now: at }).holds !== held)
        differing.push({
          condition,
          now: new Date(now).toISOString(),
          zone: who.candidate.timeZone,
          changedBefore: new Date(flip).toISOString(),
          at: new Date(at).toISOString(),
        });
  }
  expect(differing).toEqual([]);
}, 600_000);
