/** Requests that nobody should send, made from the API's own document: a sound one, and each of its places spoilt in turn. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export interface Operation {
  parameters?: { name: string; in: 'path' | 'query' | 'header' | 'cookie'; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** Something that fits the schema; `known` names what stands for a property of that name. */
export function sound(
  schema: Schema,
  known: Record<string, unknown>,
  components: Record<string, Schema> = {},
  name = '',
): unknown {
  const inner = (next: Schema, as = name) => sound(next, known, components, as);
  if (name in known) return known[name];
  if (schema.$ref) return inner(components[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return inner(choice[0] ?? {});
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => inner(part)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, property]) => [key, inner(property, key)]),
    );
  if (type === 'array') return [inner(schema.items ?? {}, `${name}[]`)];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  const text: Record<string, string> = {
    uuid: '01936f00-0000-7000-8000-000000000000',
    email: 'someone@example.com',
    'date-time': '2026-11-23T14:32:00Z',
    uri: 'https://example.com',
  };
  return text[schema.format ?? ''] ?? 'text';
}

const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);

/** What stands in a sound value's place. */
export const odd: readonly unknown[] = [
  null,
  '',
  ' ',
  'a\u0000b',
  '\ud800',
  '\u202e\u{1f469}\u200d\u{1f469}\ufeff',
  'x'.repeat(30_000),
  "'; drop table candidate; --",
  '%_\\',
  '{{ x',
  '{% for i in (1..99999999) %}x{% endfor %}',
  '../../etc/passwd',
  'constructor',
  '__proto__',
  'javascript:alert(1)',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30T25:61:00Z',
  'P99999999999Y',
  'PT0S',
  -1,
  0,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  true,
  [],
  {},
  [null],
  { constructor: { prototype: 1 }, toString: 1 },
  Array.from({ length: 2000 }, () => 'x'),
  deep(50),
];

/** Of what stands in for an inner place every sixth is tried, another sixth at each place: it would take too long. */
const share = 6;

/** The value with each of its places in turn (itself included) replaced by something odd, dropped, or joined by a stranger. */
export function* spoilt(value: unknown): Generator<unknown> {
  yield* odd;
  let place = 0;
  function* inner(of: unknown): Generator<unknown> {
    const entries = typeof of === 'object' && of !== null ? Object.entries(of) : [];
    for (const [key, entry] of entries) {
      place++;
      const other = (worse: unknown) =>
        Array.isArray(of) ? of.with(Number(key), worse) : Object.fromEntries([...entries, [key, worse]]);
      yield other(undefined);
      for (const [nth, worse] of odd.entries()) if ((nth + place) % share === 0) yield other(worse);
      for (const worse of inner(entry)) yield other(worse);
    }
    if (!Array.isArray(of) && entries.length > 0) yield { ...Object.fromEntries(entries), stranger: 'x' };
  }
  yield* inner(value);
}

/** Bodies that are not what they claim to be. */
export const notJson: readonly { body: string | Uint8Array<ArrayBuffer>; type: string | null }[] = [
  { body: '', type: 'application/json' },
  { body: '{', type: 'application/json' },
  { body: 'NaN', type: 'application/json' },
  { body: '1e999999', type: 'application/json' },
  { body: '\u0000', type: 'application/json' },
  { body: '{"__proto__":{"role":"admin"}}', type: 'application/json' },
  { body: `${'['.repeat(200_000)}${']'.repeat(200_000)}`, type: 'application/json' },
  { body: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, type: 'application/json' },
  { body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), type: 'application/json' },
  { body: '{}', type: 'application/json; charset=utf-16' },
  { body: '{}', type: 'text/plain' },
  { body: '<a/>', type: 'application/xml' },
  { body: 'a=1', type: 'application/x-www-form-urlencoded' },
  { body: '--x\r\n\r\n--x--', type: 'multipart/form-data; boundary=x' },
  { body: '--', type: 'multipart/form-data' },
  { body: '{}', type: 'nonsense' },
  { body: '{}', type: null },
];

/** Path segments as a client might write them. */
export const oddSegments: readonly string[] = [
  'x',
  '%00',
  'a%00b',
  '%ff%fe',
  '%E0%A4%A',
  '%',
  '..%2f..%2f',
  '-1',
  '0',
  '2147483648',
  '99999999999999999999',
  '1e9',
  'null',
  "'%20or%20true--",
  '%F0%9F%92%A5',
  '01936F00-0000-7000-8000-00000000000G',
  'x'.repeat(5000),
];

const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
const someId = '01936f00-0000-7000-8000-000000000000';

/** Query values as a client might write them; the last ones look like cursors of ours. */
export const oddQueries: readonly string[] = [
  ...oddSegments,
  '',
  '%25%5F',
  '%5C',
  'a'.repeat(8000),
  cursor(null),
  cursor([]),
  cursor({}),
  cursor({ at: 'never', id: someId }),
  cursor({ at: '0000-01-01T00:00:00Z', id: someId }),
  cursor({ at: '9999-12-31T23:59:59.999Z', id: someId }),
  cursor({ at: '2026-01-01T00:00:00Z', id: 'a\u0000b' }),
  cursor({ at: '2026-01-01T00:00:00Z', id: 'x' }),
  cursor({ at: '2026-01-01T00:00:00Z', key: 'a\u0000b' }),
  cursor({ key: 'a\u0000b', id: someId }),
  cursor({ key: '\ud800', id: someId }),
  cursor({ number: 2 ** 40 }),
  cursor({ number: -1 }),
];
