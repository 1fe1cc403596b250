/** In which pools with a condition someone belongs, and when that may change. */
import { expect, test } from 'vitest';
import type { Condition } from '../../engine/conditions/condition.ts';
import { heardBy, readsItself } from '../../engine/pools/heard.ts';
import { type DynamicPool, membershipOf } from '../../engine/pools/membership.ts';
import { application, facts } from './people.ts';

const now = Date.UTC(2026, 10, 23);
const inPool = (value: string): Condition => ({ field: 'candidate.pools', op: 'contains', value });
const pool = (id: string, condition: Condition): DynamicPool => ({ id, condition });

test('a chain of pools is followed to its end in one go, in whatever order the pools come', () => {
  const length = 12;
  const chain = Array.from({ length }, (_, n) => pool(`p${n}`, inPool(n === 0 ? 'hand' : `p${n - 1}`)));
  for (const pools of [chain, chain.toReversed()])
    expect(membershipOf(pools, [facts({ pools: ['hand'] })], now).joins).toHaveLength(length);
});

test('pools that never come to rest change nothing, and hold up no pool that asks of none', () => {
  const pools = [
    pool('a', inPool('b')),
    pool('b', { not: inPool('a') }),
    pool('c', { field: 'candidate.tags', op: 'contains', value: 'rust' }),
  ];
  for (const before of [[], ['a'], ['b'], ['a', 'b']])
    expect(membershipOf(pools, [facts({ pools: before, tags: ['rust'] })], now)).toEqual({
      joins: ['c'],
      leaves: [],
      flipsAt: null,
    });
});

test('pools that nobody’s condition keeps are left alone', () => {
  expect(membershipOf([], [facts({ pools: ['hand'] })], now)).toEqual({
    joins: [],
    leaves: [],
    flipsAt: null,
  });
});

test('the whole condition holds for one application, and the next flip is the soonest of any', () => {
  const recent: Condition = { field: 'application.appliedAt', op: 'within-last', value: 'P1D' };
  const active: Condition = { field: 'application.status', op: 'is', value: 'active' };
  const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
  const aspects = [
    facts({}, { application: application({ status: 'active', appliedAt: hoursAgo(48) }) }),
    facts({}, { application: application({ status: 'rejected', appliedAt: hoursAgo(12) }) }),
  ];
  const { joins, flipsAt } = membershipOf(
    [pool('both', { all: [recent, active] }), pool('recent', recent)],
    aspects,
    now,
  );
  expect(joins).toEqual(['recent']);
  expect(flipsAt).toBe(now + 12 * 3_600_000);
});

test('a pool hears of changed facts, of pools where it asks of them, and of the past that it asks for', () => {
  const replied = heardBy({ field: 'history.message.replied.last', op: 'within-last', value: 'P1D' });
  expect(replied).toContain('message.replied');
  expect(replied).toContain('candidate.untagged');
  expect(replied).not.toContain('message.opened');
  expect(replied).not.toContain('pool.joined');
  expect(heardBy(inPool('x'))).toContain('pool.left');
  expect(heardBy({ field: 'history.custom.met.count', op: 'at-least', value: 1 })).toContain('custom.met');
});

test('whether someone is in any pool asks about every pool', () => {
  expect(readsItself({ not: { field: 'candidate.pools', op: 'empty' } }, null)).toBe(true);
  expect(readsItself({ all: [inPool('other')] }, 'own')).toBe(false);
  expect(
    readsItself({ any: [{ field: 'candidate.pools', op: 'none-of', value: ['x', ' OWN '] }] }, 'own'),
  ).toBe(true);
});
