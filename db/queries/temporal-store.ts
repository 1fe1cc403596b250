/** Remembers which Temporal store has the clocks, to notice when it was replaced. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

export async function rememberStore(db: Db, namespaceId: string): Promise<'same' | 'new'> {
  const changed = await sql`
    update workspace set settings = settings || jsonb_build_object('temporalNamespaceId', ${namespaceId}::text)
    where settings->>'temporalNamespaceId' is distinct from ${namespaceId}`.execute(db);
  return Number(changed.numAffectedRows ?? 0) > 0 ? 'new' : 'same';
}
