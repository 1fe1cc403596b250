/** Claiming mail reads what it needs by indexes, however much waits for later and however much was sent before. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../../db/connect.ts';
import { claimBatch, hasMailToSend } from '../../db/queries/outbox.ts';
import type { Database } from '../../db/schema.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { day, monday } from '../harness/house.ts';

const waiting = 50_000;

let fresh: FreshDatabase;
let db: Db;
let planner: pg.Client;
let asked: { sql: string; parameters: readonly unknown[] }[] = [];

const id = (kind: number, n: string) =>
  sql.raw(`(lpad(to_hex(${kind}), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`);

beforeAll(async () => {
  fresh = await freshDatabase({ max: 2 });
  const connections = new pg.Pool({ connectionString: fresh.url, max: 2 });
  connections.on('connect', (client) => client.on('error', () => {}));
  db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: connections }),
    log: ({ query }) => {
      asked.push({ sql: query.sql, parameters: query.parameters });
    },
  });
  planner = new pg.Client({ connectionString: fresh.url });
  await planner.connect();
  const all = sql`generate_series(1, ${sql.lit(waiting)}) as n`;
  const at = sql`${new Date(monday)}::timestamptz - n * interval '1 minute'`;
  const message = (kind: number, status: string, reserved: ReturnType<typeof sql>) => sql`
    insert into message (id, candidate_id, direction, token, from_address, to_address, subject, html, text, status, created_at, contact_class, reserved_at, sent_at)
    select ${id(kind, 'n')}, ${id(1, 'n')}, 'out', ${status} || n, 'us@jobs.example', 'p@mail.example', 'Hello', '', '', ${status}, ${at}, 'nurture', ${reserved}, ${reserved}
    from ${all}`;
  for (const statement of [
    sql`insert into candidate (id, full_name, name_key, search_key, created_at, updated_at, last_activity_at)
      select ${id(1, 'n')}, 'Person ' || n, 'person ' || n, 'person ' || n, ${at}, ${at}, ${at} from ${all}`,
    message(2, 'queued', sql`null::timestamptz`),
    message(3, 'delivered', at),
    // A hundred are ready, the others wait for next week.
    sql`insert into email_queue (message_id, not_before)
      select ${id(2, 'n')}, ${new Date(monday)}::timestamptz + case when n <= 100 then interval '-1 hour' else interval '7 days' end from ${all}`,
    sql`insert into contact_hold (id, candidate_id, until, by_kind, created_at)
      select ${id(4, 'n')}, ${id(1, 'n')}, ${new Date(monday + day)}::timestamptz, 'person', ${at} from ${all} where n % 10 = 0`,
  ])
    await statement.execute(db);
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
/** Of what grows, that which is filled here. */
const large = ['candidate', 'message', 'email_queue', 'contact_hold'];

test('a full batch with its budgets is claimed without reading a table from end to end', async () => {
  asked = [];
  const now = monday;
  expect(await hasMailToSend(db, 'catcher', now)).toBe(true);
  const { batch, claimed } = await claimBatch(db, {
    limit: 100,
    transport: 'catcher',
    now,
    encode: () => '[]',
  });
  // One in ten is held.
  expect([claimed, batch?.messageIds.length]).toEqual([100, 90]);
  const whole: string[] = [];
  let statements = 0;
  for (const { sql: text, parameters } of asked) {
    if (!/^[\s(]*(select|with|update|insert|delete)\b/.test(text)) continue;
    statements++;
    const { rows } = await planner.query(`explain (format json) ${text}`, [...parameters]);
    const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan);
    for (const node of nodes)
      if (node['Node Type'].includes('Seq Scan') && large.includes(node['Relation Name'] ?? ''))
        whole.push(`${node['Relation Name']}: ${text.trim().slice(0, 60)}`);
  }
  // The same few, however many are claimed.
  expect(statements).toBeLessThanOrEqual(10);
  expect(whole).toEqual([]);
});
