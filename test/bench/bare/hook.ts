/** What our webhook door is measured against: a Hono route that does one INSERT and nothing else. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';
import { v7 } from 'uuid';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(
  'create table if not exists bare_hook (id uuid primary key, received_at timestamptz not null, body jsonb not null)',
);
const app = new Hono().post('/hook', async (c) => {
  const id = v7();
  await pool.query('insert into bare_hook (id, received_at, body) values ($1, $2, $3)', [
    id,
    new Date(),
    await c.req.text(),
  ]);
  return c.json({ eventId: id }, 202);
});
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
