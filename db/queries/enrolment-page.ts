/** One enrolment as its page shows it. */
import { sql } from 'kysely';
import type { Graph } from '../../engine/flow/schema.ts';
import { loadFor } from '../../engine/plan/load.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import type { Db } from '../connect.ts';
import type { MessageStatus } from './message-list.ts';

export interface EnrolmentPage {
  flow: {
    id: string;
    name: string;
    state: 'draft' | 'live' | 'paused' | 'archived';
    /** RFC 3339: since when nothing moves; null: it does. */
    pausedAt: string | null;
    onHold: boolean;
  };
  version: number;
  graph: Graph;
  plan: Plan;
  startedAt: Date;
  endedAt: Date | null;
  endReason: string | null;
  steps: {
    nodeId: string;
    visit: number;
    outcome: 'passed' | 'skipped' | 'failed';
    port: string | null;
    enteredAt: string;
    leftAt: string;
    detail: Record<string, unknown>;
    message: { id: string; status: MessageStatus; subject: string } | null;
  }[];
}

export async function readEnrolmentPage(db: Db, id: string): Promise<EnrolmentPage | null> {
  const found = await sql<EnrolmentPage>`
    select jsonb_build_object('id', f.id, 'name', f.name, 'state', f.state, 'pausedAt', f.paused_at, 'onHold', f.on_hold) as flow, v.number as version, v.graph, v.plan,
      e.started_at as "startedAt", e.ended_at as "endedAt", e.end_reason as "endReason",
      coalesce((
        select jsonb_agg(jsonb_build_object('nodeId', s.node_id, 'visit', s.visit, 'outcome', s.outcome, 'port', s.port,
          'enteredAt', to_char(s.entered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'leftAt', to_char(s.left_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'detail', s.detail,
          'message', case when m.id is null then null else jsonb_build_object('id', m.id, 'status', m.status, 'subject', m.subject) end) order by s.ord)
        from step s left join message m on m.enrolment_id = s.enrolment_id and m.node_id = s.node_id and m.visit = s.visit and m.direction = 'out'
        where s.enrolment_id = e.id), '[]') as steps
    from enrolment e join flow f on f.id = e.flow_id join flow_version v on v.id = e.version_id
    where e.id = ${id}`.execute(db);
  const [page] = found.rows;
  if (page) await loadFor(page.plan);
  return page ?? null;
}
