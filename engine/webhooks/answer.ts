/** Pure: what of a webhook's answer goes into the candidate's own fields: a JSON pointer, a field, a type. */
import { z } from 'zod';
import type { CandidateFacts } from '../facts.ts';

type Value = CandidateFacts['custom'][string];

export const savedTypes = ['text', 'number', 'yes-no', 'date', 'list'] as const;
export type SavedType = (typeof savedTypes)[number];

/** RFC 6901: empty for the whole, else `/a/0/b` with `~0` for `~` and `~1` for `/`. */
const pointer = /^(\/([^~/]|~[01])*)*$/;

export const savedField = z.object({
  pointer: z.string().max(200).regex(pointer, 'write where it stands like /score or /result/0/level'),
  /** The name of a field of one's own. */
  field: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/^[^.'"\]]+$/, 'a field’s name has no dots or quotes'),
  type: z.enum(savedTypes),
});
export type SavedField = z.infer<typeof savedField>;

const longestText = 2000;
const longestList = 100;

const asText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).toWellFormed().replaceAll('\0', '').slice(0, longestText)
    : undefined;

/** What a value is read as; undefined: it is none. */
const readers: Record<SavedType, (value: unknown) => Value | undefined> = {
  text: asText,
  number(value) {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  },
  'yes-no': (value) =>
    typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined,
  /** An ISO 8601 day or instant. */
  date: (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2}))?$/.test(value) &&
    !Number.isNaN(Date.parse(value))
      ? value
      : undefined,
  list(value) {
    if (!Array.isArray(value) || value.length > longestList) return undefined;
    const texts = value.map(asText);
    return texts.every((text) => text !== undefined) ? texts : undefined;
  },
};

function at(json: unknown, path: string): unknown {
  let value = json;
  for (const escaped of path.split('/').slice(1)) {
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** `custom`: what goes into the fields. `missing`: fields that the answer has nothing fitting for; they stay as they are. */
export function readAnswer(
  json: unknown,
  fields: readonly SavedField[],
): { custom: CandidateFacts['custom']; missing: string[] } {
  const custom: CandidateFacts['custom'] = Object.create(null);
  const missing: string[] = [];
  for (const { pointer: path, field, type } of fields) {
    const given = at(json, path);
    const value = given === null ? null : readers[type](given);
    if (value === undefined) missing.push(field);
    else custom[field] = value;
  }
  return { custom, missing };
}
