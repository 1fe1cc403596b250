/** Why a version went live though one of its scenarios was red. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table flow_version add column scenarios_overridden text').execute(db);
}
