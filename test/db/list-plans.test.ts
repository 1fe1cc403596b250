/** No list reads a table from end to end: the plans of every first page, over a town large enough to care. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conditionSql } from '../../db/conditions/sql.ts';
import type { Db } from '../../db/connect.ts';
import { listApplications } from '../../db/queries/applications.ts';
import { countCandidates, listCandidates, listTags } from '../../db/queries/candidate-list.ts';
import { readProfile } from '../../db/queries/candidate-profile.ts';
import { listCaught } from '../../db/queries/catcher.ts';
import { nextToEnrol } from '../../db/queries/enrolling.ts';
import { readEnrolmentPage } from '../../db/queries/enrolment-page.ts';
import { listEvents } from '../../db/queries/event-list.ts';
import { listPutAside } from '../../db/queries/failures.ts';
import { readFigures } from '../../db/queries/figures.ts';
import { listFlows, listVersions } from '../../db/queries/flow-list.ts';
import { listRefusals, listRuns } from '../../db/queries/flow-runs.ts';
import { listJobs } from '../../db/queries/hiring.ts';
import { listMessages } from '../../db/queries/message-list.ts';
import { listMembers, listPools } from '../../db/queries/pools.ts';
import { lastRequests, listSources } from '../../db/queries/sources.ts';
import { listSuppressions } from '../../db/queries/suppressions.ts';
import { readTimeline, type TimelineFilter } from '../../db/queries/timeline.ts';
import type { Database } from '../../db/schema.ts';
import type { Condition } from '../../engine/conditions/condition.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addPipeline, addPool, addSource, day, monday, publish } from '../harness/house.ts';
import { inARow, wait } from '../harness/in-a-row.ts';

const people = 25_000;
/** Everything that grows with candidates and their doings. */
const large = [
  ...['candidate', 'candidate_email', 'candidate_phone', 'candidate_link', 'candidate_external', 'note'],
  ...['application', 'stage_move', 'job', 'pool_member', 'enrolment', 'step', 'milestone', 'refusal'],
  ...['event', 'event_queue', 'due', 'message', 'caught_mail', 'suppression', 'inbound'],
];

interface Asked {
  sql: string;
  parameters: readonly unknown[];
}

let fresh: FreshDatabase;
/** Notes each statement. */
let db: Db;
let planner: pg.Client;
let asked: Asked[] = [];
let town: { pool: string; stage: string; pipeline: string; flow: string; source: string; job: string };

/** The id of the nth of its kind. */
const id = (kind: number, n: string) =>
  sql.raw(`(lpad(to_hex(${kind}), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`);
const [candidates, emails, applications, runs, messages, events, jobs, others] = [1, 2, 3, 4, 5, 6, 7, 8];
const someone = '00000001-0000-7000-8000-000000000100';
const someRun = '00000004-0000-7000-8000-000000000100';

beforeAll(async () => {
  fresh = await freshDatabase({ max: 2 });
  const connections = new pg.Pool({ connectionString: fresh.url, max: 2 });
  // Dropping the database cuts off what has not hung up yet.
  connections.on('connect', (client) => client.on('error', () => {}));
  db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: connections }),
    log: ({ query }) => {
      asked.push({ sql: query.sql, parameters: query.parameters });
    },
  });
  planner = new pg.Client({ connectionString: fresh.url });
  await planner.connect();
  const pipeline = await addPipeline(db);
  const steps = Array.from({ length: 3 }, () => wait('P7D'));
  const { flowId, versionId } = await publish(db, inARow('Keep in touch', steps), {
    now: monday - 90 * day,
  });
  const pools = await Promise.all(Array.from({ length: 20 }, (_, n) => addPool(db, `Pool ${n}`)));
  const pool = pools[7] ?? '';
  const source = await addSource(db);
  const stage = pipeline.stages.Offer ?? '';
  const at = sql`${new Date(monday)}::timestamptz - n * interval '1 minute'`;
  const all = sql`generate_series(1, ${sql.lit(people)}) as n`;
  const fill = [
    sql`insert into candidate (id, full_name, name_key, search_key, source, owner_id, tags, consent_given_at, consent_until, consent_withdrawn_at, keys, created_at, updated_at, last_activity_at)
      select ${id(candidates, 'n')}, 'Person ' || n, 'person ' || n, 'person ' || n || ' p' || n || '@mail.example ' || (array['robotics', 'labs', 'bank'])[1 + n % 3],
        (array['Careers page', 'Referral'])[1 + n % 2], case when n % 50 = 0 then 'owner-1' end, case when n % 100 = 0 then array['rare'] else array['warm'] end,
        case when n % 90 = 0 then ${at} end, case when n % 900 = 0 then ${at} end, case when n % 800 = 1 then ${at} end,
        jsonb_build_object('company', 'company ' || n % 500, 'custom', jsonb_build_object('level', jsonb_build_object('s', 'level ' || n % 500), 'years', jsonb_build_object('n', n % 500, 'x', n % 500))),
        ${at}, ${at}, ${at} from ${all}`,
    sql`insert into candidate_email (id, candidate_id, address, address_key, is_primary, created_at)
      select ${id(emails, 'n')}, ${id(candidates, 'n')}, 'p' || n || '@mail.example', 'p' || n || '@mail.example', true, ${at} from ${all}`,
    sql`insert into candidate_phone (id, candidate_id, number, created_at) select ${id(others, 'n')}, ${id(candidates, 'n')}, '+351' || n, ${at} from ${all}`,
    sql`insert into candidate_link (id, candidate_id, kind, url) select ${id(others, 'n')}, ${id(candidates, 'n')}, 'web', 'https://' || n || '.example' from ${all}`,
    sql`insert into candidate_external (source_kind, external_id, candidate_id) select 'greenhouse', n::text, ${id(candidates, 'n')} from ${all}`,
    sql`insert into note (id, candidate_id, body, created_at) select ${id(others, 'n')}, ${id(candidates, 'n')}, 'Called.', ${at} from ${all}`,
    sql`insert into job (id, title, title_key, pipeline_id, status, created_at)
      select ${id(jobs, 'n')}, 'Job ' || n, 'job ' || n, ${pipeline.id}, case when n % 50 = 0 then 'open' else 'closed' end, ${at} from generate_series(1, 5000) as n`,
    sql`insert into application (id, candidate_id, job_id, pipeline_id, stage_id, stage_since, status, applied_at, created_at)
      select ${id(applications, 'n')}, ${id(candidates, 'n')}, ${id(jobs, '1 + n % 5000')}, ${pipeline.id}, case when n % 100 = 0 then ${stage}::uuid else ${pipeline.stages.Applied}::uuid end, ${at},
        case when n % 1000 = 1 then 'withdrawn' when n % 5 = 0 then 'active' else 'rejected' end, ${at}, ${at} from ${all}`,
    sql`insert into stage_move (id, application_id, to_stage_id, from_stage_id, by_kind, at)
      select ${id(others, 'n')}, ${id(applications, 'n')}, ${stage}::uuid, ${pipeline.stages.Applied}::uuid, 'person', ${at} from ${all}`,
    sql`insert into pool_member (pool_id, candidate_id, joined_at, by_kind) select (${pools}::uuid[])[1 + n % 20], ${id(candidates, 'n')}, ${at}, 'source' from ${all}`,
    sql`insert into enrolment (id, flow_id, version_id, candidate_id, status, node_id, state, wake_at, started_at, ended_at, goal_until, goal_at)
      select ${id(runs, 'n')}, ${flowId}, ${versionId}, ${id(candidates, 'n')}, case when n % 20 = 0 then 'open' when n = 777 then 'blocked' else 'ended' end,
        case when n % 20 = 0 or n = 777 then 'step' || 1 + n % 3 end, '{"visits": {}, "heard": {}}', case when n % 20 = 0 then ${new Date(monday + day)}::timestamptz end, ${at}, case when n % 20 > 0 then ${at} end,
        ${at}, case when n % 10 = 1 then ${at} end from ${all}`,
    sql`insert into step (enrolment_id, node_id, visit, version_id, outcome, port, entered_at, left_at)
      select ${id(runs, 'n')}, (array['start', 'step1', 'step2'])[nth], 1, ${versionId}, 'passed', 'next', ${at}, ${at} from ${all}, generate_series(1, 3) as nth`,
    sql`insert into message (id, candidate_id, enrolment_id, flow_id, version_id, node_id, visit, direction, token, from_address, to_address, subject, html, text, status, created_at)
      select ${id(messages, 'n')}, ${id(candidates, 'n')}, ${id(runs, 'n')}, ${flowId}, ${versionId}, 'step1', 1, 'out', 'token' || n, 'us@jobs.example', 'p@mail.example', 'Hello', '', '',
        case when n % 1000 = 0 then 'failed' else 'delivered' end, ${at} from ${all}`,
    sql`insert into milestone (message_id, kind, version_id, node_id, at) select ${id(messages, 'n')}, 'delivered', ${versionId}, 'step1', ${at} from ${all}`,
    sql`insert into caught_mail (id, message_id, idempotency_key, position, from_address, to_address, subject, html, text, caught_at)
      select ${id(others, 'n')}, ${id(messages, 'n')}, n::text, 0, '', '', '', '', '', ${at} from ${all}`,
    sql`insert into event (id, candidate_id, seq, type, at, recorded_at) select ${id(events, '3 * n + nth')}, ${id(candidates, 'n')}, nth, case when nth = 2 and n % 500 = 0 then 'message.replied' else 'candidate.tagged' end, ${at}, ${at} from ${all}, generate_series(0, 2) as nth`,
    sql`insert into event_queue (event_id, dead_reason) select ${id(events, '3 * n')}, case when n % 1000 = 0 then 'unknown' end from ${all}`,
    sql`insert into due (id, kind, at, candidate_id, payload, next_at, dead_reason) select ${id(others, 'n')}, 'event', ${at}, ${id(candidates, 'n')}, '{}', ${at}, case when n % 1000 = 0 then 'unknown' end from ${all}`,
    sql`insert into refusal (id, flow_id, candidate_id, code, at) select ${id(others, 'n')}, ${flowId}, ${id(candidates, 'n')}, 'too-old', ${at} from ${all}`,
    sql`insert into suppression (address_key, reason, at) select 'p' || n || '@mail.example', 'bounced', ${at} from ${all}`,
    sql`insert into inbound (id, source_id, kind, dedupe_key, received_at, body, status, candidate_id)
      select ${id(others, 'n')}, ${source}::uuid, 'greenhouse', n::text, ${at}, '{}', case when n % 1000 = 0 then 'dead' else 'done' end, ${id(candidates, 'n')} from ${all}`,
    // Everything but the last moments' steps is rolled up.
    sql`update funnel_mark set below = pg_snapshot_xmax(pg_current_snapshot())`,
  ];
  for (const statement of fill) await statement.execute(db);
  await sql`vacuum analyze`.execute(db);
  const job = '00000007-0000-7000-8000-000000000007';
  town = { pool, stage, pipeline: pipeline.id, flow: flowId, source, job };
}, 240_000);
afterAll(async () => {
  await planner.end();
  await db.destroy();
  await fresh.drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** The plans of all that `work` asks. */
async function plansOf(work: () => Promise<unknown>): Promise<PlanNode[]> {
  asked = [];
  await work();
  const statements = asked.filter(({ sql: text }) => /^[\s(]*(\/\*.*\*\/)?[\s(]*(select|with)\b/.test(text));
  const nodes: PlanNode[] = [];
  for (const { sql: text, parameters } of statements) {
    const { rows } = await planner.query(`explain (format json) ${text}`, [...parameters]);
    nodes.push(...nodesOf(rows[0]['QUERY PLAN'][0].Plan));
  }
  expect(nodes.length, 'something was asked').toBeGreaterThan(0);
  return nodes;
}
const readWhole = (nodes: readonly PlanNode[]) =>
  nodes
    .filter((node) => node['Node Type'].includes('Seq Scan') && large.includes(node['Relation Name'] ?? ''))
    .map((node) => node['Relation Name']);

const page = { limit: 51, after: null };
const candidateFilters = () => [
  {},
  { q: 'robotics' },
  { q: 'robotics labs' },
  { q: 'p777@' },
  { q: 'nobody' },
  { q: 'xu' },
  { tag: 'rare' },
  { tag: 'rare', q: 'robotics' },
  { pool: town.pool },
  { pool: town.pool, q: 'robotics' },
  { stage: town.stage },
  { stage: town.stage, tag: 'rare' },
  { owner: 'owner-1' },
  { source: 'Referral', q: 'person' },
];
const lists = (): Record<string, () => Promise<unknown>> => ({
  ...Object.fromEntries(
    candidateFilters().flatMap((filter) =>
      (['recent', 'created', 'name'] as const).map((sort) => [
        `candidates by ${sort} ${JSON.stringify(filter)}`,
        () => listCandidates(db, filter, sort, page),
      ]),
    ),
  ),
  tags: () => listTags(db),
  profile: () => readProfile(db, someone),
  ...Object.fromEntries(
    (['all', 'mails', 'flow', 'notes', 'stages'] satisfies TimelineFilter[]).map((filter) => [
      `timeline: ${filter}`,
      () => readTimeline(db, someone, filter, page),
    ]),
  ),
  events: () => listEvents(db, page),
  messages: () => listMessages(db, {}, page),
  'messages that failed': () => listMessages(db, { status: 'failed' }, page),
  'messages of a candidate': () => listMessages(db, { candidate: someone }, page),
  'messages of a flow': () => listMessages(db, { flow: town.flow }, page),
  'caught mails': () => listCaught(db, page),
  applications: () => listApplications(db, {}, page),
  'applications of a job': () => listApplications(db, { job: town.job }, page),
  'applications of a pipeline': () =>
    listApplications(db, { pipeline: town.pipeline, status: 'active' }, page),
  'applications at a stage': () => listApplications(db, { stage: town.stage }, page),
  'applications of a candidate': () => listApplications(db, { candidate: someone }, page),
  'applications withdrawn': () => listApplications(db, { status: 'withdrawn' }, page),
  jobs: () => listJobs(db, {}, page),
  'open jobs': () => listJobs(db, { status: 'open' }, page),
  pools: () => listPools(db, false, page),
  'archived pools': () => listPools(db, true, page),
  members: () => listMembers(db, town.pool, page),
  'candidates of a pool': () => nextToEnrol(db, { poolId: town.pool }, null, 100),
  flows: () => listFlows(db, page),
  'archived flows': () => listFlows(db, page, 'archived'),
  versions: () => listVersions(db, town.flow, page),
  figures: () => readFigures(db, town.flow, null, monday),
  runs: () => listRuns(db, town.flow, {}, page),
  'blocked runs': () => listRuns(db, town.flow, { status: 'blocked' }, page),
  'runs that reached the goal': () => listRuns(db, town.flow, { goal: 'reached' }, page),
  'runs at a node': () => listRuns(db, town.flow, { node: 'step2' }, page),
  'open runs at a node': () => listRuns(db, town.flow, { node: 'step2', status: 'open' }, page),
  'runs of a version': () => listRuns(db, town.flow, { version: 1 }, page),
  'a run': () => readEnrolmentPage(db, someRun),
  refusals: () => listRefusals(db, town.flow, page),
  'put aside': () => listPutAside(db),
  suppressions: () => listSuppressions(db, page),
  sources: () => listSources(db, page),
  'last requests': () => lastRequests(db, town.source),
});

test('the first page of every list is found by indexes', async () => {
  const whole: Record<string, unknown> = {};
  for (const [name, ask] of Object.entries(lists())) {
    const read = readWhole(await plansOf(ask));
    if (read.length > 0) whole[name] = read;
  }
  expect(whole).toEqual({});
});

test('counting those with a rare tag, a word nobody has or one at a stage reads no table from end to end', async () => {
  for (const filter of [
    { tag: 'rare' },
    { q: 'nobody' },
    { q: 'p777@' },
    { q: 'xu' },
    { stage: town.stage, q: 'p77' },
  ])
    expect(readWhole(await plansOf(() => countCandidates(db, filter))), JSON.stringify(filter)).toEqual([]);
});

test('who holds two common words is looked for in an index alone, in each order', async () => {
  for (const [sort, index] of [
    ['recent', 'candidate_recent'],
    ['created', 'candidate_created'],
    ['name', 'candidate_name'],
  ] as const) {
    const nodes = await plansOf(() => listCandidates(db, { q: 'person robotics' }, sort, page));
    expect(nodes).toContainEqual(
      expect.objectContaining({ 'Node Type': 'Index Only Scan', 'Index Name': index }),
    );
  }
});

test('a word and a rare tag are looked up in one index', async () => {
  const nodes = await plansOf(() => listCandidates(db, { q: 'robotics', tag: 'rare' }, 'recent', page));
  expect(nodes.filter((node) => node['Node Type'] === 'Bitmap Index Scan')).toEqual([
    expect.objectContaining({ 'Index Name': 'candidate_search' }),
  ]);
});

const asking = (): Record<string, Condition> => ({
  'a company': { field: 'candidate.company', op: 'is', value: 'Company 7' },
  'any of two companies': { field: 'candidate.company', op: 'any-of', value: ['Company 7', 'Company 8'] },
  'a custom field': { field: 'candidate.custom.level', op: 'is', value: 'Level 7' },
  'a number': { field: 'candidate.custom.years', op: 'is', value: 7 },
  'an address': { field: 'candidate.email', op: 'is', value: 'P777@mail.example' },
  'a rare tag': { field: 'candidate.tags', op: 'contains', value: 'Rare' },
  'a rare tag or a company': {
    any: [
      { field: 'candidate.tags', op: 'contains', value: 'Rare' },
      { field: 'candidate.company', op: 'is', value: 'Company 7' },
    ],
  },
  'a company and a stage': {
    all: [
      { field: 'candidate.company', op: 'is', value: 'Company 7' },
      { field: 'application.stage', op: 'is', value: 'Offer' },
    ],
  },
  'a stage': { field: 'application.stage', op: 'is', value: 'Offer' },
  'a job': { field: 'job.id', op: 'is', value: town.job },
  'whoever replied this quarter': { field: 'history.message.replied.last', op: 'within-last', value: 'P3M' },
  'whoever replied twice this quarter': {
    field: 'history.message.replied.count',
    op: 'at-least',
    value: 2,
    within: 'P3M',
  },
  'whoever’s consent is over': { field: 'candidate.consent', op: 'is', value: 'expired' },
  'whoever refused': { field: 'candidate.consent', op: 'is', value: 'withdrawn' },
  'a piece of a company': { field: 'candidate.company', op: 'contains', value: 'PANY 77' },
  'a piece of a custom field': { field: 'candidate.custom.level', op: 'contains', value: 'vel 77' },
  'the beginning of a company': { field: 'candidate.company', op: 'starts-with', value: 'Company 77' },
  'a piece of an address': { field: 'candidate.email', op: 'contains', value: 'p777' },
  'a piece of a company, and no tag': {
    all: [
      { field: 'candidate.company', op: 'contains', value: 'pany 77' },
      { field: 'candidate.tags', op: 'contains-not', value: 'rare' },
    ],
  },
  'whoever replied': { field: 'history.message.replied.count', op: 'at-least', value: 1 },
});

test('whoever a narrow condition holds for is counted without reading a table from end to end', async () => {
  const whole: Record<string, unknown> = {};
  for (const [name, condition] of Object.entries(asking())) {
    const holds = await conditionSql(db, condition, monday);
    const read = readWhole(await plansOf(() => countCandidates(db, { condition: holds })));
    if (read.length > 0) whole[name] = read;
  }
  expect(whole).toEqual({});
});

test('what there is few of is found in an index, value by value', async () => {
  const zones = await plansOf(() =>
    conditionSql(db, { field: 'candidate.createdAt', op: 'within-last', value: 'P3D' }, monday),
  );
  const sources = await plansOf(() =>
    conditionSql(db, { field: 'application.source', op: 'is', value: 'Referral' }, monday),
  );
  expect(readWhole([...zones, ...sources])).toEqual([]);
});
