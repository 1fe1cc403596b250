/** Which errors speak of the database, and which of what was to be written. */
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDataError, isOutage } from '../../db/transactions.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase({ max: 2 });
});
afterAll(() => fresh.drop());

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => error,
  );
const raised = (state: string) =>
  failure(
    sql`${sql.raw(`do $$ begin raise exception using errcode = '${state}', message = 'no'; end $$`)}`.execute(
      fresh.db,
    ),
  );

test('a server that is full, locked, going down or away is an outage; what it refuses to store is none', async () => {
  for (const state of ['53100', '55P03', '57P01', '08006', '40001'])
    expect([state, isOutage(await raised(state))]).toEqual([state, true]);
  for (const state of ['23514', '22P02', '54000'])
    expect([state, isOutage(await raised(state))]).toEqual([state, false]);
  expect(isDataError(await raised('23514'))).toBe(true);
  expect(isOutage(new TypeError('x is not a function'))).toBe(false);
});

test('a connection that is refused, cut or never comes is an outage', async () => {
  const client = new pg.Client({ connectionString: fresh.url });
  client.on('error', () => {});
  await client.connect();
  const killed = failure(client.query('select pg_terminate_backend(pg_backend_pid())'));
  expect(isOutage(await killed)).toBe(true);
  expect(isOutage(await failure(client.query('select 1')))).toBe(true);
  const nowhere = new pg.Client({ host: '127.0.0.1', port: 1 });
  expect(isOutage(await failure(nowhere.connect()))).toBe(true);
  const pool = new pg.Pool({ connectionString: fresh.url, max: 1, connectionTimeoutMillis: 1 });
  pool.on('error', () => {});
  const only = await pool.connect().catch(() => null);
  expect(isOutage(await failure(pool.connect()))).toBe(true);
  only?.release();
  await pool.end();
});
