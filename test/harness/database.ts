/** A fresh migrated database for a test file: a copy of the template, dropped afterwards. */
import pg from 'pg';
import { inject } from 'vitest';
import { connect, type Db } from '../../db/connect.ts';

export interface FreshDatabase {
  db: Db;
  url: string;
  drop(): Promise<void>;
}

let nth = 0;

export async function freshDatabase({ max = 10 }: { max?: number } = {}): Promise<FreshDatabase> {
  const admin = inject('postgresUrl');
  const name = `test_${process.pid}_${nth++}_${Math.floor(performance.now())}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  await run(`create database ${name} template tendril_template`);
  const url = admin.replace(/\/postgres$/, `/${name}`);
  const db = connect(url, { max });
  return {
    db,
    url,
    async drop() {
      await db.destroy();
      await run(`drop database ${name} with (force)`);
    },
  };
}
