/** Opaque cursors: where a list stopped, as base64url JSON of the last row's sort key. */
import { z } from '@hono/zod-openapi';
import { Problem } from './problems.ts';

type Key = Record<string, string | number>;

export const cursorOf = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** @throws {Problem} `bad-cursor` when it does not fit `schema`. */
export function readCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | null {
  if (cursor === undefined || cursor === '') return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Problem('bad-cursor');
  }
}

/** The key of lists that run from new to old. */
export const byTime = z.object({
  at: z.iso.datetime().transform((text) => new Date(text)),
  id: z.uuid(),
});
export const byName = z.object({ key: z.string(), id: z.uuid() });

/** Rows asked for with `limit + 1` → a page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => Key,
  item: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null,
  };
}

/** RFC 3339, UTC. */
export const rfc = (at: Date): string => at.toISOString();
export const rfcOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
