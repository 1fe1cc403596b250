/** A town of millions, made by Postgres itself: candidates with names that repeat as real ones do, and their ledger. */
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { publish } from '../harness/house.ts';
import { inARow, wait } from '../harness/in-a-row.ts';

export const candidates = 1_000_000;
/** Everyone has been in the one flow, which has nine steps and an end. */
export const steps = 10 * candidates;
const nodes = 10;
const waiting = candidates / 20;

const firstNames =
  'Ada,Amir,Ana,Aoife,Ayşe,Beatriz,Chen,Chidi,Daniel,Elena,Emeka,Fatima,Giulia,Hana,Hugo,Inês,Ivan,Jonas,Kofi,Lea,Liam,Lucía,Mei,Mateo,Nadia,Noah,Olga,Omar,Priya,Rafael,Sara,Sofia,Tariq,Uma,Viktor,Wanjiru,Xin,Yara,Yuki,Zoë';
const lastNames =
  'Almeida,Andersson,Bauer,Bianchi,Costa,Dubois,Eze,Fischer,García,Haddad,Ivanova,Jansen,Kaya,Kowalska,Lindqvist,Mensah,Moreau,Nakamura,Novák,Okafor,Oliveira,Papadopoulos,Patel,Quinn,Rossi,Santos,Schmidt,Silva,Singh,Tanaka,Ueda,Vargas,Virtanen,Weber,Wójcik,Xu,Yılmaz,Zhang,Østergaard,Žukauskas';

const trades = [
  'Robotics',
  'Labs',
  'Systems',
  'Works',
  'Health',
  'Energy',
  'Logistics',
  'Media',
  'Foods',
  'Bank',
  'Studio',
];

export interface Town {
  flowId: string;
  /** Everyone in a tenth of the town, and a pool of some hundreds. */
  pools: { large: string; small: string };
  stages: { common: string; rare: string };
}

/** Names and their folded keys as one SQL array each, so that rows are made without leaving Postgres. */
const arrayOf = (words: readonly string[]) => sql`${[...words]}::text[]`;

export async function buildTown(db: Db): Promise<Town> {
  const first = firstNames.split(',');
  const last = lastNames.split(',');
  const pools = { large: newId(), small: newId() };
  const { flowId, versionId } = await publish(
    db,
    inARow(
      'Keep in touch',
      Array.from({ length: nodes - 2 }, () => wait('P7D')),
    ),
    { now: Date.now() - 400 * 86_400_000 },
  );
  const found = await db
    .selectFrom('stage')
    .select(['id', 'pipeline_id', 'name'])
    .orderBy('position')
    .execute();
  const [common, rare] = [found[1], found[4]];
  if (!common || !rare) throw new Error('A new workspace has no pipeline.');
  await sql`
    insert into pool (id, name, name_key, created_at) values
      (${pools.large}, 'Engineers', 'engineers', now()), (${pools.small}, 'Silver medallists', 'silver medallists', now())`.execute(
    db,
  );

  await withoutIndexes(
    db,
    ['candidate', 'candidate_text', 'candidate_email', 'application', 'enrolment', 'step', 'event'],
    async () => {
      await addCandidates(db, first, last);
      await Promise.all([
        addWhatTheyHave(db, { pools, pipelineId: common.pipeline_id, common: common.id, rare: rare.id }),
        addRuns(db, flowId, versionId),
      ]);
    },
  );
  await sql`vacuum analyze`.execute(db);
  return { flowId, pools, stages: { common: common.id, rare: rare.id } };
}

/**
 * Drops the indexes of these tables that are no constraint's, and makes them again afterwards: filling first is many
 * times faster. References are not checked meanwhile; what is made here refers to what was made before.
 */
async function withoutIndexes(db: Db, tables: readonly string[], fill: () => Promise<void>): Promise<void> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'public' and tablename = any(${[...tables]}::text[])
      and not exists (select from pg_constraint where conname = indexname)`.execute(db);
  for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(db);
  await fill();
  const left = [...rows];
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) await sql.raw(next.definition).execute(db);
  };
  await Promise.all([lane(), lane()]);
}

/** The id of the nth of its kind. */
const id = (kind: number, n: string) =>
  sql.raw(`(lpad(to_hex(${kind}), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`);

const candidateKind = 1;
const emailKind = 2;
const applicationKind = 3;
const enrolmentKind = 4;
const eventKind = 5;

async function addCandidates(db: Db, first: readonly string[], last: readonly string[]): Promise<void> {
  await sql`
    insert into candidate (id, first_name, last_name, full_name, name_key, search_key, headline, company, location, source,
      owner_id, tags, consent_given_at, consent_until, consent_withdrawn_at, custom, keys, created_at, updated_at, last_activity_at)
    select ${id(candidateKind, 'n')}, first, last, first || ' ' || last, first_key || ' ' || last_key,
      first_key || ' ' || last_key || ' ' || first_key || n || '@' || last_key || '.example ' || company_key, headline, company,
      'Lisbon', (array['Careers page', 'LinkedIn', 'Referral', 'Event'])[1 + floor(4 * power(random(), 3))::int],
      case when n % 5 = 0 then 'owner-' || n % 20 end,
      case when n % 1000 = 0 then array['board-ready', 'warm'] when n % 4 = 0 then array['warm'] else '{}' end,
      case when n % 20 = 0 then at end, case when n % 40 = 0 then at + interval '700 days' - (n % 7000 - 20) * interval '1 hour' end,
      case when n % 2000 = 1 then at end,
      jsonb_build_object('level', 'Level ' || n % 5000, 'years', n % 5000),
      -- As engine/conditions/keys.ts would fold them.
      jsonb_build_object('firstName', first_key, 'lastName', last_key, 'fullName', first_key || ' ' || last_key, 'headline', lower(headline),
        'company', company_key, 'location', 'lisbon', 'custom', jsonb_build_object(
          'level', jsonb_build_object('s', 'level ' || n % 5000), 'years', jsonb_build_object('n', n % 5000, 'x', n % 5000))),
      at - interval '30 days', at, at
    from (
      select n, (${arrayOf(first)})[1 + f] as first, (${arrayOf(first.map(fold))})[1 + f] as first_key,
        (${arrayOf(last)})[1 + l] as last, (${arrayOf(last.map(fold))})[1 + l] as last_key,
        (${arrayOf(last)})[1 + c % ${last.length}] || ' ' || (${arrayOf(trades)})[1 + c % ${trades.length}] as company,
        (${arrayOf(last.map(fold))})[1 + c % ${last.length}] || ' ' || (${arrayOf(trades.map(fold))})[1 + c % ${trades.length}] as company_key,
        (array['Backend engineer', 'Designer', 'Data scientist', 'Recruiter'])[1 + n % 4] as headline,
        now() - random() * interval '700 days' as at
      from (
        select n, floor(${first.length} * power(random(), 2))::int as f, floor(${last.length} * power(random(), 2))::int as l,
          floor(20000 * power(random(), 2))::int as c
        from generate_series(1, ${candidates}) as n
      ) as drawn
    ) as people`.execute(db);
}

async function addWhatTheyHave(
  db: Db,
  {
    pools,
    pipelineId,
    common,
    rare,
  }: { pools: Town['pools']; pipelineId: string; common: string; rare: string },
): Promise<void> {
  await unchecked(db, [
    sql`insert into candidate_email (id, candidate_id, address, address_key, is_primary, created_at)
      select ${id(emailKind, 'n')}, ${id(candidateKind, 'n')}, 'person' || n || '@mail.example', 'person' || n || '@mail.example', true, now()
      from generate_series(1, ${candidates}) as n`,
    sql`insert into application (id, candidate_id, pipeline_id, stage_id, stage_since, status, applied_at, created_at)
      select ${id(applicationKind, 'n')}, ${id(candidateKind, '2 * n')}, ${pipelineId},
        case when n % 2000 = 0 then ${rare}::uuid else ${common}::uuid end, now(),
        case when n % 5 = 0 then 'active' else 'rejected' end, now() - n * interval '1 minute', now()
      from generate_series(1, ${candidates / 2}) as n`,
    sql`insert into pool_member (pool_id, candidate_id, joined_at, by_kind)
      select ${pools.large}::uuid, ${id(candidateKind, '10 * n')}, now(), 'source' from generate_series(1, ${candidates / 10}) as n
      union all
      select ${pools.small}::uuid, ${id(candidateKind, '3000 * n')}, now(), 'source' from generate_series(1, ${Math.floor(candidates / 3000)}) as n`,
    // One thing about everyone, and a reply from one in fifty, over two years.
    sql`insert into event (id, candidate_id, seq, type, at, recorded_at)
      select ${id(eventKind, 'n')}, ${id(candidateKind, 'n')}, 1, case when n % 50 = 0 then 'message.replied' else 'candidate.created' end,
        now() - random() * interval '700 days', now() from generate_series(1, ${candidates}) as n`,
    // And one in twenty has clicked up to four times.
    sql`insert into event (id, candidate_id, seq, type, at, recorded_at)
      select ${id(eventKind, `${candidates} + 4 * n + nth`)}, ${id(candidateKind, '20 * n')}, 1 + nth, 'message.clicked',
        now() - random() * interval '700 days', now()
      from generate_series(1, ${candidates / 20}) as n, generate_series(1, 1 + n % 4) as nth`,
  ]);
}

/** One run each: the newest twentieth still waits, one in ten of the others reached the goal. */
async function addRuns(db: Db, flowId: string, versionId: string): Promise<void> {
  const at = sql`now() - n * interval '30 seconds'`;
  await unchecked(db, [
    sql`insert into enrolment (id, flow_id, version_id, candidate_id, trigger_node, status, node_id, state, wake_at,
        goal_until, goal_at, started_at, ended_at)
      select ${id(enrolmentKind, 'n')}, ${flowId}, ${versionId}, ${id(candidateKind, 'n')}, 'start',
        case when n <= ${waiting} then 'open' when n % 10 = 1 then 'converted' else 'ended' end,
        case when n <= ${waiting} then 'step' || 1 + n % ${nodes - 2} end, '{"visits": {}, "heard": {}}',
        case when n <= ${waiting} then now() + interval '1 day' + n * interval '1 second' end,
        ${at} + interval '30 days', case when n > ${waiting} and n % 10 = 1 then now() end, ${at}, case when n > ${waiting} then now() end
      from generate_series(1, ${candidates}) as n`,
    sql`insert into step (enrolment_id, node_id, visit, version_id, outcome, port, entered_at, left_at)
      select ${id(enrolmentKind, 'n')}, case nth when 0 then 'start' when ${nodes - 1} then 'end' else 'step' || nth end, 1,
        ${versionId}, 'passed', case when nth < ${nodes - 1} then 'next' end, ${at}, ${at}
      from generate_series(1, ${candidates}) as n, generate_series(0, ${nodes - 1}) as nth`,
  ]);
}

/**
 * What happened since the last vacuum, up to where the next one is due: two in a hundred runs went on a node, and five
 * in a thousand candidates were active again, wherever in the table they lie.
 */
export async function passSomeTime(db: Db): Promise<void> {
  await sql`
    update enrolment set node_id = 'step' || 1 + (substr(node_id, 5)::int % ${sql.lit(nodes - 2)}), wake_at = wake_at + interval '7 days'
    where id in (select ${id(enrolmentKind, 'n')} from generate_series(1, ${candidates / 50}) as n)`.execute(
    db,
  );
  await sql`
    update candidate set last_activity_at = now() - random() * interval '1 day', updated_at = now()
    where id in (select id from candidate where merged_into is null order by last_activity_at desc limit ${candidates / 200})`.execute(
    db,
  );
}

let fresh = 1;

/** Steps that were taken just now, each a further visit of somebody's second node. */
export async function addFreshSteps(db: Db, count: number): Promise<void> {
  fresh++;
  await sql`insert into step (enrolment_id, node_id, visit, version_id, outcome, port, entered_at, left_at)
    select enrolment_id, node_id, ${fresh}, version_id, 'passed', 'next', now(), now()
    from step where node_id = 'step1' and visit = 1 limit ${count}`.execute(db);
}

/** On one connection, whose writes check no references. */
async function unchecked(db: Db, statements: readonly ReturnType<typeof sql>[]): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`set session_replication_role = replica`.execute(connection);
    for (const statement of statements) await statement.execute(connection);
    await sql`set session_replication_role = default`.execute(connection);
  });
}
