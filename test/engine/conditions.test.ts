import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition, ConditionValue, Operator } from '../../engine/conditions/condition.ts';
import { consentStates } from '../../engine/conditions/consent.ts';
import { conditionFields, findField } from '../../engine/conditions/fields.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { asInstant, judge } from '../../engine/conditions/memory.ts';
import { fieldsOf, hasEmptyGroup, mayFlip, nextFlip } from '../../engine/conditions/reads.ts';
import { conditionInWords } from '../../engine/conditions/words.ts';
import type { CandidateFacts } from '../../engine/facts.ts';
import { condition } from './graphs.ts';
import { application, facts, now } from './people.ts';

test('folding makes equal what looks equal, and twice is once', () => {
  expect(fold('  São   TOMÉ ')).toBe('sao tome');
  expect(fold('ﬁne')).toBe('fine');
  expect(fold('İstanbul')).toBe(fold('istanbul'));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fold(fold(text))).toBe(fold(text));
    }),
  );
});

const someone = facts(
  {
    tags: ['Silver-Medallist', 'remote'],
    pools: ['pool-1'],
    custom: { years: 7, level: 'Senior', relocates: true, skills: ['Go', 'SQL'] },
  },
  { application: application({ stage: 'Final interview' }) },
);
const holds = (field: string, op: Operator, value?: ConditionValue) =>
  judge({ field, op, value }, { facts: someone, now }).holds;

describe('what holds', () => {
  test.each<[string, Operator, ConditionValue | undefined, boolean]>([
    ['candidate.tags', 'contains', 'silver-medallist', true],
    ['candidate.tags', 'contains', 'silver', false],
    ['candidate.tags', 'any-of', ['gold', 'REMOTE'], true],
    ['candidate.tags', 'none-of', ['gold'], true],
    ['candidate.tags', 'not-empty', undefined, true],
    ['candidate.pools', 'contains', 'pool-1', true],
    ['candidate.firstName', 'is', 'ines', true],
    ['candidate.firstName', 'is-not', 'ines', false],
    ['candidate.company', 'is', '', false],
    ['candidate.company', 'is-not', 'Acme', true],
    ['candidate.company', 'contains', 'a', false],
    ['candidate.company', 'contains-not', 'a', true],
    ['candidate.company', 'empty', undefined, true],
    ['candidate.headline', 'contains', 'ENGINEER', true],
    ['candidate.headline', 'starts-with', 'back', true],
    ['candidate.status', 'any-of', ['active', 'hired'], true],
    ['application.stage', 'is', 'Final interview', true],
    ['job.title', 'is', 'Engineer', false],
    ['candidate.custom.years', 'greater', 6, true],
    ['candidate.custom.years', 'at-most', 7, true],
    ['candidate.custom.years', 'less', 7, false],
    ['candidate.custom.years', 'is', '7', true],
    ['candidate.custom.relocates', 'is', true, true],
    ['candidate.custom.skills', 'contains', 'go', true],
    ['candidate.custom.level', 'greater', 3, false],
    ['candidate.custom.nothing', 'empty', undefined, true],
    ['candidate.createdAt', 'before', '2026-11-02', true],
    ['candidate.createdAt', 'after', '2026-11-01T08:00:00Z', false],
    ['candidate.createdAt', 'within-last', 'P30D', true],
    ['candidate.createdAt', 'within-last', 'P3W', false],
    ['candidate.phone', 'not-within-last', 'P3W', true],
    ['candidate.constructor', 'not-empty', undefined, false],
    ['nothing.at.all', 'is', 'x', false],
  ])('%s %s %j: %s', (field, op, value, expected) => {
    expect(holds(field, op, value)).toBe(expected);
  });
});

test('every leaf is told with what was there', () => {
  const verdict = judge(
    {
      any: [
        { field: 'candidate.tags', op: 'contains', value: 'gold' },
        { field: 'application.stage', op: 'is', value: 'Final interview' },
      ],
    },
    { facts: someone, now },
  );
  expect(verdict).toEqual({
    holds: true,
    because: [
      {
        field: 'candidate.tags',
        op: 'contains',
        value: 'gold',
        actual: ['Silver-Medallist', 'remote'],
        holds: false,
      },
      {
        field: 'application.stage',
        op: 'is',
        value: 'Final interview',
        actual: 'Final interview',
        holds: true,
      },
    ],
  });
});

test.each([
  ['2026-02-28', true],
  ['2026-02-30', false],
  ['2026-13-01', false],
  ['2026-02-30T10:00:00Z', false],
  ['2026-03-01T10:00Z', true],
  ['2026-03-01T10:00:00.123456+05:45', true],
  ['2026-03-01T10:00:00', false],
  ['2026-03-01T 10:00 Z', false],
  ['2026-03-01T24:30:00Z', false],
  ['now', false],
  ['today', false],
])('%s is an instant: %s', (text, is) => {
  expect(asInstant(text) !== null).toBe(is);
});

test('any of nothing and all of nothing are found, however deep they hide', () => {
  fc.assert(
    fc.property(condition, fc.constantFrom<Condition[]>({ all: [] }, { any: [] }), (tree, empty) => {
      expect(hasEmptyGroup(tree)).toBe(false);
      expect(hasEmptyGroup({ any: [tree, { not: { all: [tree, empty] } }] })).toBe(true);
    }),
  );
});

test('an event’s own values can be asked about', () => {
  const ask = { field: 'event.url', op: 'contains', value: 'careers' } as const;
  const event = { type: 'message.clicked', data: { url: 'https://example.com/careers' } };
  expect(judge(ask, { facts: someone, event, now }).holds).toBe(true);
  expect(judge(ask, { facts: someone, event: null, now }).holds).toBe(false);
});

test('not turns every verdict round', () => {
  fc.assert(
    fc.property(condition, (tree) => {
      const scope = { facts: someone, now };
      expect(judge({ not: tree }, scope).holds).toBe(!judge(tree, scope).holds);
    }),
  );
});

test('a verdict stays the same until its next flip', () => {
  fc.assert(
    fc.property(condition, fc.nat(1000), (tree, share) => {
      const scope = { facts: someone, now };
      const flip = nextFlip(tree, scope) ?? now + 400 * 86_400_000;
      const between = Math.floor(now + ((flip - 1 - now) * share) / 1000);
      expect(judge(tree, { ...scope, now: between }).holds).toBe(judge(tree, scope).holds);
    }),
  );
});

test('a month back from the end of a month flips when the answer does', () => {
  const ask = { field: 'candidate.createdAt', op: 'within-last', value: 'P1M' } as const;
  const joined = facts({ createdAt: '2026-01-31T12:00:00Z', timeZone: 'UTC' });
  const from = Date.parse('2026-02-10T00:00:00Z');
  const flip = nextFlip(ask, { facts: joined, now: from }) ?? 0;
  expect(judge(ask, { facts: joined, now: flip - 1 }).holds).toBe(true);
  expect(judge(ask, { facts: joined, now: flip }).holds).toBe(false);
});

test('it knows which fields it reads', () => {
  const tree = {
    all: [
      { field: 'candidate.tags', op: 'empty' },
      { not: { field: 'job.title', op: 'empty' } },
      { field: 'candidate.tags', op: 'not-empty' },
    ],
  } as const;
  expect(fieldsOf(structuredClone(tree) as never)).toEqual(['candidate.tags', 'job.title']);
});

test('every field of the catalogue can be found and leads into the facts', () => {
  for (const field of conditionFields) {
    expect(findField(field.path)).toBe(field);
    expect(field.operators.length).toBeGreaterThan(0);
  }
  expect(findField('candidate.shoeSize')).toBeNull();
  expect(findField('candidate.custom.shoeSize')).not.toBeNull();
});

test('conditions read as sentences', () => {
  const names = { pool: () => 'Silver medallists', job: () => null };
  expect(
    conditionInWords(
      {
        any: [
          { field: 'candidate.tags', op: 'contains', value: 'warm' },
          {
            all: [
              { field: 'candidate.pools', op: 'contains', value: 'p' },
              { field: 'candidate.createdAt', op: 'within-last', value: 'P30D' },
            ],
          },
        ],
      },
      names,
    ),
  ).toBe(
    'Tags include “warm” or (Pools include “Silver medallists” and Known since is within the last 30 days)',
  );
});

describe('consent to stay in touch', () => {
  const is = (state: string): Condition => ({ field: 'candidate.consent', op: 'is', value: state });
  const until = new Date(now + 3_600_000).toISOString();
  test.each<[Partial<CandidateFacts>, string]>([
    [{}, 'none'],
    [{ hasConsented: true }, 'given'],
    [{ hasConsented: true, consentUntil: until }, 'given'],
    [{ hasConsented: true, consentUntil: new Date(now).toISOString() }, 'expired'],
    [{ hasWithdrawn: true }, 'withdrawn'],
  ])('%j: %s', (candidate, state) => {
    const scope = { facts: facts(candidate), now };
    for (const one of consentStates) expect(judge(is(one), scope).holds, one).toBe(one === state);
  });

  test('that ends flips at that very moment, and may flip as far as a pool knows', () => {
    const scope = { facts: facts({ hasConsented: true, consentUntil: until }), now };
    expect(mayFlip(is('given'))).toBe(true);
    const flip = nextFlip({ not: is('given') }, scope) ?? 0;
    expect(judge(is('given'), { ...scope, now: flip - 1 }).holds).toBe(true);
    expect(judge(is('expired'), { ...scope, now: flip }).holds).toBe(true);
    expect(nextFlip(is('given'), { ...scope, now: flip })).toBeNull();
    expect(nextFlip(is('given'), { facts: facts({ hasConsented: true }), now })).toBeNull();
  });

  test('reads as a sentence', () => {
    const names = { pool: () => null, job: () => null };
    expect(conditionInWords({ field: 'candidate.consent', op: 'is-not', value: 'withdrawn' }, names)).toBe(
      'Consent to stay in touch is not “Refused or withdrawn”',
    );
  });
});
