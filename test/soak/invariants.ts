/** What has to be true of everyone, whatever happened: each a question to the database that names who breaks it. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connect.ts';

interface Asked {
  /** Of the moment at which it is asked: everything has come to rest. */
  now: Date;
}

interface Invariant {
  /** As a sentence that is true. */
  holds: string;
  /** Rows that break it. */
  broken(asked: Asked): RawBuilder<unknown>;
}

/** Whoever has moved house or was merged: what held for them then can no longer be told from how they stand now. */
const roaming = sql`
  select candidate_id from event where type = 'candidate.merged'
    or (type = 'candidate.updated' and data::text ~ 'timeZone|country|location|phone')`;
const zone = sql`coalesce(c.time_zone, w.time_zone)`;
/** By an exit rule, a goal or a person. At an exit that the flow draws itself, as at its end, what it has written still leaves. */
const wasLeft = (run: string) =>
  sql`(${sql.ref(`${run}.status`)} in ('exited', 'converted') and ${sql.ref(`${run}.end_reason`)} not like 'left:%')`;
/** When it was last looked at whether it may leave; on its way from then on. What leaves afterwards is seen at the door. */
const reserved = sql`coalesce(m.reserved_at, m.sent_at)`;
const graphEdge = sql`jsonb_array_elements(v.graph->'edges')`;

/** Hold wherever runs have been: on a server that skips time as after processes were killed. */
export const ofTheLedger: readonly Invariant[] = [
  {
    holds: 'nobody is lost: every run is over, or waits for an instant to come, or its flow is paused',
    broken: ({ now }) => sql`
      select e.id, f.name, e.status, e.node_id, e.wake_at, e.state->'problem' as problem
      from enrolment e join flow f on f.id = e.flow_id
      where (e.status = 'open' and f.state = 'live' and (e.wake_at is null or e.wake_at <= ${now}))
        or e.status = 'blocked' or (e.status not in ('open', 'blocked') and e.ended_at is null)`,
  },
  {
    holds: 'nothing is left in a queue that nobody comes back for',
    broken: ({ now }) => sql`
      select 'mark' as queue, enrolment_id::text as what from mark
      union all select 'event', event_id::text from event_queue
      union all select 'inbound', inbound_id::text from inbound_queue
      union all select 'inbound', id::text || coalesce(outcome, '') from inbound where status in ('new', 'dead')
      union all select 'due', id::text from due where dead_reason is not null or next_at <= ${now}
      union all select 'operation', id::text from operation where state = 'running' and next_at <= ${now}
      union all select 'call', c.id::text from webhook_call c join enrolment e on e.id = c.enrolment_id join flow f on f.id = e.flow_id left join webhook_queue q on q.call_id = c.id
        where c.status = 'calling' or (c.status = 'queued' and (q.call_id is null or (q.at <= ${now} and f.state = 'live')))
      union all select 'batch', id::text from email_batch where state <> 'sent'
      union all select 'mail', m.id::text from message m left join email_queue q on q.message_id = m.id left join flow f on f.id = m.flow_id
        where m.status = 'sending' or (m.status = 'queued' and (q.message_id is null or (q.not_before <= ${now} and (f.id is null or f.state = 'live'))))`,
  },
  {
    holds: 'nobody does a step twice: each visit to a node is one row, and visits are counted without a gap',
    broken: () => sql`
      select enrolment_id, node_id, count(*), max(visit) from step group by 1, 2 having count(*) <> max(visit) or count(distinct visit) <> count(*)`,
  },
  {
    holds: 'nobody gets a mail twice: one message a visit, and each leaves once at most',
    broken: () => sql`
      select m.enrolment_id::text, m.node_id, m.visit, count(*) as n from message m where m.enrolment_id is not null and m.direction = 'out' group by 1, 2, 3 having count(*) > 1
      union all select message_id::text, 'caught', 0, count(*) from caught_mail where message_id is not null group by 1 having count(*) > 1`,
  },
  {
    holds: 'every mail that the ledger says was written is a message, and the other way round',
    broken: () => sql`
      select s.enrolment_id, s.node_id, s.visit, s.detail->>'result' as result, m.status
      from (select * from step where detail->>'effect' = 'email.send' and detail->>'result' = 'done') s
      full join (select * from message where direction = 'out' and enrolment_id is not null) m
        on m.enrolment_id = s.enrolment_id and m.node_id = s.node_id and m.visit = s.visit
      where s.enrolment_id is null or m.id is null`,
  },
  {
    holds: 'each step begins when the one before it is over, and none is over before it began',
    broken: () => sql`
      select * from (
        select enrolment_id, node_id, entered_at, left_at, lag(node_id) over way as before, lag(left_at) over way as left_before
        from step window way as (partition by enrolment_id order by ord)) as s
      where left_at < entered_at or entered_at < left_before`,
  },
  {
    holds: 'everyone goes the way that is drawn, but for jumps to goals and what people did by hand',
    broken: () => sql`
      select * from (
        select s.enrolment_id, s.version_id, s.node_id, s.detail, lag(s.version_id) over way as version_before, lag(s.node_id) over way as before,
          lag(s.port) over way as port, lag(s.detail->>'kind') over way as kind_before
        from step s window way as (partition by s.enrolment_id order by s.ord)) as s
      join flow_version v on v.id = s.version_id
      where before is not null and version_before = s.version_id and kind_before not in ('moved', 'skipped', 'left')
        and s.detail->>'kind' not in ('moved', 'skipped') and not (s.detail->>'kind' = 'goal' and s.detail->'heard' <> 'null'::jsonb)
        and not exists (select from ${graphEdge} as edge where edge->>'source' = before and edge->>'sourceHandle' = port and edge->>'target' = s.node_id)`,
  },
  {
    holds: 'whoever left a flow early is sent nothing by it afterwards',
    broken: () => sql`
      select m.id, m.to_address, m.sent_at, e.ended_at, e.end_reason from message m join enrolment e on e.id = m.enrolment_id
      where m.direction = 'out' and ${wasLeft('e')} and m.sent_at is not null and ${reserved} > e.ended_at`,
  },
  {
    holds: 'nothing is left to be sent of a run that was left early',
    broken: () => sql`
      select m.id, m.status, e.status as run, e.end_reason from message m join enrolment e on e.id = m.enrolment_id
      where m.status in ('held', 'queued', 'sending') and ${wasLeft('e')}`,
  },
  {
    holds: 'after an unsubscription or a hire no flow that is left by it sends anything more',
    broken: () => sql`
      select m.id, m.sent_at, ev.type, ev.recorded_at from message m join enrolment e on e.id = m.enrolment_id
        join flow_version v on v.id = e.version_id
        join event ev on ev.candidate_id = e.candidate_id and ev.type in ('message.unsubscribed', 'candidate.hired')
      where m.direction = 'out' and v.plan->'settings'->'exitOn' ? ev.type and ev.recorded_at > e.started_at and m.sent_at is not null and ${reserved} > ev.recorded_at
        and e.candidate_id not in (${roaming})`,
  },
  {
    holds: 'nobody is in a flow twice at a time, nor again where it is once or before the cooldown is over',
    broken: () => sql`
      select b.id, f.name, a.started_at as first, a.ended_at, b.started_at as second from enrolment a
        join enrolment b on b.flow_id = a.flow_id and b.candidate_id = a.candidate_id and b.id <> a.id
          and (b.started_at, b.id) > (a.started_at, a.id)
        join flow_version v on v.id = b.version_id join flow f on f.id = b.flow_id
      where a.candidate_id not in (select candidate_id from event where type = 'candidate.merged') and (
        (v.plan->'settings'->>'reentry' = 'once')
        or (v.plan->'settings'->>'reentry' = 'after-exit' and b.entry_key = a.entry_key and coalesce(a.ended_at, 'infinity') > b.started_at)
        -- A summer hour more or less.
        or coalesce(a.ended_at, a.started_at) + coalesce((v.plan->'settings'->>'cooldown')::interval, '0') - interval '61 minutes' > b.started_at
          and v.plan->'settings' ? 'cooldown')`,
  },
  {
    holds: 'no event starts a flow twice',
    broken: () => sql`
      select flow_id, trigger_event_id, count(*) from enrolment where trigger_event_id is not null group by 1, 2 having count(*) > 1`,
  },
  {
    holds: 'the funnel is what the ledger says',
    broken: () => sql`
      select * from (
        select version_id, node_id, kind, port, n from funnel
        except all
        select * from (
          select version_id, node_id, outcome as kind, coalesce(port, '') as port, count(*)::bigint as n from step group by 1, 2, 3, 4
          union all select version_id, node_id, 'visited-first', '', count(*) from step where visit = 1 group by 1, 2
          union all select version_id, node_id, kind, '', count(*) from milestone where version_id is not null and node_id is not null group by 1, 2, 3) as ledger
      ) as odd where not exists (select from step where xid >= (select below from funnel_mark))`,
  },
  {
    holds: 'everything that happened to someone is numbered without a gap',
    broken: () => sql`
      select c.id, c.event_seq, count(e.id) from candidate c left join event e on e.candidate_id = c.id and e.seq > 0
      where c.merged_into is null group by c.id having count(e.id) <> c.event_seq`,
  },
  {
    holds:
      'nobody is forgotten at the door: whatever would start a flow has started it, or was refused with a reason',
    broken: ({ now }) => sql`
      select ev.id, ev.type, ev.recorded_at, ev.data, f.name, t.node_id from flow_trigger t
        join flow_version v on v.id = t.version_id join flow f on f.id = v.flow_id
        join jsonb_array_elements(v.plan->'triggers') as trigger on trigger->>'node' = t.node_id
        join event ev on ev.type = t.event_type and ev.recorded_at >= v.live_from and (v.live_until is null or v.live_until > ev.recorded_at)
      where not trigger ? 'when' and (ev.data->>'flowId' is null or (ev.data->>'flowId' = f.id::text and coalesce(ev.data->>'node', t.node_id) = t.node_id))
        and (trigger->>'event' is not null or ev.data->>'flowId' is not null)
        -- Those that came while a flow was being published are looked for a while later.
        and ev.recorded_at < ${now}::timestamptz - interval '2 minutes'
        and not exists (select from enrolment e where e.flow_id = f.id and e.trigger_event_id = ev.id)
        and not exists (select from refusal r where r.flow_id = f.id and r.event_id = ev.id)`,
  },
  {
    holds: 'a day comes to everyone once',
    broken: () => sql`
      select candidate_id, type, data->>'flowId' as flow, data->>'node' as node, data->>'date' as date, count(*) from event
      where type in ('date.came', 'holiday.came') and candidate_id not in (${roaming}) group by 1, 2, 3, 4, 5 having count(*) > 1`,
  },
  {
    holds: 'an operation counts whom it has changed and left out, and is over for all whom it was for',
    broken: () => sql`
      select o.id, o.kind, o.state, o.changed, o.left_out, count(r.ref_id) filter (where r.outcome = 'changed') as rows_changed,
        count(r.ref_id) filter (where r.outcome = 'left-out') as rows_left_out
      from operation o left join operation_row r on r.operation_id = o.id group by o.id
      having count(r.ref_id) filter (where r.outcome = 'changed') <> o.changed or count(r.ref_id) filter (where r.outcome = 'left-out') <> o.left_out
        or (o.state = 'done' and o.kind = 'undo' and o.changed + o.left_out <> o.total)`,
  },
  {
    holds: 'nobody whom a move was for is left standing where she stood',
    broken: () => sql`
      select o.id, e.id as run, e.node_id from operation o
        cross join lateral jsonb_to_recordset(o.spec->'choices') as choice (version uuid, node text)
        join enrolment e on e.version_id = choice.version and e.node_id = choice.node and e.status in ('open', 'blocked')
      where o.kind = 'move' and o.state = 'done' and (e.state->>'enteredAt')::float8 <= extract(epoch from o.created_at) * 1000
        and not exists (select from operation_row r where r.operation_id = o.id and r.ref_id = e.id)`,
  },
  {
    holds: 'whoever was moved by an operation is moved by it once, as the ledger says',
    broken: () => sql`
      select r.operation_id, r.ref_id, count(s.enrolment_id) from operation_row r join operation o on o.id = r.operation_id
        left join step s on s.enrolment_id = r.ref_id and s.detail->>'kind' = 'moved' and s.detail->>'operation' = o.id::text
      where r.outcome = 'changed' and (r.before is not null or o.kind = 'undo') group by 1, 2 having count(s.enrolment_id) <> 1`,
  },
  {
    holds: 'whoever is asked in by an operation is asked once',
    broken: () => sql`
      select r.operation_id, r.candidate_id, count(ev.id) from operation_row r join operation o on o.id = r.operation_id
        left join event ev on ev.type = 'enrolment.requested' and ev.data->>'operationId' = o.id::text and ev.candidate_id = r.candidate_id
      where o.kind = 'enrol' and r.outcome = 'changed' and r.candidate_id not in (select candidate_id from event where type = 'candidate.merged')
        and r.candidate_id not in (select id from candidate where merged_into is not null)
      group by 1, 2 having count(ev.id) <> 1`,
  },
  {
    holds: 'each visit to a call is one call, and its answer is heard once',
    broken: () => sql`
      select c.enrolment_id, c.node_id, c.visit, count(*) as calls, null::bigint as answers from webhook_call c group by 1, 2, 3 having count(*) > 1
      union all select enrolment_id, data->>'node', (data->>'visit')::int, null, count(*) from event where type = 'webhook.answered' group by 1, 2, 3 having count(*) > 1`,
  },
  {
    holds: 'whoever a flow on hold has written to is not sent it before a person has let it go',
    broken: () => sql`
      select m.id, m.status, m.created_at, m.sent_at from message m join hold_time h on h.flow_id = m.flow_id and h.began < m.created_at and coalesce(h.ended, 'infinity') > m.created_at
      where m.direction = 'out' and m.enrolment_id is not null and (m.sent_at is not null or m.status in ('queued', 'sending'))
        and not exists (select from event ev where ev.message_id = m.id and ev.type = 'message.released' and ev.recorded_at <= coalesce(m.sent_at, 'infinity'))`,
  },
  {
    holds: 'a run that asked another flow is answered once at most',
    broken: () => sql`
      select enrolment_id, data->>'node' as node, data->>'visit' as visit, count(*) from event where type = 'flow.answered' group by 1, 2, 3 having count(*) > 1`,
  },
  {
    holds:
      'waits of whole days, weeks and months end at the time of day at which they began, whatever the clocks did',
    broken: () => sql`
      select * from (
        select s.enrolment_id, s.node_id, s.entered_at, s.detail->>'rule' as rule, ${zone} as zone, to_timestamp((s.detail->>'until')::float8 / 1000) as until,
          (s.entered_at at time zone ${zone}) + (s.detail->>'rule')::interval as expected
        from step s join enrolment e on e.id = s.enrolment_id join candidate c on c.id = e.candidate_id cross join workspace w
        where s.detail->>'kind' = 'sleep' and s.detail->>'rule' ~ '^P([0-9]+[YMWD])+$' and not s.detail ? 'working'
          and e.candidate_id not in (${roaming})
          and not exists (select from step m where m.enrolment_id = e.id and m.detail->>'kind' in ('moved', 'skipped'))) as waits
      where date_trunc('milliseconds', until at time zone zone) <> date_trunc('milliseconds', expected)
        and date_trunc('milliseconds', until) <> date_trunc('milliseconds', expected at time zone zone)`,
  },
  {
    holds: 'nobody goes on from a wait for office hours outside of them',
    broken: () => sql`
      select * from (
        select s.enrolment_id, s.node_id, s.left_at, ${zone} as zone, s.left_at at time zone ${zone} as there, s.detail->'by'->'until' as rule
        from step s join enrolment e on e.id = s.enrolment_id join candidate c on c.id = e.candidate_id cross join workspace w
        where s.detail->>'kind' = 'sleep' and s.detail->'by' ? 'until' and s.detail->'by'->'until' ? 'latest' and e.candidate_id not in (${roaming})) as s
      where to_char(there, 'HH24:MI') < rule->>'time' or to_char(there, 'HH24:MI') >= rule->>'latest'
        or not rule->'weekdays' @> to_jsonb(extract(isodow from there)::int)`,
  },
  {
    holds: 'working days end on a working day, at the time of day at which they began, and count as many',
    broken: () => sql`
      select * from (
        select s.enrolment_id, s.node_id, s.entered_at at time zone ${zone} as began, to_timestamp((s.detail->>'until')::float8 / 1000) at time zone ${zone} as ends,
          substring(s.detail->>'rule' from '[0-9]+')::int as days
        from step s join enrolment e on e.id = s.enrolment_id join candidate c on c.id = e.candidate_id cross join workspace w
        where s.detail->>'kind' = 'sleep' and s.detail ? 'working' and s.detail->>'rule' ~ '^P[0-9]+D$' and e.candidate_id not in (${roaming})
          and not exists (select from step m where m.enrolment_id = e.id and m.detail->>'kind' in ('moved', 'skipped'))) as s
      where extract(isodow from ends) > 5
        or (select count(*) from generate_series(began::date + 1, ends::date, interval '1 day') as one (day) where extract(isodow from one.day) <= 5) < days`,
  },
];

/** Hold of every mail that left, as things stood when it did. */
export const ofTheDoor: readonly Invariant[] = [
  {
    holds: 'every mail that was sent left once, and none left that is not said to be sent',
    broken: () => sql`
      select m.id, m.status, m.sent_at, count(l.message_id) from message m left join left_house l on l.message_id = m.id
      where m.direction = 'out' group by m.id having count(l.message_id) <> (m.sent_at is not null)::int`,
  },
  {
    holds: 'no mail leaves outside the hours that hold for it, on the candidate’s clock as it goes then',
    broken: () => sql`
      select m.id, l.at, l.time_zone, m.sending->>'timeZone' as written_for, l.at at time zone l.time_zone as there, w.week from left_house l join message m on m.id = l.message_id
        cross join lateral jsonb_array_elements(m.sending->'hours') as w (week)
        cross join lateral (select to_char(l.at at time zone l.time_zone, 'HH24:MI') as clock, extract(isodow from l.at at time zone l.time_zone)::int as weekday) as local
      where not exists (
        select from jsonb_array_elements(case jsonb_typeof(w.week) when 'array' then w.week else jsonb_build_array(w.week) end) as h (hours)
        where case
          when h.hours->>'from' < h.hours->>'to' then local.clock >= h.hours->>'from' and local.clock < h.hours->>'to' and h.hours->'days' @> to_jsonb(local.weekday)
          -- Past midnight it is still the day on which it began.
          else (local.clock >= h.hours->>'from' and h.hours->'days' @> to_jsonb(local.weekday))
            or (local.clock < h.hours->>'to' and h.hours->'days' @> to_jsonb((local.weekday + 5) % 7 + 1)) end)`,
  },
  {
    holds: 'no mail leaves above a cap, of all that went to the same person in any stretch of that length',
    broken: () => sql`select * from breach where kind = 'above a cap'`,
  },
  {
    holds: 'no mail leaves while contact is held',
    broken: () => sql`select message_id, at from left_house where held`,
  },
  {
    holds: 'no mail leaves for an address that is suppressed, nor to someone who wants no contact',
    broken: () =>
      sql`select message_id, at, candidate_status, suppressed from left_house where suppressed or candidate_status = 'do-not-contact'`,
  },
  {
    holds: 'no mail of a run leaves after the run was left, nor while its flow is paused',
    broken: () =>
      sql`select message_id, at, was_left, flow_state from left_house where was_left or flow_state <> 'live'`,
  },
  {
    holds: 'no mail leaves that was no longer wanted',
    broken: () => sql`
      select m.id, l.at, m.sending from left_house l join message m on m.id = l.message_id
      where l.at >= to_timestamp((m.sending->>'staleAt')::float8 / 1000)`,
  },
];

/** Hold of every call that came in elsewhere, where no process was killed between a call and its answer. */
export const ofTheBell: readonly Invariant[] = [
  {
    holds: 'a call that was answered for good is never made again, and none is counted that was not made',
    broken: () => sql`
      select c.id, c.status, c.attempts, count(r.nth) as rings, max(r.nth) filter (where r.answered in (200, 404)) as settled, max(r.nth) as last
      from webhook_call c left join rung r on r.call_id = c.id group by c.id
      having count(r.nth) <> c.attempts or count(r.nth) filter (where r.answered in (200, 404)) > 1
        or max(r.nth) filter (where r.answered in (200, 404)) < max(r.nth)
        or (c.status in ('success', 'failure')) <> (count(r.nth) filter (where r.answered in (200, 404)) = 1)`,
  },
  {
    holds: 'no call is made that its run does not wait for, nor while its flow is paused',
    broken: () =>
      sql`select call_id, at, answered, waited, flow_state from rung where not waited or flow_state <> 'live'`,
  },
];

/** Each that is broken, with how often and the first few who break it. */
export async function broken(
  db: Db,
  invariants: readonly Invariant[],
  now: number,
): Promise<{ holds: string; times: number; by: unknown[] }[]> {
  const found: { holds: string; times: number; by: unknown[] }[] = [];
  for (const { holds, broken: by } of invariants) {
    const { rows } = await by({ now: new Date(now) }).execute(db);
    if (rows.length > 0) found.push({ holds, times: rows.length, by: rows.slice(0, 4) });
  }
  return found;
}
