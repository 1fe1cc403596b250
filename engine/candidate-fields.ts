/** Pure: what a flow may write about a candidate: each field, and how a text becomes its value. */
import type { CandidateFacts } from './facts.ts';
import { isTimeZone } from './time/calendar.ts';

/** As `candidate.custom.<name>` holds it. */
export type FieldValue = CandidateFacts['custom'][string];
export type ValueKind = 'text' | 'number' | 'yes-no' | 'list';

/** The value, or why it is none, as the end of a sentence: “is not …”. */
export type Understood = { value: FieldValue } | { why: string };

type OwnField =
  | 'firstName'
  | 'lastName'
  | 'headline'
  | 'company'
  | 'location'
  | 'country'
  | 'timeZone'
  | 'source';

export interface WritableField {
  path: string;
  label: string;
  /** The candidate's own field; null: one of `custom`. */
  own: OwnField | null;
  /** The key in `custom`, or the own field's name. */
  name: string;
  /** Of a text that is not empty. */
  understand(text: string, as: ValueKind): Understood;
}

const atMost =
  (length: number) =>
  (text: string): Understood =>
    text.length <= length ? { value: text } : { why: `is longer than ${length} characters` };

const own = (name: OwnField, label: string, understand: (text: string) => Understood): WritableField => ({
  path: `candidate.${name}`,
  label,
  own: name,
  name,
  understand,
});

const fields: WritableField[] = [
  own('firstName', 'First name', atMost(100)),
  own('lastName', 'Last name', atMost(100)),
  own('headline', 'Headline', atMost(300)),
  own('company', 'Company', atMost(200)),
  own('location', 'Location', atMost(200)),
  own('country', 'Country', (text) =>
    /^[A-Za-z]{2}$/.test(text)
      ? { value: text.toUpperCase() }
      : { why: 'is not a country code of two letters' },
  ),
  own('timeZone', 'Time zone', (text) =>
    isTimeZone(text) ? { value: text } : { why: 'is not a time zone; write it like Europe/Lisbon' },
  ),
  own('source', 'Source', atMost(100)),
];

/** What every candidate has; besides them, `candidate.custom.<name>` for any name. */
export const writableFields: readonly WritableField[] = fields;

const byPath = new Map(fields.map((field) => [field.path, field]));

/** Null: there is no such field, or a flow may not write it. */
export function findWritable(path: string): WritableField | null {
  const known = byPath.get(path);
  if (known) return known;
  const name = /^candidate\.custom\.([^.]{1,64})$/.exec(path)?.[1];
  if (name === undefined || name === '__proto__') return null;
  return { path, label: name, own: null, name, understand: (text, as) => readings[as](text) };
}

const readings: Record<ValueKind, (text: string) => Understood> = {
  text: atMost(2000),
  number: (text) =>
    Number.isFinite(Number(text)) ? { value: Number(text) } : { why: 'is not a number; write it like 4.5' },
  'yes-no': (text) => {
    if (/^(yes|true|1)$/i.test(text)) return { value: true };
    return /^(no|false|0)$/i.test(text) ? { value: false } : { why: 'is neither yes nor no' };
  },
  list: (text) => {
    const entries = [...new Set(text.split(',').flatMap((entry) => entry.trim() || []))];
    if (entries.length > 50) return { why: 'has more than 50 entries' };
    return entries.some((entry) => entry.length > 200)
      ? { why: 'has an entry longer than 200 characters' }
      : { value: entries };
  },
};

/** What someone is called: by parts of her name, where there are any. */
export const nameOf = (first: string | null, last: string | null, otherwise: string): string =>
  [first, last].filter((part) => part !== null).join(' ') || otherwise;

/** As it stands now; null: not set. */
export function standing(field: WritableField, candidate: CandidateFacts): FieldValue {
  if (field.own) return candidate[field.own];
  return Object.hasOwn(candidate.custom, field.name) ? (candidate.custom[field.name] ?? null) : null;
}

export const sameValue = (a: FieldValue, b: FieldValue): boolean => JSON.stringify(a) === JSON.stringify(b);
