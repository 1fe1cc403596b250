/** The ground both sides of a comparison stand on: one Postgres and one Temporal, as `npm start` runs them. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect, type Db, migrate } from '../../db/connect.ts';
import { freePort } from '../../local/ports.ts';
import { startPostgres } from '../../local/postgres.ts';
import { type RealTemporal, realTemporal } from '../harness/temporal.ts';
import { cpuOf } from './cpu.ts';

export interface DatabaseGround {
  /** For logs and the like; gone at the end. */
  dir: string;
  /** Of the server's first process. */
  postgresPid: number;
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
    postgresPid: postgres.daemon.pid,
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

/** Milliseconds of CPU, by who used them. */
export interface Spent {
  temporal: number;
  postgres: number;
  worker: number;
}

/** What each part has used so far; `workerPid` absent: the worker runs in this process. */
export function spentSoFar(ground: Ground, workerPid?: number): Spent {
  const { user, system } = process.cpuUsage();
  return {
    temporal: cpuOf(ground.temporal.pid()) ?? 0,
    postgres: cpuOf(ground.postgresPid) ?? 0,
    worker: workerPid === undefined ? (user + system) / 1000 : (cpuOf(workerPid) ?? 0),
  };
}

/** What each part used between two looks, for each of `count`. */
export const spentEach = (before: Spent, after: Spent, count: number): Spent => ({
  temporal: (after.temporal - before.temporal) / count,
  postgres: (after.postgres - before.postgres) / count,
  worker: (after.worker - before.worker) / count,
});
