/** What happened to someone, as conditions ask for it. */
import { expect, test } from 'vitest';
import type { Condition } from '../../engine/conditions/condition.ts';
import { havingHappened, readHistoryPath } from '../../engine/conditions/history.ts';
import { judge } from '../../engine/conditions/memory.ts';
import { historyOf, nextFlip } from '../../engine/conditions/reads.ts';
import { conditionProblems } from '../../engine/flow/condition-problems.ts';
import { facts, now } from './people.ts';

const day = 86_400_000;
const replied = havingHappened(
  havingHappened(facts({}), ['message.replied', 'message.clicked'], now - 29 * day),
  ['message.clicked'],
  now - 40 * day,
);
const holds = (condition: Condition, at = now, who = replied) =>
  judge(condition, { facts: who, now: at }).holds;

test('replied within the last 30 days, was sent nothing within 7, clicked twice', () => {
  const within = { field: 'history.message.replied.last', op: 'within-last', value: 'P30D' } as const;
  expect(holds(within)).toBe(true);
  expect(holds(within, now + 2 * day)).toBe(false);
  expect(holds({ field: 'history.message.sent.last', op: 'not-within-last', value: 'P7D' })).toBe(true);
  expect(holds({ field: 'history.message.clicked.count', op: 'at-least', value: 2 })).toBe(true);
  expect(holds({ field: 'history.message.clicked.count', op: 'greater', value: 2 })).toBe(false);
});

test('what never happened was last never and has happened no times', () => {
  const nobody = facts({});
  expect(holds({ field: 'history.message.replied.last', op: 'empty' }, now, nobody)).toBe(true);
  expect(holds({ field: 'history.message.replied.count', op: 'is', value: 0 }, now, nobody)).toBe(true);
  expect(holds({ field: 'history.message.replied.last', op: 'within-last', value: 'P1Y' }, now, nobody)).toBe(
    false,
  );
});

test('a later look at an earlier day leaves the last one the last', () => {
  expect(replied.history?.message?.clicked).toEqual({
    last: new Date(now - 29 * day).toISOString(),
    count: 2,
  });
});

test('the next flip is the instant from which the last reply is 30 days old', () => {
  const condition: Condition = { field: 'history.message.replied.last', op: 'within-last', value: 'P30D' };
  const flip = nextFlip(condition, { facts: replied, now }) ?? 0;
  expect(holds(condition, flip - 1)).toBe(true);
  expect(holds(condition, flip)).toBe(false);
});

test.each([
  ['history.message.replied.last', 'message.replied'],
  ['history.custom.met-at-fair.count', 'custom.met-at-fair'],
  ['history.message.replied', undefined],
  ['history.message.replied.first', undefined],
  ['history.nothing.ever.last', undefined],
])('%s asks of %s', (path, type) => {
  expect(readHistoryPath(path)?.type).toBe(type);
});

test('the kinds of event whose past is to be loaded are found, each once', () => {
  expect(
    historyOf({
      all: [
        { field: 'history.message.replied.last', op: 'empty' },
        { not: { field: 'history.message.replied.count', op: 'is', value: 2 } },
        { field: 'candidate.email', op: 'not-empty' },
      ],
    }),
  ).toEqual(['message.replied']);
});

test('a count that is no number and a past that is none are told', () => {
  const problems = (condition: Condition) =>
    [...conditionProblems(condition, { node: null, field: 'when' }, 'it', false)].map((one) => one.code);
  expect(problems({ field: 'history.message.replied.count', op: 'at-least', value: 'often' })).toEqual([
    'condition-value-bad',
  ]);
  expect(problems({ field: 'history.message.replied.count', op: 'empty' })).toEqual([
    'condition-operator-unknown',
  ]);
  expect(problems({ field: 'history.nothing.ever.last', op: 'empty' })).toEqual(['condition-field-unknown']);
  expect(problems({ field: 'history.custom.met.last', op: 'within-last', value: 'P3D' })).toEqual([]);
});
