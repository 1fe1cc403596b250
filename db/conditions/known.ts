/** What there is few of and conditions ask by name: judged in memory, one by one, so that SQL only compares ids. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { Trx } from '../queries/lock.ts';

/** A row's id (or the value itself) with what conditions read of it. */
export interface Known {
  id: string;
  fields: Record<string, unknown>;
}

type Kind = 'stages' | 'jobs' | 'owners' | 'pools' | 'tags' | 'applicationSources' | 'zones' | 'workspace';

/** The distinct values of an indexed column, each found by one look into the index. */
const distinct = (table: string, value: string) => sql<Known>`
  with recursive each as (
    (select ${sql.raw(value)} as v from ${sql.raw(table)} where ${sql.raw(value)} is not null order by 1 limit 1)
    union all
    select (select ${sql.raw(value)} from ${sql.raw(table)} where ${sql.raw(value)} > each.v order by 1 limit 1) from each where each.v is not null
  )
  select v as id, jsonb_build_object('value', v) as fields from each where v is not null`;

const asked: Record<Kind, ReturnType<typeof distinct>> = {
  stages: sql`select id, jsonb_build_object('stage', name, 'stageKind', kind) as fields from stage`,
  jobs: sql`select id, jsonb_build_object('id', id, 'title', title, 'department', department, 'location', location) as fields from job`,
  owners: sql`select id, jsonb_build_object('fullName', name, 'email', email) as fields from "user"`,
  pools: sql`select id, jsonb_build_object('value', id) as fields from pool`,
  tags: sql`select name as id, jsonb_build_object('value', name) as fields from tag`,
  workspace: sql`select id::text, jsonb_build_object('value', time_zone) as fields from workspace`,
  applicationSources: distinct('application', 'coalesce(source_kind, source)'),
  zones: distinct('candidate', 'time_zone'),
};

/** Each kind is loaded when it is first asked for, and once. */
export class KnownThings {
  readonly #db: Db | Trx;
  readonly #loaded = new Map<Kind, Promise<Known[]>>();

  constructor(db: Db | Trx) {
    this.#db = db;
  }

  all(kind: Kind): Promise<Known[]> {
    let rows = this.#loaded.get(kind);
    if (!rows) {
      rows = asked[kind].execute(this.#db).then((found) => found.rows);
      this.#loaded.set(kind, rows);
    }
    return rows;
  }
}
