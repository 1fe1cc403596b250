/**
 * Prepares what is asked often. A statement seen for the third time gets a name, so that Postgres parses and plans
 * it once a connection instead of at every call; the long ones of a run cost more to plan than to execute.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';

const seenOften = 3;
/** Statements whose text varies without end (lists of values) must not fill a connection's memory. */
const mostPrepared = 250;
const mostCounted = 5000;

/** A prepared plan no longer fits its table, as after a migration under a running process. */
const outdatedPlan = '0A000';

/** A statement that begins so is planned at every call: what is looked for decides how to find it. */
export const plannedAnew = '/* planned anew */';

const counts = new Map<string, number>();
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  if (text.trimStart().startsWith(plannedAnew)) return undefined;
  const known = names.get(text);
  if (known !== undefined || names.size >= mostPrepared) return known;
  if (counts.size > mostCounted) counts.clear();
  const count = (counts.get(text) ?? 0) + 1;
  counts.set(text, count);
  if (count < seenOften) return undefined;
  counts.delete(text);
  // Named for its text, so that a name never means another statement, whoever else shares the connection.
  const name = `t_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  return name;
}

/** The client's own `query`, but for frequent statements with parameters. */
export function prepareOften(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  let outdated = false;
  client.query = ((text: unknown, values?: unknown, ...rest: unknown[]) => {
    const frequent = !outdated && typeof text === 'string' && Array.isArray(values) && values.length > 0;
    const name = frequent ? nameOf(text) : undefined;
    if (name === undefined) return query(text, values, ...rest);
    const answer = query({ name, text, values }, ...rest);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if ((error as { code?: unknown } | null)?.code === outdatedPlan) outdated = true;
      });
    }
    return answer;
  }) as typeof client.query;
}
