/** A condition as the builder edits it. */
import { expect, test } from 'vitest';
import { newLeaf, takesPeriod, withOperator, withPeriod } from '../../ui/conditions/tree.ts';

test('how often something happened may be asked within a period, which outlives a change of the operator', () => {
  const count = { ...newLeaf('history.message.clicked.count'), value: 2 };
  expect(takesPeriod(count)).toBe(true);
  const within = withPeriod(count, 'P90D');
  expect(withOperator(within, 'at-least')).toEqual({
    field: 'history.message.clicked.count',
    op: 'at-least',
    value: 2,
    within: 'P90D',
  });
  expect(withPeriod(within, undefined)).toEqual(count);
});

test('nothing else is asked within a period', () => {
  for (const path of ['history.message.clicked.last', 'candidate.consent', 'candidate.custom.clicks'])
    expect(takesPeriod(newLeaf(path)), path).toBe(false);
});
