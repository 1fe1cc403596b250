/** Reads unknown JSON without trusting it: a value of the asked kind, or null. */

export type Json = Record<string, unknown>;

export const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text on one line, trimmed and at most 500 characters; ids that come as numbers become text. */
export function text(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  const trimmed = value
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 500)
    .toWellFormed();
  return trimmed === '' ? null : trimmed;
}

/** Text as someone wrote it, lines and all; only what the database cannot hold is taken out. */
export const prose = (value: string): string => value.replaceAll('\u0000', '').toWellFormed();

/** An instant as milliseconds since 1970; nothing here is older. */
export function instant(value: unknown): number | null {
  const read = text(value);
  if (read === null) return null;
  const ms = Date.parse(read);
  return ms >= 0 ? ms : null;
}

/** One address and nothing else: no name, no list, nothing that could end a header. */
export function mailAddress(value: unknown): string | null {
  const read = text(value);
  const one = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]+\.[^\s@<>()[\],;:"\\.]+$/;
  return read !== null && read.length <= 254 && one.test(read) ? read : null;
}

/** Where a link leads, if that is a web page: sources send `linkedin.com/in/ana` and `@ana` alike. */
export function webAddress(value: unknown): string | null {
  const read = text(value);
  if (read === null) return null;
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(read) ? read : `https://${read}`;
  if (!URL.canParse(whole)) return null;
  const { protocol, hostname, username } = new URL(whole);
  const leads = /^https?:$/.test(protocol) && hostname.includes('.') && username === '';
  return leads ? whole : null;
}

/** Two letters, as ISO 3166-1 has them. */
export const countryCode = (value: unknown): string | null =>
  /^[A-Za-z]{2}$/.test(text(value) ?? '') ? (text(value) ?? '').toUpperCase() : null;
