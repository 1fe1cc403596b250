/** The ground both sides of a comparison stand on: one Postgres and one Temporal, as `npm start` runs them. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect, type Db, migrate } from '../../db/connect.ts';
import { freePort } from '../../local/ports.ts';
import { startPostgres } from '../../local/postgres.ts';
import { type RealTemporal, realTemporal } from '../harness/temporal.ts';

export interface Ground {
  temporal: RealTemporal;
  /** A fresh, migrated database. */
  database(name: string): Promise<{ db: Db; url: string }>;
  end(): Promise<void>;
}

export async function startGround(): Promise<Ground> {
  const dir = mkdtempSync(join(tmpdir(), 'tendril-bench-'));
  chmodSync(dir, 0o755);
  const postgres = await startPostgres({
    dir: join(dir, 'postgres'),
    port: await freePort(),
    password: 'bench',
    say: () => {},
  });
  const temporal = await realTemporal();
  const opened: Db[] = [];
  return {
    temporal,
    async database(name) {
      const client = new pg.Client({ connectionString: postgres.url('postgres') });
      await client.connect();
      await client.query(`create database ${pg.escapeIdentifier(name)}`);
      await client.end();
      const url = postgres.url(name);
      const db = connect(url, { max: 40, name: 'tendril bench' });
      await migrate(db);
      opened.push(db);
      return { db, url };
    },
    async end() {
      for (const db of opened) await db.destroy();
      await temporal.stop();
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
