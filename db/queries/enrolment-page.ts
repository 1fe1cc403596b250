/** One enrolment as its page shows it, and what a person does to it: try again, stop. */
import { sql } from 'kysely';
import type { Graph } from '../../engine/flow/schema.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { retry } from '../../engine/run/begin.ts';
import { isClosed, type RunStatus, type StepRecord } from '../../engine/run/state.ts';
import type { Db } from '../connect.ts';
import { type LoadedEnrolment, loadEnrolment, lockEnrolment, saveAdvanced } from './enrolments.ts';
import { recordEvents } from './events.ts';
import type { Trx } from './lock.ts';
import { markToWake } from './marks.ts';
import type { MessageStatus } from './message-list.ts';

export interface EnrolmentPage {
  flow: { id: string; name: string; state: 'draft' | 'live' | 'paused' | 'archived' };
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
    select jsonb_build_object('id', f.id, 'name', f.name, 'state', f.state) as flow, v.number as version, v.graph, v.plan,
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
  return found.rows[0] ?? null;
}

/** Locks the enrolment's candidate, then loads it; null: there is no such enrolment. */
async function locked(trx: Trx, id: string): Promise<LoadedEnrolment | null> {
  return (await lockEnrolment(trx, id)) ? loadEnrolment(trx, id) : null;
}

/** Lets a blocked enrolment try its step once more, as another visit. */
export async function retryEnrolment(
  db: Db,
  id: string,
  now: number,
): Promise<RunStatus | 'not-found' | 'not-blocked'> {
  return db.transaction().execute(async (trx) => {
    const loaded = await locked(trx, id);
    if (!loaded) return 'not-found';
    if (loaded.state.status !== 'blocked') return 'not-blocked';
    const state = retry(loaded.state);
    await saveAdvanced(trx, {
      enrolmentId: id,
      versionId: loaded.versionId,
      state,
      steps: [],
      wakeAt: null,
      end: null,
      now,
      keepStartMark: false,
    });
    await markToWake(trx, [id], 'event');
    return state.status;
  });
}

/** Ends an enrolment by hand: nothing of it happens any more, and what has not left is cancelled. */
export async function stopEnrolment(
  db: Db,
  id: string,
  by: string,
  now: number,
): Promise<RunStatus | 'not-found' | 'not-open'> {
  return db.transaction().execute(async (trx) => {
    const loaded = await locked(trx, id);
    if (!loaded) return 'not-found';
    const { state, versionId, flowId, candidateId, applicationId } = loaded;
    if (isClosed(state.status)) return 'not-open';
    const reason = 'stopped';
    const steps: StepRecord[] =
      state.node !== null && state.wait
        ? [
            {
              node: state.node,
              visit: (state.visits[state.node] ?? 0) + 1,
              outcome: 'skipped',
              port: null,
              enteredAt: state.enteredAt,
              leftAt: now,
              detail: { kind: 'left', reason, eventId: null, rule: state.wait.rule, until: state.wait.until },
            },
          ]
        : [];
    const closed = { ...state, status: 'exited' as const, node: null, wait: null, problem: null };
    await saveAdvanced(trx, {
      enrolmentId: id,
      versionId,
      state: closed,
      steps,
      wakeAt: null,
      end: { status: 'exited', reason, eventId: null },
      now,
      keepStartMark: false,
    });
    await sql`update message set status = 'cancelled', reason = 'Stopped by hand.' where enrolment_id = ${id} and status in ('held', 'queued')`.execute(
      trx,
    );
    await recordEvents(
      trx,
      [
        {
          candidateId,
          type: 'enrolment.ended',
          applicationId,
          enrolmentId: id,
          data: { flowId, status: 'exited', reason },
          by: { kind: 'person', id: by },
        },
      ],
      now,
    );
    return 'exited';
  });
}
