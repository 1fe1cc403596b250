/** The ground both sides of a comparison stand on: one Postgres and one Temporal, as `npm start` runs them. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect, type Db, migrate } from '../../db/connect.ts';
import { freePort } from '../../local/ports.ts';
import { startPostgres } from '../../local/postgres.ts';
import { type RealTemporal, realTemporal } from '../harness/temporal.ts';

export interface DatabaseGround {
  /** For logs and the like; gone at the end. */
  dir: string;
  /** A fresh, migrated database. */
  database(name: string): Promise<{ db: Db; url: string }>;
  end(): Promise<void>;
}

export interface Ground extends DatabaseGround {
  temporal: RealTemporal;
}

/** Postgres alone. `flags` are postgresql.conf settings beyond those of `npm start`. */
export async function startDatabaseGround(flags: string[] = []): Promise<DatabaseGround> {
  const dir = mkdtempSync(join(tmpdir(), 'tendril-bench-'));
  chmodSync(dir, 0o755);
  const postgres = await startPostgres({
    dir: join(dir, 'postgres'),
    port: await freePort(),
    password: 'bench',
    flags,
    say: () => {},
  });
  const opened: Db[] = [];
  return {
    dir,
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
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function startGround(): Promise<Ground> {
  const [databases, temporal] = await Promise.all([startDatabaseGround(), realTemporal()]);
  return {
    ...databases,
    temporal,
    async end() {
      await temporal.stop();
      await databases.end();
    },
  };
}
