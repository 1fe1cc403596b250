/** Pure: what SQL compares of a candidate, folded here and stored beside her. Read by `db/conditions/sql.ts`. */
import type { CandidateFacts } from '../facts.ts';
import { fold } from './fold.ts';
import { asInstant, asNumber } from './memory.ts';

/** The fields that hold plain text and are compared by their folded keys. */
export const keyedFields = [
  'firstName',
  'lastName',
  'fullName',
  'headline',
  'company',
  'location',
  'country',
  'timeZone',
  'source',
  'phone',
] as const;
export type KeyedField = (typeof keyedFields)[number];

/** A custom field's value, in every way that a condition may compare it. What does not apply is absent. */
export interface CustomKey {
  /** Text, folded. */
  s?: string;
  /** Another single value that is no number (yes or no), folded as it is written. */
  b?: string;
  /** A number. */
  n?: number;
  /** What is no number by itself, read as one where it is compared with one. */
  m?: number;
  /** What "more than" and its like compare. */
  x?: number;
  /** What "before" and its like compare, in milliseconds. */
  at?: number;
  /** The members of a list: as text, as numbers, and as read for numbers. */
  ls?: string[];
  ln?: number[];
  lm?: number[];
  /** There is nothing in it. */
  e?: true;
}

/** `{company: 'acme', custom: {level: {s: 'senior'}}}`. What is not there has no key; blank text has an empty one. */
export type CandidateKeys = Partial<Record<KeyedField, string>> & { custom?: Record<string, CustomKey> };

export function keysOf(candidate: Pick<CandidateFacts, KeyedField | 'custom'>): CandidateKeys {
  const keys: CandidateKeys = {};
  for (const field of keyedFields) {
    const text = candidate[field];
    if (text !== null) keys[field] = fold(text);
  }
  const custom = Object.entries(candidate.custom).filter(([, value]) => value !== null);
  if (custom.length > 0)
    keys.custom = Object.fromEntries(custom.map(([name, value]) => [name, customKey(value)]));
  return keys;
}

function customKey(value: unknown): CustomKey {
  if (Array.isArray(value)) return listKey(value);
  if (typeof value === 'number') return { n: value, x: value };
  const key: CustomKey = {};
  const text = fold(String(value));
  const read = readAsNumber(value);
  if (read !== null) key.m = read;
  if (typeof value !== 'string') return { ...key, b: text };
  const [number, at] = [asNumber(value), asInstant(value)];
  if (number !== null) key.x = number;
  if (at !== null) key.at = at;
  if (text === '') key.e = true;
  return { ...key, s: text };
}

function listKey(list: unknown[]): CustomKey {
  const members = list.filter((each) => each !== null);
  const others = members.filter((each) => typeof each !== 'number');
  return {
    ls: others.map((each) => fold(String(each))),
    ln: members.filter((each) => typeof each === 'number'),
    lm: others.map(readAsNumber).filter((each) => each !== null),
    ...(list.length === 0 ? { e: true } : {}),
  };
}

/** As whatever is compared with a number is read; null: as none. */
export function readAsNumber(value: unknown): number | null {
  const number = Number(value);
  return String(value).trim() !== '' && Number.isFinite(number) ? number : null;
}
