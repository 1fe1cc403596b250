/** Once per test run: a real Postgres in a temporary folder and a migrated template database. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { connect, migrate } from '../../db/connect.ts';
import { leashed } from '../../local/leash.ts';
import { freePort } from '../../local/ports.ts';
import { startPostgres } from '../../local/postgres.ts';

export { freePort };

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

export const templateName = 'tendril_template';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'tendril-test-pg-'));
  // As root the server runs under a user of its own, which must be able to walk in.
  chmodSync(dir, 0o755);
  const running = await startPostgres({
    dir: join(dir, 'pg'),
    port: await freePort(),
    password: 'test',
    spawned: leashed(dir),
    flags: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
  });
  const client = new pg.Client({ connectionString: running.url('postgres') });
  await client.connect();
  await client.query(`create database ${templateName}`);
  await client.end();
  const db = connect(running.url(templateName), { max: 1 });
  await migrate(db);
  await db.destroy();
  project.provide('postgresUrl', running.url('postgres'));
  return async () => {
    await running.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
