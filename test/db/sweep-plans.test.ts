/** Whom a time has come for is found by indexes: the plans of each kind of sweep over a town large enough to care. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../../db/connect.ts';
import {
  countriesInUse,
  membersComing,
  nextHeard,
  type Round,
  zonesInUse,
} from '../../db/queries/sweep-members.ts';
import type { Database } from '../../db/schema.ts';
import { loadHolidays } from '../../engine/time/holidays.ts';
import type { Sweep } from '../../engine/triggers/sweep.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addPool, day, monday } from '../harness/house.ts';

const people = 30_000;
const large = ['candidate', 'candidate_date', 'application', 'pool_member', 'occasion'];

let fresh: FreshDatabase;
let db: Db;
let planner: pg.Client;
let poolId = '';
let asked: { sql: string; parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  fresh = await freshDatabase({ max: 2 });
  const pool = new pg.Pool({ connectionString: fresh.url, max: 2 });
  pool.on('connect', (client) => client.on('error', () => {}));
  db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      asked.push({ sql: query.sql, parameters: query.parameters });
    },
  });
  planner = new pg.Client({ connectionString: fresh.url });
  await planner.connect();
  await loadHolidays();
  poolId = await addPool(db, 'Silver medallists');
  const flowId = '00000000-0000-7000-8000-000000000001';
  const at = sql`${new Date(monday)}::timestamptz - n * interval '1 hour'`;
  await sql`
    insert into candidate (id, full_name, name_key, search_key, country, time_zone, tags, custom, created_at, updated_at, last_activity_at, heard_at)
    select gen_random_uuid(), 'P ' || n, 'p ' || n, 'p ' || n, case when n % 200 = 0 then 'PT' else chr(65 + n % 26) || 'X' end,
      (array['Europe/Lisbon', 'America/New_York', null])[1 + n % 3], case when n % 500 = 0 then array['rare'] else '{}' end,
      case when n % 2 = 0 then jsonb_build_object('birthday', to_char(date '1970-01-01' + n, 'YYYY-MM-DD')) else '{}' end, ${at}, ${at}, ${at},
      case when n % 3 = 0 then ${at} end from generate_series(1, ${people}) as n`.execute(db);
  await sql`with made as (insert into pipeline (id, name, created_at) values (gen_random_uuid(), 'P', now()) returning id)
    insert into application (id, candidate_id, pipeline_id, stage_since, applied_at, created_at)
    select gen_random_uuid(), c.id, made.id, c.created_at, c.created_at, c.created_at from candidate c, made`.execute(
    db,
  );
  await sql`insert into pool_member (pool_id, candidate_id, joined_at, by_kind) select ${poolId}, id, now(), 'source' from candidate where tags <> '{}'`.execute(
    db,
  );
  await sql`insert into pool (id, name, name_key, created_at) values (${flowId}, 'All', 'all', now())`.execute(
    db,
  );
  await sql`insert into pool_member (pool_id, candidate_id, joined_at, by_kind) select ${flowId}, id, now(), 'source' from candidate`.execute(
    db,
  );
  await sql`insert into occasion (flow_id, node_id, candidate_id, what, at) select ${flowId}, 'start', id, '2025', now() from candidate`.execute(
    db,
  );
  await sql`update candidate set keys = '{}', consent_until = created_at + interval '2 years'`.execute(db);
  await sql`vacuum analyze`.execute(db);
}, 120_000);
afterAll(async () => {
  await planner.end();
  await db.destroy();
  await fresh.drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Large tables that the statements would read from end to end. */
async function readWhole(
  work: (trx: Parameters<Parameters<ReturnType<Db['transaction']>['execute']>[0]>[0]) => Promise<unknown>,
) {
  asked = [];
  await db.transaction().execute(work);
  const statements = asked.filter(({ sql: text }) => /^\s*(select|with)\b/.test(text));
  expect(statements.length, 'something was asked').toBeGreaterThan(0);
  const read: string[] = [];
  for (const { sql: text, parameters } of statements) {
    const { rows } = await planner.query(`explain (format json) ${text}`, [...parameters]);
    for (const node of nodesOf(rows[0]['QUERY PLAN'][0].Plan))
      if (node['Node Type'].includes('Seq Scan') && large.includes(node['Relation Name'] ?? ''))
        read.push(`${node['Relation Name']}: ${text}`);
  }
  return read;
}

const turns = ['Europe/Lisbon', 'America/New_York', null].map((zone) => ({
  zone,
  clock: zone ?? 'Europe/Lisbon',
  date: '2026-12-01',
  at: monday + 8 * day,
}));

test.each<[string, () => Sweep, Partial<Round>?]>([
  ['a birthday', () => ({ kind: 'date', field: 'candidate.custom.birthday', yearly: true, at: '09:00' })],
  [
    'a date with an offset',
    () => ({
      kind: 'date',
      field: 'candidate.custom.birthday',
      yearly: false,
      offset: 'P1M',
      side: 'before',
      at: '09:00',
    }),
  ],
  [
    'the day someone became known',
    () => ({ kind: 'date', field: 'candidate.createdAt', yearly: false, at: '09:00' }),
  ],
  [
    'the end of consent',
    () => ({
      ...{ kind: 'date', field: 'candidate.consentUntil', yearly: false, at: '09:00' },
      ...{ offset: 'P30D', side: 'before' },
    }),
  ],
  [
    'an application’s anniversary',
    () => ({ kind: 'date', field: 'application.appliedAt', yearly: true, at: '09:00' }),
  ],
  ['a public holiday', () => ({ kind: 'holiday', at: '09:00' }), { countries: ['PT'] }],
  [
    'a day for a pool',
    () => ({ kind: 'schedule', rule: 'FREQ=DAILY', start: '2026-01-01', at: '09:00', poolId }),
  ],
  [
    'a day for whoever fits',
    () => ({
      ...{ kind: 'schedule', rule: 'FREQ=DAILY', start: '2026-01-01', at: '09:00' },
      who: { field: 'candidate.tags', op: 'contains', value: 'rare' },
    }),
  ],
  ['silence', () => ({ kind: 'quiet', days: 90 }), { since: monday - 60_000 }],
])('%s reads no table from end to end', async (_name, sweep, more = {}) => {
  const round: Round = {
    flowId: '00000000-0000-7000-8000-000000000001',
    node: 'start',
    since: monday - day,
    tick: monday,
    turns,
    countries: [],
    slice: { day: '2026-12-01', nth: 0, of: 1 },
    ...more,
  };
  expect(await readWhole((trx) => membersComing(trx, sweep(), round, { cursor: null }))).toEqual([]);
});

test('which zones and countries are in use, and who was heard of longest ago, is read off indexes', async () => {
  expect(await readWhole(zonesInUse)).toEqual([]);
  expect(await readWhole(countriesInUse)).toEqual([]);
  expect(await readWhole((trx) => nextHeard(trx, monday - 90 * day))).toEqual([]);
});
