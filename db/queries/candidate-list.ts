/** The candidates list: filtered, keyset-paged, everything a row shows in one statement. */
import { type RawBuilder, sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { Db } from '../connect.ts';
import { plannedAnew } from '../prepared.ts';
import type { AfterName, AfterTime, Page } from './page.ts';

export interface CandidateFilter {
  q?: string;
  tag?: string;
  pool?: string;
  stage?: string;
  owner?: string;
  source?: string;
  /** Over a candidate `c`, as `conditionSql` answers it. */
  condition?: RawBuilder<boolean>;
}

export type CandidateSort = 'recent' | 'name' | 'created';

/** A flow's node as its graph holds it. */
export interface StoredNode {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

export interface ListedCandidate {
  id: string;
  fullName: string;
  nameKey: string;
  headline: string | null;
  company: string | null;
  location: string | null;
  email: string | null;
  tags: string[];
  source: string | null;
  owner: { id: string; name: string } | null;
  application: {
    id: string;
    jobTitle: string | null;
    stage: string | null;
    stageSince: string;
    status: 'active' | 'hired' | 'rejected' | 'withdrawn';
  } | null;
  lastReplyAt: Date | null;
  /** The open enrolment that moves first: where it stands and, for a wait, what follows. */
  next: {
    flowId: string;
    enrolmentId: string;
    flowName: string;
    at: string | null;
    node: StoredNode | null;
    following: StoredNode | null;
  } | null;
  createdAt: Date;
  lastActivityAt: Date;
}

/** A tag that everyone has and one that nobody has are found in different ways. */
const anew = sql.raw(plannedAnew);

const escaped = (word: string): string => word.replace(/[\\%_]/g, '\\$&');

/** One or two letters of a script that spells: the index knows them only where a word begins. */
const shortWord = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]{1,2}$/u;

/** Short words begin a word, longer ones stand anywhere. */
const holds = (word: string): RawBuilder<unknown> =>
  shortWord.test(word)
    ? sql`(c.search_key like ${`${word}%`} or c.search_key like ${`% ${word}%`})`
    : sql`c.search_key like ${`%${escaped(word)}%`}`;

function conditionsOf({
  q,
  tag,
  pool,
  stage,
  owner,
  source,
  condition,
}: CandidateFilter): RawBuilder<unknown> {
  const words = q ? fold(q).split(' ').filter(Boolean).slice(0, 8) : [];
  const conditions = [
    sql`c.merged_into is null`,
    ...words.map(holds),
    ...(tag ? [sql`c.tags @> array[${tag}]::text[]`] : []),
    ...(pool ? [sql`exists (select from pool_member where pool_id = ${pool} and candidate_id = c.id)`] : []),
    ...(stage
      ? [sql`c.id in (select candidate_id from application where stage_id = ${stage} and status = 'active')`]
      : []),
    ...(owner ? [owner === 'none' ? sql`c.owner_id is null` : sql`c.owner_id = ${owner}`] : []),
    ...(source ? [sql`c.source = ${source}`] : []),
    ...(condition ? [sql`(${condition})`] : []),
  ];
  return sql.join(conditions, sql` and `);
}

/** What comes next for a candidate `c`, as JSON; also used by the profile. */
export const nodeJson = (nodeId: RawBuilder<unknown>) =>
  sql`jsonb_path_query_first(v.graph, '$.nodes[*] ? (@.id == $id)', jsonb_build_object('id', ${nodeId}))`;
/** Until when an enrolment `e` waits. Its clock may look sooner, where time alone can change what it asks for; a blocked one's looks for nothing else. */
export const waitsUntil = sql`coalesce(to_timestamp((e.state #>> '{wait,until}')::float8 / 1000), case when e.status <> 'blocked' then e.wake_at end)`;
/** The node that a sleeping enrolment `e` goes to when its time has come. */
export const followingJson = sql`(select ${nodeJson(sql`edge->>'target'`)}
  from jsonb_array_elements(v.graph->'edges') edge where edge->>'source' = e.node_id and edge->>'sourceHandle' = 'next' limit 1)`;

/**
 * Last active first, last created first, or by name. The page's ids are found first, from an index alone where there
 * is one for it: a filter that one in a thousand passes looks at very many rows before the page is full.
 */
export async function listCandidates(
  db: Db,
  filter: CandidateFilter,
  sort: CandidateSort,
  { limit, after }: Page<AfterTime | AfterName>,
): Promise<ListedCandidate[]> {
  const column =
    sort === 'recent'
      ? sql.ref('c.last_activity_at')
      : sort === 'created'
        ? sql.ref('c.created_at')
        : sql.ref('c.name_key');
  const direction = sort === 'name' ? sql`asc` : sql`desc`;
  const beyond =
    after === null
      ? sql``
      : sort === 'name'
        ? sql`and (${column}, c.id) > (${'key' in after ? after.key : ''}, ${after.id}::uuid)`
        : sql`and (${column}, c.id) < (${'at' in after ? after.at : null}, ${after.id}::uuid)`;
  const found = await sql<ListedCandidate>`${anew}
    with page as materialized (
      select c.id from candidate c where ${conditionsOf(filter)} ${beyond} order by ${column} ${direction}, c.id ${direction} limit ${limit}
    )
    select c.id, c.full_name as "fullName", c.name_key as "nameKey", c.headline, c.company, c.location, c.tags, c.source,
      c.created_at as "createdAt", c.last_activity_at as "lastActivityAt",
      (select address from candidate_email where candidate_id = c.id and is_primary) as email,
      (select jsonb_build_object('id', o.id, 'name', o.name) from "user" o where o.id = c.owner_id) as owner,
      application.value as application, next.value as next,
      (select created_at from message where candidate_id = c.id and direction = 'in' order by created_at desc limit 1) as "lastReplyAt"
    from page join candidate c on c.id = page.id
    left join lateral (
      select jsonb_build_object('id', a.id, 'jobTitle', j.title, 'stage', s.name,
        'stageSince', to_char(a.stage_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'status', a.status) as value
      from application a left join job j on j.id = a.job_id left join stage s on s.id = a.stage_id
      where a.candidate_id = c.id order by a.status = 'active' desc, a.applied_at desc limit 1
    ) application on true
    left join lateral (
      select jsonb_build_object('flowId', f.id, 'enrolmentId', e.id, 'flowName', f.name,
        'at', to_char(${waitsUntil} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'node', ${nodeJson(sql`e.node_id`)}, 'following', ${followingJson}) as value
      from enrolment e join flow f on f.id = e.flow_id join flow_version v on v.id = e.version_id
      where e.candidate_id = c.id and e.status = 'open' order by e.wake_at nulls last limit 1
    ) next on true
    order by ${column} ${direction}, c.id ${direction}`.execute(db);
  return found.rows;
}

/** Counting stops at so many matches, or after so many milliseconds; then the planner's estimate is fine enough. */
const countedUpTo = 10_000;
const countedForMs = 30;

export interface Total {
  count: number;
  /** Not counted to the end: about so many. */
  about: boolean;
}

/** A page and how many there are in all, asked at once. `limit` counts the one row more, as in every list. */
export async function candidatesWithTotal(
  db: Db,
  filter: CandidateFilter,
  sort: CandidateSort,
  page: Page<AfterTime | AfterName>,
): Promise<{ rows: ListedCandidate[]; total: Total }> {
  const [rows, total] = await Promise.all([
    listCandidates(db, filter, sort, page),
    countCandidates(db, filter),
  ]);
  const all = page.after === null && rows.length < page.limit;
  if (all) return { rows, total: { count: rows.length, about: false } };
  // An estimate knows less than the page: what stands there is there.
  return { rows, total: total.about ? { ...total, count: Math.max(total.count, rows.length) } : total };
}

/** `forMs`, `upTo`: how long and how far it is counted before it is estimated. */
export async function countCandidates(
  db: Db,
  filter: CandidateFilter,
  { forMs = countedForMs, upTo = countedUpTo }: { forMs?: number; upTo?: number } = {},
): Promise<Total> {
  const conditions = conditionsOf(filter);
  const counted = await inTime(
    db,
    forMs,
    sql<{ n: number }>`${anew}
    select count(*)::int as n from (select from candidate c where ${conditions} limit ${upTo + 1}) as counted`,
  );
  const count = counted?.[0]?.n;
  if (count !== undefined && count <= upTo) return { count, about: false };
  const planned = await sql<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>`
    explain (format json) select from candidate c where ${conditions}`.execute(db);
  const estimate = planned.rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
  return { count: count === undefined ? estimate : Math.max(upTo, estimate), about: true };
}

/** The rows, or null when they take longer than `ms` milliseconds. */
export async function inTime<Row>(db: Db, ms: number, query: RawBuilder<Row>): Promise<Row[] | null> {
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`select set_config('statement_timeout', ${String(ms)}, true)`.execute(trx);
      return (await query.execute(trx)).rows;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === cancelled) return null;
    throw error;
  }
}

/** Postgres's code for a statement that ran out of its time. */
const cancelled = '57014';

/** Tags in use, of the most recently active candidates, the most worn first. */
export async function listTags(db: Db): Promise<{ tag: string; count: number }[]> {
  const found = await sql<{ tag: string; count: number }>`
    select tag, count(*)::int as count
    from (select tags from candidate where merged_into is null order by last_activity_at desc limit 10000) as recent, unnest(tags) as tag
    group by tag order by count(*) desc, tag limit 500`.execute(db);
  return found.rows;
}

/** Names of candidates' own fields, of the most recently active ones, the most used first. */
export async function listCustomFields(db: Db): Promise<{ name: string; count: number }[]> {
  const found = await sql<{ name: string; count: number }>`
    select name, count(*)::int as count
    from (select custom from candidate where merged_into is null order by last_activity_at desc limit 10000) as recent, jsonb_object_keys(custom) as name
    group by name order by count(*) desc, name limit 200`.execute(db);
  return found.rows;
}
