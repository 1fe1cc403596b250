/** The tables as the code sees them are the tables there are. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 2 });
});
afterAll(() => fresh.drop());

/** Table → its columns, as the interfaces in db/schema*.ts spell them. */
function declared(): Record<string, string[]> {
  const text = [
    'schema.ts',
    'schema-accounts.ts',
    'schema-operations.ts',
    'schema-outside.ts',
    'schema-tasks.ts',
    'schema-contact.ts',
  ]
    .map((file) => readFileSync(new URL(`../../db/${file}`, import.meta.url), 'utf8'))
    .join('\n');
  const interfaces = new Map(
    [...text.matchAll(/export interface (\w+Table) \{\n([\s\S]*?)\n\}/g)].map(([, name, body]) => [
      name,
      [...(body ?? '').matchAll(/^ {2}(\w+):/gm)].map(([, column]) => column ?? '').sort(),
    ]),
  );
  const tables = [...text.matchAll(/^ {2}(\w+): (\w+Table);$/gm)];
  return Object.fromEntries(tables.map(([, table, name]) => [table ?? '', interfaces.get(name ?? '') ?? []]));
}

test('every table and column is declared, and nothing that is not there', async () => {
  const found = await sql<{ table: string; columns: string[] }>`
    select table_name::text as "table", array_agg(column_name::text order by column_name::text collate "C") as columns
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%' group by 1`.execute(
    fresh.db,
  );
  const there = Object.fromEntries(found.rows.map((row) => [row.table, [...row.columns].sort()]));
  expect(declared()).toEqual(there);
});
