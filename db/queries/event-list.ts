/** Events as a list, newest first. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { AfterTime, Page } from './page.ts';

export interface ListedEvent {
  id: string;
  type: string;
  at: Date;
  recordedAt: Date;
  candidate: { id: string; fullName: string };
  applicationId: string | null;
  data: Record<string, unknown>;
}

export async function listEvents(db: Db, { limit, after }: Page<AfterTime>): Promise<ListedEvent[]> {
  const found = await sql<ListedEvent>`
    select e.id, e.type, e.at, e.recorded_at as "recordedAt", jsonb_build_object('id', c.id, 'fullName', c.full_name) as candidate,
      e.application_id as "applicationId", e.data
    from event e join candidate c on c.id = e.candidate_id
    ${after ? sql`where (e.recorded_at, e.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by e.recorded_at desc, e.id desc limit ${limit}`.execute(db);
  return found.rows;
}
