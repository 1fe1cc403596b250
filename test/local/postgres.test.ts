import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../local/ports.ts';
import { ensureDatabase, type RunningPostgres, startPostgres } from '../../local/postgres.ts';

const isRoot = process.getuid?.() === 0;
let parent: string;
let port: number;
let server: RunningPostgres | null;
let said: string[];
const start = async (password = 'hedge row') => {
  server = await startPostgres({
    dir: join(parent, 'postgres'),
    port,
    password,
    say: (sentence) => said.push(sentence),
  });
  return server;
};
const query = async (text: string) => {
  const client = new pg.Client({ connectionString: server?.url('postgres') });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
};

beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'tendril-postgres-test-'));
  chmodSync(parent, 0o755);
  port = await freePort();
  server = null;
  said = [];
});
afterEach(async () => {
  if (server?.daemon.alive) await server.stop();
  const dir = join(parent, 'postgres');
  if (lstatSync(dir, { throwIfNoEntry: false })?.isSymbolicLink())
    rmSync(dirname(realpathSync(dir)), { recursive: true, force: true });
  rmSync(parent, { recursive: true, force: true });
});

describe('embedded Postgres', () => {
  it('finds the letters of every alphabet, not of ASCII alone', async () => {
    await start();
    await query('create extension pg_trgm');
    expect(
      await query(`select show_trgm('Анна') <> '{}' as cyrillic, show_trgm('Ελένη') <> '{}' as greek`),
    ).toEqual([{ cyrillic: true, greek: true }]);
  });

  it('keeps its rows when killed, and starts again although its pid file stayed', async () => {
    const { daemon } = await start();
    await query('create table kept (id int)');
    await query('insert into kept values (7)');
    await daemon.stop('SIGKILL');
    expect(existsSync(join(parent, 'postgres', 'postmaster.pid'))).toBe(true);
    await start();
    expect(await query('select id from kept')).toEqual([{ id: 7 }]);
  });

  it('does not take another process for itself when that process now has the pid in its pid file', async () => {
    await (await start()).stop();
    writeFileSync(
      join(parent, 'postgres', 'postmaster.pid'),
      `${process.pid}\n${join(parent, 'postgres')}\n1\n${port}\n`,
    );
    await start();
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('stops the server that an earlier start left running on the same folder', async () => {
    const left = await start();
    port = await freePort();
    await start();
    expect(left.daemon.alive).toBe(false);
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('begins again when it was killed while being made', async () => {
    mkdirSync(join(parent, 'postgres.new', 'base'), { recursive: true });
    await start();
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('makes a database once', async () => {
    await start();
    await ensureDatabase(server?.url('postgres') ?? '', 'tendril');
    await ensureDatabase(server?.url('postgres') ?? '', 'tendril');
    expect(await query("select count(*) from pg_database where datname = 'tendril'")).toEqual([
      { count: '1' },
    ]);
  });

  it('says so when the password is not that of the database', async () => {
    await (await start()).stop();
    await expect(start('another')).rejects.toThrow(
      'The password in secrets.json is not that of the database',
    );
  });

  it('listens on loopback only', async () => {
    await start();
    expect(await query('show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  it.runIf(isRoot)(
    'keeps the data elsewhere when its own user cannot reach the folder, and finds it again',
    async () => {
      chmodSync(parent, 0o700);
      await start();
      await query('create table kept (id int)');
      await server?.stop();
      expect(lstatSync(join(parent, 'postgres')).isSymbolicLink()).toBe(true);
      expect(said.join()).toContain('Postgres does not run as root');
      said = [];
      await start();
      expect(await query('select count(*) from kept')).toEqual([{ count: '0' }]);
      expect(said).toEqual([]);
    },
  );

  it.runIf(isRoot)('runs as the user that owns the data', async () => {
    await (await start()).stop();
    execFileSync('chown', ['-R', 'nobody', join(parent, 'postgres')]);
    const { daemon } = await start();
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1];
    expect(uid).toBe(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim());
  });
});
