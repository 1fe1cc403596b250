/** The names behind the ids that stand in flows. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

export interface NameLists {
  pools: { id: string; name: string }[];
  templates: { id: string; name: string }[];
  jobs: { id: string; title: string }[];
  people: { id: string; name: string }[];
  flows: { id: string; name: string }[];
  pipelines: { id: string; name: string }[];
  senders: { id: string; name: string }[];
}

/** Every text of these values that looks like an id is looked up; one statement whatever their number. */
export async function namesIn(db: Db, values: readonly unknown[]): Promise<NameLists> {
  const ids = [
    ...new Set(
      JSON.stringify(values).match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi) ?? [],
    ),
  ];
  if (ids.length === 0)
    return { pools: [], templates: [], jobs: [], people: [], flows: [], pipelines: [], senders: [] };
  const found = await sql<{
    kind: 'pool' | 'template' | 'job' | 'person' | 'flow' | 'pipeline' | 'sender';
    id: string;
    name: string;
  }>`
    select 'pool' as kind, id::text, name from pool where id = any(${ids}::uuid[])
    union all select 'template', id::text, name from template where id = any(${ids}::uuid[])
    union all select 'job', id::text, title from job where id = any(${ids}::uuid[])
    union all select 'flow', id::text, name from flow where id = any(${ids}::uuid[])
    union all select 'sender', one->>'id', one->>'name' from workspace, jsonb_array_elements(coalesce(settings->'senders', '[]')) as one
      where one->>'id' = any(${ids}::text[])
    union all select 'pipeline', id::text, name from pipeline where id = any(${ids}::uuid[])
    union all select 'person', id, name from "user" where id = any(${ids}::text[])
    -- A program acts in the name of its key.
    union all select 'person', id::text, name from api_key where id::text = any(${ids}::text[])`.execute(db);
  const of = (kind: string) => found.rows.filter((row) => row.kind === kind);
  return {
    pools: of('pool'),
    templates: of('template'),
    jobs: of('job').map(({ id, name }) => ({ id, title: name })),
    people: of('person'),
    flows: of('flow'),
    pipelines: of('pipeline'),
    senders: of('sender'),
  };
}
