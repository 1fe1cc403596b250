/** A worker says that it lives; the health check reads it. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

export async function pulse(db: Db, workerId: string): Promise<void> {
  await sql`
    with old as (delete from worker_pulse where at < now() - interval '1 hour')
    insert into worker_pulse (id, at) values (${workerId}, now()) on conflict (id) do update set at = now()`.execute(
    db,
  );
}
