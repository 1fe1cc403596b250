/**
 * Pure: a JSON document and an address filled in with facts. The document is JSON first and Liquid second: what is put
 * in stays within the string where it stands, so that no value can add a key or break the document.
 */
import type { Liquid, Output, Template } from 'liquidjs';
import type { Facts } from '../facts.ts';
import { fill } from './fill.ts';
import { textLiquid, urlLiquid } from './liquid.ts';
import { holdToBeFilled, outputsIn, plainPath, shownBy } from './outputs.ts';
import { asTemplateProblem } from './read.ts';
import { TemplateProblem } from './template-problem.ts';
import { findVariable, linkPath, scopeOf } from './variables.ts';

/** What a message never says, but another system has to know. */
const ids = new Set(['candidate.id', 'application.id', 'job.id']);

const known = (path: string): boolean => ids.has(path) || (path !== linkPath && findVariable(path) !== null);

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A string of the document: `value` is the path that it is nothing but, with no filter: its value goes in as it is. */
interface Filled {
  template: Template[];
  paths: string[];
  value: string | null;
}

interface ReadDocument {
  json: Json;
  strings: Map<string, Filled>;
  paths: string[];
}

function readString(liquid: Liquid, text: string): Filled {
  const template = liquid.parse(text);
  const paths = [...new Set(liquid.globalFullVariablesSync(template).map(plainPath))];
  const unknown = paths.find((path) => !known(path));
  if (unknown !== undefined) throw new TemplateProblem(`“${unknown}” does not exist.`, unknown);
  const outputs: Output[] = [...outputsIn(template)];
  const [only] = outputs;
  // Each output ends in the filter that escapes it.
  const bare = template.length === 1 && only && only.value.filters.length <= 1 ? shownBy(only).path : null;
  return { template, paths, value: bare };
}

/** @throws {TemplateProblem} when it is no JSON, or has Liquid that cannot be read or names what does not exist. */
export function readDocument(text: string): ReadDocument {
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TemplateProblem(
      'It is not JSON. Liquid stands in strings, such as "{{ candidate.firstName }}".',
    );
  }
  const strings = new Map<string, Filled>();
  try {
    for (const string of stringsIn(json))
      if (string.includes('{')) strings.set(string, readString(textLiquid, string));
  } catch (error) {
    throw asTemplateProblem(error);
  }
  return { json, strings, paths: [...new Set([...strings.values()].flatMap((each) => each.paths))] };
}

function* stringsIn(json: Json): Generator<string> {
  if (typeof json === 'string') yield json;
  else if (json !== null && typeof json === 'object')
    for (const each of Object.values(json)) yield* stringsIn(each);
}

/** The document with what is known put in; what is not known is null, or nothing within a longer text. */
export function fillDocument({ json, strings, paths }: ReadDocument, facts: Facts): string {
  const scope = scopeOf(facts, paths);
  const put = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(put);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, put(each)]));
    const filled = typeof value === 'string' ? strings.get(value) : undefined;
    if (!filled) return value;
    if (filled.value !== null) return valueAt(scope, filled.value);
    return fill(textLiquid, filled.template, scope).toWellFormed();
  };
  try {
    return JSON.stringify(put(json));
  } catch (error) {
    throw asTemplateProblem(error);
  }
}

/** `scopeOf` has put every path there is into the scope, custom fields by their name. */
function valueAt(scope: Record<string, unknown>, path: string): Json {
  const custom = /^candidate\.custom\['([^']+)'\]$/.exec(path)?.[1];
  const names = custom === undefined ? path.split('.') : ['candidate', 'custom', custom];
  let value: unknown = scope;
  for (const name of names)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : null;
  return (value ?? null) as Json;
}

export interface ReadAddress {
  template: Template[];
  paths: string[];
}

const plainOrigin = /^https?:\/\/[^/?#\s{}]+(?=[/?#]|$)/i;

/** Scheme, host and port of an address that can be read: no Liquid is in them. */
export const originOf = (text: string): string => plainOrigin.exec(text.trim())?.[0] ?? '';

/**
 * Liquid may stand behind the host only: where a call goes is not for a candidate's details to say.
 * @throws {TemplateProblem}
 */
export function readAddress(text: string): ReadAddress {
  const origin = plainOrigin.exec(text)?.[0];
  if (!origin || !URL.canParse(origin))
    throw new TemplateProblem('It has to begin with https:// or http:// and the name of a host.');
  const { username, password } = new URL(origin);
  if (username || password) throw new TemplateProblem('A password does not belong in an address.');
  try {
    const { template, paths } = readString(urlLiquid, text);
    holdToBeFilled(urlLiquid, template);
    return { template, paths };
  } catch (error) {
    throw asTemplateProblem(error);
  }
}

/** Each value is encoded for an address. @throws {TemplateProblem} when one without a fallback is empty. */
export function fillAddress({ template, paths }: ReadAddress, facts: Facts): string {
  try {
    return new URL(fill(urlLiquid, template, scopeOf(facts, paths)).toWellFormed()).href;
  } catch (error) {
    if (error instanceof TypeError) throw new TemplateProblem('It does not become an address.');
    throw asTemplateProblem(error);
  }
}
