/** Opens the database: one pool a process, and the migrations. */
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { migrations } from './migrations/index.ts';
import { prepareOften } from './prepared.ts';
import type { Database } from './schema.ts';

/** bigint columns hold counters far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export type Db = Kysely<Database>;

export interface ConnectOptions {
  /** Connections at most. */
  max?: number;
  /** What Postgres shows as the connection's owner. */
  name?: string;
  /** False behind a pooler, which hands one server connection to many clients. */
  prepare?: boolean;
  /** The schema that comes before `public`, for rows that nobody else is to see (`queries/scratch.ts`). */
  schema?: string;
}

export function connect(
  url: string,
  { max = 10, name = 'tendril', schema, prepare = true }: ConnectOptions = {},
): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    ...(schema ? { options: `-c search_path=${schema},public` } : {}),
  });
  // An idle connection that dies with the server must not take the process along; the next query reconnects.
  pool.on('error', () => {});
  // Nor may one that is in use: its query fails by itself, but the client also emits, and nobody else listens.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    if (prepare) prepareOften(client);
  });
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/** Brings the database to the newest schema. Several processes may call it at once. */
export async function migrate(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}
