/** As whom Postgres runs and where it may live: it refuses to run as root, and its user must reach its files. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Obstacle } from './sentence.ts';

export interface User {
  uid: number;
  gid: number;
}

const homes = ['/var/lib', '/srv', '/opt', tmpdir()];

/**
 * As whom to run the server: null means as ourselves. For root, whoever owns the data, else the user `postgres`, made
 * when there is none.
 */
export function serverUser(dir: string): User | null {
  if (process.getuid?.() !== 0) return null;
  if (existsSync(dir)) {
    const { uid, gid } = statSync(dir);
    if (uid !== 0) return { uid, gid };
  }
  try {
    return named('postgres');
  } catch {
    return makeUser();
  }
}

function named(name: string): User {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  return { uid: id('-u'), gid: id('-g') };
}

function makeUser(): User {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      { stdio: 'ignore' },
    );
    return named('postgres');
  } catch (error) {
    throw new Obstacle(
      'Postgres does not run as root, and a user “postgres” for it could not be made. Add one, or start as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
      { cause: error },
    );
  }
}

/** Whether `user` can walk into every folder above `path`. */
export function canReach(user: User, path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The folder to keep the data in: `dir`, or, when the server's user cannot reach that, a folder elsewhere to which `dir`
 * becomes a link.
 */
export function reachableHome(dir: string, user: User | null, say: (sentence: string) => void): string {
  mkdirSync(dirname(dir), { recursive: true });
  if (lstatSync(dir, { throwIfNoEntry: false })?.isSymbolicLink()) {
    if (existsSync(dir)) return realpathSync(dir);
    throw new Obstacle(
      `${dir} links to a folder that is gone. Bring it back, or remove the link to begin with an empty database.`,
    );
  }
  if (!user || canReach(user, dir)) return dir;
  const parent = homes.find((home) => existsSync(home) && canReach(user, join(home, 'x')));
  if (!parent)
    throw new Obstacle(
      `The user that Postgres runs as can reach neither ${dir} nor any of ${homes.join(', ')}. Set DATA_DIR to a folder that it can reach.`,
    );
  const home = join(mkdtempSync(join(parent, 'tendril-')), basename(dir));
  chmodSync(dirname(home), 0o711);
  if (existsSync(dir)) {
    cpSync(dir, home, { recursive: true, preserveTimestamps: true });
    rmSync(dir, { recursive: true });
    giveTo(user, home);
  }
  symlinkSync(home, dir);
  say(
    `Postgres does not run as root, and its own user cannot reach ${dirname(dir)}: the database is in ${home}, and ${dir} links to it.`,
  );
  return home;
}

/** The folder of the server's programs: `native`, or a copy of it where the server's user can reach it. */
export function reachablePrograms(native: string, version: string, user: User | null): string {
  if (!user || canReach(user, join(native, 'bin', 'postgres'))) return native;
  const parent = homes.find((home) => existsSync(home) && canReach(user, join(home, 'x'))) ?? tmpdir();
  const copy = join(parent, `tendril-postgres-${version}`);
  if (!existsSync(copy)) {
    const work = mkdtempSync(`${copy}-`);
    cpSync(native, work, { recursive: true, verbatimSymlinks: true });
    chmodSync(work, 0o755);
    try {
      renameSync(work, copy);
    } catch (error) {
      // Another start was faster; its copy is as good.
      rmSync(work, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return copy;
}

/** Hands a folder and what is in it to `user`. */
export function giveTo(user: User | null, path: string): void {
  if (!user) return;
  if (lstatSync(path).isDirectory()) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, path]);
  else chownSync(path, user.uid, user.gid);
}
