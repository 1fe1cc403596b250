/** Whether the parts behind the database are alive. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/** A worker has said within the last 15 seconds that it lives. @throws when the database does not answer. */
export async function workerIsAlive(db: Db): Promise<boolean> {
  const found = await sql<{ alive: boolean }>`
    select exists (select from worker_pulse where at > now() - interval '15 seconds') as alive`.execute(db);
  return found.rows[0]?.alive ?? false;
}
