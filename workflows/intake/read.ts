/** Reads unknown JSON without trusting it: a value of the asked kind, or null. */

export type Json = Record<string, unknown>;

export const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text, trimmed and at most 500 characters; ids that come as numbers become text. */
export function text(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  const trimmed = value.replaceAll('\u0000', '').trim().slice(0, 500).toWellFormed();
  return trimmed === '' ? null : trimmed;
}

/** An instant as milliseconds since 1970. */
export function instant(value: unknown): number | null {
  const read = text(value);
  if (read === null) return null;
  const ms = Date.parse(read);
  return Number.isNaN(ms) ? null : ms;
}

/** `$.a.b[0].c` or `a.b.0.c`. */
export function at(value: unknown, path: string): unknown {
  const keys = path
    .replace(/^\$\.?/, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
  let here = value;
  for (const key of keys) {
    if (Array.isArray(here)) here = here[Number(key)];
    else if (object(here) && Object.hasOwn(here as Json, key)) here = (here as Json)[key];
    else return undefined;
  }
  return here;
}
