/** Remembers which Temporal store has the clocks, to notice when it was replaced. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { markAllOpen } from './marks.ts';

/** A store that is not the one we knew has no clock for anyone: every open enrolment is marked. Answers how many. */
export async function greetStore(db: Db, namespaceId: string): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const changed = await sql`
      update workspace set settings = settings || jsonb_build_object('temporalNamespaceId', ${namespaceId}::text)
      where settings->>'temporalNamespaceId' is distinct from ${namespaceId}`.execute(trx);
    return Number(changed.numAffectedRows ?? 0) > 0 ? markAllOpen(trx) : 0;
  });
}
