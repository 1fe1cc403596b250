/** What a webhook sends and what of its answer is kept. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillAddress, fillDocument, readAddress, readDocument } from '../../engine/templates/json.ts';
import { TemplateProblem } from '../../engine/templates/template-problem.ts';
import { readAnswer, type SavedField } from '../../engine/webhooks/answer.ts';
import { facts } from './people.ts';

const sent = (document: unknown, person = facts()) =>
  JSON.parse(fillDocument(readDocument(JSON.stringify(document)), person));

test('values go into strings, and one that is a string of its own keeps its type', () => {
  const person = facts({ firstName: 'Ada', tags: ['warm', 'Rust'], custom: { level: 3, open: false } });
  expect(
    sent(
      {
        hello: 'Hi {{ candidate.firstName }}!',
        tags: '{{ candidate.tags }}',
        listed: '{{ candidate.tags | join: ", " }}',
        level: '{{ candidate.custom.level }}',
        open: '{{ candidate.custom.open }}',
        phone: '{{ candidate.phone }}',
        call: 'tel:{{ candidate.phone }}',
        nested: [{ id: '{{ candidate.id }}' }],
        plain: [1, null, true, 'as it is'],
      },
      person,
    ),
  ).toEqual({
    hello: 'Hi Ada!',
    tags: ['warm', 'Rust'],
    listed: 'warm, Rust',
    level: 3,
    open: false,
    phone: null,
    call: 'tel:',
    nested: [{ id: person.candidate.id }],
    plain: [1, null, true, 'as it is'],
  });
});

test('no value can break the document or add to it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (firstName) => {
      const person = facts({ firstName });
      const got = sent({ a: 'x{{ candidate.firstName }}', b: '{{ candidate.firstName }}' }, person);
      expect(Object.keys(got)).toEqual(['a', 'b']);
      expect(got.b).toBe(firstName);
    }),
  );
});

test.each([
  ['{"a": {{ candidate.fullName }}}', /^It is not JSON/],
  ['{"a": "{{ candidate.shoeSize }}"}', /does not exist/],
  ['{"a": "{% include \'x\' %}"}', /tag "include" not found/],
  [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, /nested too deeply|not JSON/],
])('%.40s cannot be read', (text, message) => {
  expect(() => readDocument(text)).toThrow(TemplateProblem);
  expect(() => readDocument(text)).toThrow(message);
});

test('in an address each value is one part of the way, and a gap is refused', () => {
  const address = readAddress(
    'https://x.example/people/{{ candidate.firstName }}?q={{ candidate.company | default: "" }}',
  );
  expect(fillAddress(address, facts({ firstName: '../../admin?x=1#&', company: null }))).toBe(
    'https://x.example/people/..%2F..%2Fadmin%3Fx%3D1%23%26?q=',
  );
  expect(() => fillAddress(address, facts({ firstName: null }))).toThrow(/“candidate.firstName” is empty/);
});

const field = (pointer: string, name: string, type: SavedField['type']): SavedField => ({
  pointer,
  field: name,
  type,
});

test('of an answer each field gets what fits its type, and what does not fit is named', () => {
  const answer = {
    score: '7.5',
    n: 7,
    ok: true,
    said: 'false',
    on: '2026-11-23',
    at: '2026-11-23T14:32:00Z',
    bad: '2026-99-99',
    skills: ['Rust', 7],
    'a/b': { '~': [{ level: 3 }] },
    nothing: null,
    object: {},
  };
  const { custom, missing } = readAnswer(answer, [
    field('/score', 'score', 'number'),
    field('/n', 'text', 'text'),
    field('/ok', 'ok', 'yes-no'),
    field('/said', 'said', 'yes-no'),
    field('/on', 'on', 'date'),
    field('/at', 'at', 'date'),
    field('/bad', 'bad', 'date'),
    field('/skills', 'skills', 'list'),
    field('/a~1b/~0/0/level', 'level', 'number'),
    field('/nothing', 'cleared', 'number'),
    field('/object', 'object', 'text'),
    field('/gone', 'gone', 'text'),
    field('/constructor', 'inherited', 'text'),
  ]);
  expect({ ...custom }).toEqual({
    score: 7.5,
    text: '7',
    ok: true,
    said: false,
    on: '2026-11-23',
    at: '2026-11-23T14:32:00Z',
    skills: ['Rust', '7'],
    level: 3,
    cleared: null,
  });
  expect(missing).toEqual(['bad', 'object', 'gone', 'inherited']);
});

test('whatever comes back, the fields hold what a field can hold', () => {
  const types = ['text', 'number', 'yes-no', 'date', 'list'] as const;
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...types), (json, type) => {
      const { custom, missing } = readAnswer({ it: json }, [field('/it', 'it', type)]);
      expect(Object.keys(custom).length + missing.length).toBe(1);
      const value = custom.it;
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      if (typeof value === 'string') expect(value.isWellFormed() && !value.includes('\0')).toBe(true);
    }),
  );
});
