/** Up on an empty database, and on yesterday's with its data. */
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { connect, type Db, migrate } from '../../db/connect.ts';
import { migrations } from '../../db/migrations/index.ts';
import { addCandidate } from '../harness/house.ts';

async function emptyDatabase(work: (db: Db) => Promise<void>): Promise<void> {
  const admin = inject('postgresUrl');
  const name = `migrate_${process.pid}_${Math.floor(performance.now())}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  await run(`create database ${name}`);
  const db = connect(admin.replace(/\/postgres$/, `/${name}`), { max: 4 });
  try {
    await work(db);
  } finally {
    await db.destroy();
    await run(`drop database ${name} with (force)`);
  }
}

const names = Object.keys(migrations);

/** What a database looks like, but for the order in which it came about. */
const shape = async (db: Db) => {
  const indexes = await sql<{
    line: string;
  }>`select indexdef as line from pg_indexes where schemaname = 'public' order by 1`.execute(db);
  const columns = await sql<{ line: string }>`
    select table_name || '.' || column_name || ' ' || data_type as line from information_schema.columns where table_schema = 'public' order by 1`.execute(
    db,
  );
  return [...indexes.rows, ...columns.rows].map((row) => row.line);
};

test('several processes may migrate an empty database at once', async () => {
  await emptyDatabase(async (db) => {
    await Promise.all([migrate(db), migrate(db), migrate(db)]);
    expect(await migrate(db)).toEqual([]);
  });
});

test('from every earlier state the newest is reached, and what was stored stays', async () => {
  let newest: string[] = [];
  await emptyDatabase(async (db) => {
    await migrate(db);
    newest = await shape(db);
  });
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1) continue;
    await emptyDatabase(async (db) => {
      const { error } = await new Migrator({
        db,
        provider: { getMigrations: async () => migrations },
      }).migrateTo(name);
      expect(error).toBeUndefined();
      await addCandidate(db, { name: 'Inês Carvalho', email: 'ines@carvalho.example' });
      const long = await addCandidate(db, { name: 'Rui Pinto' });
      // As a webhook of long ago may have brought it: longer than a row of an index can be, and hard to press together.
      await sql`update candidate set search_key = 'rui pinto ' || (select string_agg(md5(n::text), ' ') from generate_series(1, 500) as n)
        where id = ${long}`.execute(db);
      expect(await migrate(db)).toEqual(names.slice(index + 1));
      expect(await shape(db)).toEqual(newest);
      const kept = await db.selectFrom('candidate').select('full_name').orderBy('full_name').execute();
      expect(kept).toEqual([{ full_name: 'Inês Carvalho' }, { full_name: 'Rui Pinto' }]);
    });
  }
}, 120_000);
