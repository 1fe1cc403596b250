/** Whom a time has come for: pages of candidates, found by indexes, without those who had the occasion already. */
import { type RawBuilder, sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { daysOfYears, instantsOf } from '../../engine/time/date.ts';
import { isHoliday } from '../../engine/time/holidays.ts';
import { datesComing, type Turn } from '../../engine/time/ticks.ts';
import type { Sweep } from '../../engine/triggers/sweep.ts';
import { conditionSql } from '../conditions/sql.ts';
import { maxLocked, type Trx } from './lock.ts';

export interface ZonedTurn extends Omit<Turn, 'zone'> {
  /** As it stands with candidates; null: those who have none. */
  zone: string | null;
  /** The zone by which their time is told. */
  clock: string;
}

/** Where a sweep stands. Instants in milliseconds. */
export interface Round {
  flowId: string;
  node: string;
  /** The tick before this one, and this one. */
  since: number;
  tick: number;
  /** In which zones it has become the time. */
  turns: ZonedTurn[];
  /** For holidays: those that candidates live in. */
  countries: string[];
  /** For schedules: the day, YYYY-MM-DD, and which part of its window this is. */
  slice: { day: string; nth: number; of: number };
}

export interface Coming {
  candidateId: string;
  applicationId: string | null;
  /** The occasion: each candidate has each of a trigger's once. */
  what: string;
  at: Date;
  data: Record<string, unknown>;
}

/** A select over `c`, a candidate, in parts: whoever asks adds what is asked of everyone. */
interface Select {
  /** Relations and joins. */
  from: RawBuilder<unknown>;
  what: RawBuilder<unknown>;
  at: RawBuilder<unknown>;
  data: RawBuilder<unknown>;
  applicationId?: RawBuilder<unknown>;
  where?: RawBuilder<unknown>;
}

type Members<K extends Sweep['kind']> = (
  sweep: Extract<Sweep, { kind: K }>,
  round: Round,
  who: RawBuilder<boolean> | null,
) => Select;

/** Rows of JSON as a relation: `day (columns)`. */
const days = (columns: string, rows: readonly unknown[]) =>
  sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as day (zone text, on_date text, at timestamptz, ${sql.raw(columns)})`;

/** Whoever became known later that day has had it without us. */
const inZone = sql`day.zone is not distinct from c.time_zone and c.created_at <= day.at`;
/** Looked up in an index for each row before it: nothing tells the planner how few those rows are. */
const eachOf = (table: string, alias: string, where: RawBuilder<unknown>) =>
  sql`cross join lateral (select * from ${sql.table(table)} where ${where} offset 0) as ${sql.ref(alias)}`;
const rfc = (ms: number) => new Date(ms).toISOString();
const turnRow = ({ zone, date, at }: ZonedTurn) => ({ zone, on_date: date, at: rfc(at) });
const onDay = { at: sql`day.at`, data: sql`jsonb_build_object('date', day.on_date)` };
/** No candidate was known, and no application made, before. */
const firstYear = 1990;

/** Nobody is meant by a pool that is in the archive. */
const inUse = (poolId: string | null) =>
  sql`exists (select from pool where id = ${poolId} and archived_at is null)`;

const membersOf: { [K in Sweep['kind']]: Members<K> } = {
  date: (sweep, round) =>
    sweep.field.startsWith('candidate.custom.') ? ownDates(sweep, round) : instants(sweep, round),

  holiday: ({ holiday }, { turns, countries }) => {
    const rows = turns.flatMap((turn) =>
      countries.flatMap((country) => {
        const name = isHoliday(turn.date, country);
        const meant = name !== null && (holiday === undefined || fold(name) === fold(holiday));
        return meant ? [{ ...turnRow(turn), country, name }] : [];
      }),
    );
    return {
      from: sql`${days('country text, name text', rows)} ${eachOf('candidate', 'c', sql`country = day.country and merged_into is null`)}`,
      where: inZone,
      what: sql`day.on_date`,
      at: sql`day.at`,
      data: sql`jsonb_build_object('date', day.on_date, 'name', day.name, 'country', day.country)`,
    };
  },

  schedule: ({ poolId }, { node, tick, slice: { day, nth, of } }, who) => ({
    from: poolId
      ? sql`pool_member m join candidate c on c.id = m.candidate_id and m.pool_id = ${poolId} and ${inUse(poolId)}`
      : sql`candidate c`,
    what: sql`${day}::text`,
    at: sql`${new Date(tick)}::timestamptz`,
    data: sql`jsonb_build_object('date', ${day}::text)`,
    // Whose folded keys are not made yet is let by: the router judges everyone once more.
    where: sql`${who ? sql`(${who} or c.keys is null)` : sql`true`}
      ${of > 1 ? sql`and ('x' || left(md5(c.id::text || ${node}), 7))::bit(28)::int % ${of} = ${nth}` : sql``}`,
  }),

  quiet: ({ days, poolId }, { since, tick }) => {
    const length = days * 86_400_000;
    const heard = sql`coalesce(c.heard_at, c.created_at)`;
    const member = sql`and exists (select from pool_member m where m.candidate_id = c.id and m.pool_id = ${poolId ?? null} and ${inUse(poolId ?? null)})`;
    return {
      from: sql`candidate c`,
      what: sql`to_char(${heard} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
      at: sql`${heard} + make_interval(secs => ${length / 1000})`,
      data: sql`jsonb_build_object('days', ${days}::int)`,
      where: sql`${heard} > ${new Date(since - length)} and ${heard} <= ${new Date(tick - length)} ${poolId ? member : sql``}`,
    };
  },
};

type DateSweep = Extract<Sweep, { kind: 'date' }>;

const comingOn = (sweep: DateSweep, date: string) =>
  datesComing(date, sweep.offset ?? null, sweep.side ?? 'after');

function ownDates(sweep: DateSweep, { turns }: Round): Select {
  const rows = turns.flatMap((turn) => {
    const { yearly, once } = comingOn(sweep, turn.date);
    const meant = sweep.yearly
      ? yearly.map(({ monthDay, year }) => ({ month_day: monthDay, year, on_day: null, what: String(year) }))
      : once.map((day) => ({ month_day: null, year: null, on_day: day, what: day }));
    return meant.map((each) => ({ ...turnRow(turn), ...each }));
  });
  const meant = sweep.yearly
    ? sql`month_day = day.month_day and on_day < make_date(day.year, 1, 1)`
    : sql`on_day = day.on_day`;
  const field = sweep.field.replace('candidate.custom.', '');
  return {
    from: sql`${days('month_day text, year int, on_day date, what text', rows)}
      ${eachOf('candidate_date', 'd', sql`field = ${field} and ${meant}`)}
      ${eachOf('candidate', 'c', sql`id = d.candidate_id`)}`,
    what: sql`day.what`,
    where: inZone,
    ...onDay,
  };
}

/** Instants of hers that are looked up by an index of their own, as they stand when the day comes. */
const candidateInstants: Record<string, 'created_at' | 'consent_until'> = {
  'candidate.createdAt': 'created_at',
  'candidate.consentUntil': 'consent_until',
};

/** Instants count by the day that they are on the candidate's own calendar. */
function instants(sweep: DateSweep, { turns }: Round): Select {
  const rows = turns.flatMap((turn) => {
    const { yearly, once } = comingOn(sweep, turn.date);
    const dates = sweep.yearly
      ? yearly.flatMap(({ monthDay, year }) =>
          daysOfYears(monthDay, firstYear, year).map((day) => ({ day, what: String(year) })),
        )
      : once.map((day) => ({ day, what: day }));
    return dates.map(({ day, what }) => {
      const [since, until] = instantsOf(day, turn.clock).map(rfc);
      return { ...turnRow(turn), since, until, what };
    });
  });
  const given = days('since timestamptz, until timestamptz, what text', rows);
  if (sweep.field === 'application.appliedAt')
    return {
      from: sql`${given} ${eachOf('application', 'a', sql`applied_at >= day.since and applied_at < day.until`)}
        ${eachOf('candidate', 'c', sql`id = a.candidate_id`)}`,
      where: inZone,
      what: sql`day.what || ' ' || a.id`,
      applicationId: sql`a.id`,
      ...onDay,
    };
  const column = sql.ref(candidateInstants[sweep.field] ?? 'created_at');
  return {
    from: sql`${given}
      ${eachOf('candidate', 'c', sql`${column} >= day.since and ${column} < day.until and merged_into is null`)}`,
    where: inZone,
    what: sql`day.what`,
    ...onDay,
  };
}

/** In the order of their ids, after `cursor`, at most a transaction's worth. `only`: of these, whoever is still meant. */
export async function membersComing(
  trx: Trx,
  sweep: Sweep,
  round: Round,
  { cursor, only }: { cursor?: string | null; only?: readonly string[] },
): Promise<Coming[]> {
  const members = membersOf[sweep.kind] as Members<Sweep['kind']>;
  const asked = sweep.kind === 'schedule' ? sweep.who : undefined;
  const who = asked ? await conditionSql(trx, asked, round.tick) : null;
  const {
    from,
    what,
    at,
    data,
    applicationId = sql`null::uuid`,
    where,
  } = members(sweep as never, round, who);
  const found = await sql<Coming>`
    select c.id as "candidateId", ${applicationId} as "applicationId", ${what} as what, ${at} as at, ${data} as data
    from ${from}
    where c.merged_into is null ${where ? sql`and ${where}` : sql``} ${cursor ? sql`and c.id > ${cursor}` : sql``}
      ${only ? sql`and c.id = any(${[...only]}::uuid[])` : sql``}
      and not exists (select from occasion o where o.flow_id = ${round.flowId} and o.node_id = ${round.node}
        and o.candidate_id = c.id and o.what = ${what})
    order by c.id limit ${maxLocked}`.execute(trx);
  return found.rows;
}

/** Each of them once, by steps through the index. */
async function valuesInUse(trx: Trx, column: 'time_zone' | 'country'): Promise<string[]> {
  const of = sql.ref(column);
  const merged = column === 'country' ? sql`and merged_into is null` : sql``;
  const found = await sql<{ value: string }>`
    with recursive used as (
      (select ${of} as value from candidate where ${of} is not null ${merged} order by ${of} limit 1)
      union all
      select (select ${of} from candidate where ${of} > used.value ${merged} order by ${of} limit 1) from used where used.value is not null
    )
    select value from used where value is not null`.execute(trx);
  return found.rows.map((row) => row.value);
}

export const zonesInUse = (trx: Trx): Promise<string[]> => valuesInUse(trx, 'time_zone');
export const countriesInUse = (trx: Trx): Promise<string[]> => valuesInUse(trx, 'country');

/** When someone was last heard of who was heard of after `since` (milliseconds), the longest ago first; null: nobody. */
export async function nextHeard(trx: Trx, since: number): Promise<number | null> {
  const found = await sql<{ at: Date }>`
    select coalesce(heard_at, created_at) as at from candidate
    where coalesce(heard_at, created_at) > ${new Date(since)} and merged_into is null order by coalesce(heard_at, created_at), id limit 1`.execute(
    trx,
  );
  return found.rows[0]?.at.getTime() ?? null;
}
