/** A candidate's timeline: notes, messages, stage moves, steps of flows and the events that none of these tell. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../connect.ts';
import { nodeJson, type StoredNode } from './candidate-list.ts';
import type { Page } from './page.ts';

export type TimelineFilter = 'all' | 'mails' | 'flow' | 'notes' | 'stages';

interface Line {
  /** Unique over all kinds; sorts within an instant. */
  id: string;
  at: Date;
  by: { kind: 'person' | 'flow' | 'source' | 'candidate' | 'provider' | 'system'; name: string | null };
}

export type TimelineRow = Line &
  (
    | { kind: 'note'; data: { body: string } }
    | {
        kind: 'message';
        data: {
          messageId: string;
          direction: 'in' | 'out';
          status: string;
          subject: string;
          text: string;
          reason: string | null;
          /** The newest of what kept it from leaving; null: nothing did. */
          decision: {
            code: string;
            detail: Record<string, unknown>;
            until: string | null;
            at: string;
          } | null;
          flowId: string | null;
          enrolmentId: string | null;
        };
      }
    | {
        kind: 'stage';
        data: { applicationId: string; jobTitle: string | null; from: string | null; to: string | null };
      }
    | {
        kind: 'step';
        data: {
          nodeId: string;
          outcome: 'passed' | 'skipped' | 'failed';
          port: string | null;
          detail: Record<string, unknown>;
          node: StoredNode | null;
          flowId: string;
          enrolmentId: string;
        };
      }
    | {
        kind: 'event';
        data: {
          type: string;
          data: Record<string, unknown>;
          applicationId: string | null;
          enrolmentId: string | null;
          messageId: string | null;
        };
      }
  );

export interface AfterLine {
  at: Date;
  id: string;
}

const parts: Record<TimelineFilter, readonly ('note' | 'message' | 'stage' | 'step' | 'event')[]> = {
  all: ['note', 'message', 'stage', 'step', 'event'],
  mails: ['message', 'event'],
  flow: ['step', 'event'],
  notes: ['note'],
  stages: ['stage', 'event'],
};

/** Told by a row of its own: notes, messages, stage moves. */
const toldElsewhere = [
  'note.added',
  'message.sent',
  'message.delivered',
  'message.opened',
  'message.replied',
  'application.stage-changed',
  'candidate.updated',
];

const eventsOf: Record<TimelineFilter, RawBuilder<unknown>> = {
  // What a flow did to her is told by its step.
  all: sql`e.type <> all(${toldElsewhere}::text[]) and (e.by_kind <> 'flow' or e.type = 'enrolment.ended')`,
  mails: sql`e.type like 'message.%' and e.type <> all(${toldElsewhere}::text[])`,
  flow: sql`e.type like 'enrolment.%'`,
  notes: sql`false`,
  stages: sql`e.type like 'application.%' and e.type <> all(${toldElsewhere}::text[])`,
};

/** Newest first. */
export async function readTimeline(
  db: Db,
  candidateId: string,
  filter: TimelineFilter,
  { limit, after }: Page<AfterLine>,
): Promise<TimelineRow[]> {
  const below = (at: RawBuilder<unknown>, id: RawBuilder<unknown>) =>
    after ? sql`and (${at}, (${id}) collate "C") < (${after.at}, ${after.id} collate "C")` : sql``;
  const tail = sql`order by at desc, id desc limit ${limit}`;
  const selects: Record<(typeof parts)['all'][number], RawBuilder<unknown>> = {
    note: sql`
      select n.id::text collate "C" as id, n.created_at as at, 'note' as kind, n.author_kind as by_kind, n.author_id as by_id, jsonb_build_object('body', n.body) as data
      from note n where n.candidate_id = ${candidateId} ${below(sql`n.created_at`, sql`n.id::text`)} ${tail}`,
    message: sql`
      select m.id::text collate "C" as id, m.created_at as at, 'message' as kind,
        case when m.direction = 'in' then 'candidate' when m.flow_id is null then 'system' else 'flow' end as by_kind, m.flow_id::text as by_id,
        jsonb_build_object('messageId', m.id, 'direction', m.direction, 'status', m.status, 'subject', m.subject, 'text', left(split_part(m.text, E'\\n\\n-- \\n', 1), 1000),
          'reason', m.reason, 'decision', case when m.status in ('queued', 'cancelled') then (
            select jsonb_build_object('code', d.code, 'until', d.until, 'at', d.at, 'detail', d.detail || jsonb_strip_nulls(jsonb_build_object('flow', (
              select bf.name from message before join flow bf on bf.id = before.flow_id where before.id = (d.detail->>'messageId')::uuid))))
            from contact_decision d where d.message_id = m.id order by d.at desc, d.id desc limit 1) end, 'flowId', m.flow_id, 'enrolmentId', m.enrolment_id) as data
      from message m where m.candidate_id = ${candidateId} ${below(sql`m.created_at`, sql`m.id::text`)} ${tail}`,
    stage: sql`
      select s.id::text collate "C" as id, s.at, 'stage' as kind, s.by_kind, s.by_id,
        jsonb_build_object('applicationId', a.id, 'jobTitle', j.title, 'from', f.name, 'to', t.name) as data
      from stage_move s join application a on a.id = s.application_id left join job j on j.id = a.job_id
      left join stage f on f.id = s.from_stage_id left join stage t on t.id = s.to_stage_id
      where a.candidate_id = ${candidateId} and s.from_stage_id is not null ${below(sql`s.at`, sql`s.id::text`)} ${tail}`,
    step: sql`
      select ('step-' || lpad(st.ord::text, 20, '0')) collate "C" as id, st.left_at as at, 'step' as kind, 'flow' as by_kind, en.flow_id::text as by_id,
        jsonb_build_object('nodeId', st.node_id, 'outcome', st.outcome, 'port', st.port, 'detail', st.detail,
          'node', (select ${nodeJson(sql`st.node_id`)} from flow_version v where v.id = st.version_id), 'flowId', en.flow_id, 'enrolmentId', en.id) as data
      from enrolment en join step st on st.enrolment_id = en.id
      where en.candidate_id = ${candidateId} and (${filter === 'flow'} or st.outcome <> 'passed' or st.detail->>'effect' is distinct from 'note.add')
        and (${filter === 'flow'} or st.outcome <> 'passed' or not exists (select from message m where m.enrolment_id = en.id and m.node_id = st.node_id and m.visit = st.visit and m.direction = 'out'))
        ${below(sql`st.left_at`, sql`'step-' || lpad(st.ord::text, 20, '0')`)} ${tail}`,
    event: sql`
      select ('event-' || lpad(e.seq::text, 12, '0')) collate "C" as id, e.at, 'event' as kind, e.by_kind, e.by_id,
        jsonb_build_object('type', e.type, 'data', e.data, 'applicationId', e.application_id, 'enrolmentId', e.enrolment_id, 'messageId', e.message_id) as data
      from event e where e.candidate_id = ${candidateId} and ${eventsOf[filter]} ${below(sql`e.at`, sql`'event-' || lpad(e.seq::text, 12, '0')`)} ${tail}`,
  };
  const found = await sql<TimelineRow>`
    with line as materialized (
      select * from (${sql.join(
        parts[filter].map((part) => sql`(${selects[part]})`),
        sql` union all `,
      )}) as lines ${tail}
    )
    select line.id, line.at, line.kind, line.data,
      jsonb_build_object('kind', line.by_kind, 'name', coalesce(u.name, k.name, f.name, s.name)) as by
    from line
    left join "user" u on line.by_kind = 'person' and u.id = line.by_id
    left join api_key k on line.by_kind = 'person' and k.id::text = line.by_id
    left join flow f on line.by_kind = 'flow' and f.id::text = line.by_id
    left join source s on line.by_kind = 'source' and s.id::text = line.by_id
    order by line.at desc, line.id desc`.execute(db);
  return found.rows;
}

/** The zone in which her days are told: her own, else the workspace's. Null: no such candidate. */
export async function zoneOf(db: Db, candidateId: string): Promise<string | null> {
  const found = await sql<{ zone: string }>`
    select coalesce(c.time_zone, w.time_zone) as zone from candidate c cross join workspace w where c.id = ${candidateId}`.execute(
    db,
  );
  return found.rows[0]?.zone ?? null;
}
