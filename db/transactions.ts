/** Which database errors mean what, and how to go on after them. */
import { sql } from 'kysely';
import type { Trx } from './queries/lock.ts';

const sqlStateOf = (error: unknown): string | null => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
};

/** A row that may not be written as it is (SQLSTATE classes 22 and 23): trying again would not help. */
export function isDataError(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null && (state.startsWith('22') || state.startsWith('23'));
}

export const isUniqueViolation = (error: unknown): boolean => sqlStateOf(error) === '23505';

/**
 * SQLSTATE classes that speak of the server and the way to it: connection, authorisation, missing database, rolled back,
 * read-only, lost statements, resources, locks, shutdown, system.
 */
const outages = new Set(['08', '25', '26', '28', '3D', '40', '53', '55', '57', '58']);

/** The database is away, full or busy: nothing is wrong with what was to be written. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  // Node's own names for a network that fails; pg's clients and pool say the same without a code.
  if (typeof code !== 'string')
    return /^(Connection terminated|timeout exceeded when trying to connect|Client .*not queryable)/.test(
      error.message,
    );
  return /^E[A-Z]{3,}$/.test(code) || outages.has(code.slice(0, 2));
}

/** Whatever the database says, and the way to it. What is left is a fault of the code, or data that nobody thought of. */
export const isFromDatabase = (error: unknown): boolean => sqlStateOf(error) !== null || isOutage(error);

/** Serialisation failure or deadlock: the whole transaction may simply be run again. */
export function isConflict(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}

export async function retryConflicts<T>(work: () => Promise<T>, most = 5): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || attempt >= most) throw error;
    }
  }
}

/** Runs `work` under a savepoint; a data error undoes only that much. Any other error goes up. */
export async function savepoint<T>(
  trx: Trx,
  work: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; sqlState: string }> {
  await sql`savepoint op`.execute(trx);
  try {
    const value = await work();
    await sql`release savepoint op`.execute(trx);
    return { ok: true, value };
  } catch (error) {
    if (!isDataError(error)) throw error;
    await sql`rollback to savepoint op`.execute(trx);
    return { ok: false, sqlState: sqlStateOf(error) ?? 'unknown' };
  }
}
