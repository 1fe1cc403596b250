/** A lock on a file that only one process can hold, and that the system frees when its holder dies, however it dies. */
import { DatabaseSync } from 'node:sqlite';

export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;

/** Null when another process holds it. */
export function tryLock(path: string): Lock | null {
  const file = new DatabaseSync(path);
  try {
    // SQLite knows how to lock a file on every system; Node by itself does not.
    file.exec('begin exclusive');
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
}
