/** Pieces of a condition in SQL: a fragment, or what is known without asking. Nothing that is unknown holds. */
import { type RawBuilder, sql } from 'kysely';

export type Part = boolean | RawBuilder<boolean>;

export function and(parts: readonly Part[]): Part {
  if (parts.includes(false)) return false;
  const asked = parts.filter((part) => part !== true);
  if (asked.length === 0) return true;
  return asked.length === 1 ? (asked[0] as Part) : sql<boolean>`(${sql.join(asked, sql` and `)})`;
}

export function or(parts: readonly Part[]): Part {
  if (parts.includes(true)) return true;
  const asked = parts.filter((part) => part !== false);
  if (asked.length === 0) return false;
  return asked.length === 1 ? (asked[0] as Part) : sql<boolean>`(${sql.join(asked, sql` or `)})`;
}

/** Null does not hold, so that its contrary does. */
export const not = (part: Part): Part =>
  typeof part === 'boolean' ? !part : sql<boolean>`((${part}) is not true)`;

export const asSql = (part: Part): RawBuilder<boolean> =>
  typeof part === 'boolean' ? sql<boolean>`${sql.raw(String(part))}` : part;
