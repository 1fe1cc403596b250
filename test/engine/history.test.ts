/** What happened to someone, as conditions ask for it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition, ConditionLeaf } from '../../engine/conditions/condition.ts';
import { havingHappened, mostTimes, readHistoryPath } from '../../engine/conditions/history.ts';
import { judge } from '../../engine/conditions/memory.ts';
import { beginsAt } from '../../engine/conditions/period.ts';
import { historyOf, nextFlip } from '../../engine/conditions/reads.ts';
import { conditionInWords } from '../../engine/conditions/words.ts';
import { conditionProblems } from '../../engine/flow/condition-problems.ts';
import { addDuration } from '../../engine/time/calendar.ts';
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
    newest: [new Date(now - 29 * day).toISOString(), new Date(now - 40 * day).toISOString()],
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
  ).toEqual([{ type: 'message.replied', newest: 0 }]);
});

const length = fc.constantFrom('P1D', 'P1M', 'P1Y', 'P1MT5H', 'PT36H', 'P2W');
const zone = fc.constantFrom('Europe/Lisbon', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo');
/** Around the ends of short months, leap days, and the hours in which clocks are changed. */
const instant = fc
  .tuple(
    fc.constantFrom(
      ...['2028-02-28T12:00Z', '2028-02-29T23:30Z', '2027-03-28T01:30Z', '2027-10-31T01:30Z'],
      ...['2027-03-14T06:45Z', '2027-11-07T05:30Z', '2027-04-03T15:00Z', '2027-04-29T22:15Z'],
    ),
    fc.integer({ min: -96 * 4, max: 96 * 4 }),
  )
  .map(([at, quarters]) => Date.parse(at) + quarters * 900_000);

describe('a period that ends now', () => {
  test('never begins earlier as time goes on', () => {
    const later = fc.integer({ min: 1, max: 96 * 4 });
    fc.assert(
      fc.property(zone, instant, length, later, (timeZone, at, duration, quarters) => {
        const then = beginsAt(at + quarters * 900_000 - 1, duration, timeZone);
        expect(then).toBeGreaterThanOrEqual(beginsAt(at, duration, timeZone));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['2027-03-28T22:00Z', 'P1M', 'UTC', '2027-02-28T22:00Z'],
    ['2027-03-29T01:00Z', 'P1M', 'UTC', '2027-02-28T23:59:59.999Z'],
    ['2027-03-31T23:00Z', 'P1M', 'UTC', '2027-02-28T23:59:59.999Z'],
    ['2027-04-01T00:00Z', 'P1M', 'UTC', '2027-03-01T00:00Z'],
    ['2028-02-29T06:00Z', 'P1Y', 'UTC', '2027-02-28T23:59:59.999Z'],
    // A day before half past one there was no half past one: the clocks had been put forward.
    ['2027-03-29T00:59+01:00', 'P1D', 'Europe/Lisbon', '2027-03-28T00:59Z'],
    ['2027-03-29T01:30+01:00', 'P1D', 'Europe/Lisbon', '2027-03-28T02:30+01:00'],
    ['2027-03-29T02:15+01:00', 'P1D', 'Europe/Lisbon', '2027-03-28T02:59:59.999+01:00'],
    ['2027-03-29T03:15+01:00', 'P1D', 'Europe/Lisbon', '2027-03-28T03:15+01:00'],
  ])('at %s the last %s begin in %s at %s', (now, duration, timeZone, begins) => {
    const found = beginsAt(Date.parse(now), duration, timeZone);
    expect(new Date(found).toISOString()).toBe(new Date(begins).toISOString());
  });
});

describe('how often within a period', () => {
  const clicked = (more: Partial<ConditionLeaf>): Condition => ({
    field: 'history.message.clicked.count',
    op: 'at-least',
    value: 2,
    within: 'P90D',
    ...more,
  });

  test('only what happened within it counts', () => {
    expect(holds(clicked({}))).toBe(true);
    expect(holds(clicked({ within: 'P30D' }))).toBe(false);
    expect(holds(clicked({ within: 'P30D', op: 'less' }))).toBe(true);
    expect(holds(clicked({ within: 'P30D', op: 'is', value: 1 }))).toBe(true);
    expect(judge(clicked({ within: 'P30D' }), { facts: replied, now }).because).toMatchObject([
      { within: 'P30D', actual: 1, holds: false },
    ]);
  });

  test('the next flip is the instant at which the second newest falls out of it', () => {
    const flip = nextFlip(clicked({}), { facts: replied, now }) ?? 0;
    expect(flip).toBe(addDuration(now - 40 * day, 'P90D', 'Europe/Lisbon'));
    expect(holds(clicked({}), flip - 1)).toBe(true);
    expect(holds(clicked({}), flip)).toBe(false);
    expect(nextFlip(clicked({}), { facts: replied, now: flip })).toBeNull();
    expect(nextFlip(clicked({ value: 3 }), { facts: replied, now })).toBeNull();
  });

  test('never does the answer change before the instant that was given', () => {
    const leaf = fc.record({
      op: fc.constantFrom('at-least', 'less', 'greater', 'at-most', 'is', 'is-not'),
      value: fc.nat(4),
      within: length,
    });
    const shares = fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 });
    const asking = fc.tuple(fc.array(leaf, { minLength: 1, maxLength: 3 }), zone, instant, shares);
    fc.assert(
      fc.property(asking, fc.array(instant, { maxLength: 6 }), ([leaves, timeZone, from, some], events) => {
        const who = events.reduce(
          (so, at) => havingHappened(so, ['message.clicked'], at),
          facts({ timeZone }),
        );
        const asked: Condition = { any: leaves.map((one) => clicked(one as Partial<ConditionLeaf>)) };
        const flip = nextFlip(asked, { facts: who, now: from }) ?? from + 9 * day;
        const before = holds(asked, from, who);
        for (const share of [...some, 1000])
          expect(holds(asked, Math.floor(from + ((flip - 1 - from) * share) / 1000), who)).toBe(before);
      }),
    );
  });

  test('it reads as a sentence', () => {
    const names = { pool: () => null, job: () => null };
    const words = (more: Partial<ConditionLeaf>) => conditionInWords(clicked(more), names);
    expect(words({})).toBe('Clicked in an email at least 2 times within the last 90 days');
    expect(words({ op: 'less', value: 1 })).toBe(
      'Clicked in an email fewer than 1 time within the last 90 days',
    );
  });

  test.each<[Partial<ConditionLeaf>, string[]]>([
    [{}, []],
    [{ value: 0, op: 'is' }, []],
    [{ value: mostTimes + 1 }, ['condition-times-bad']],
    [{ value: 1.5 }, ['condition-times-bad']],
    [{ value: -1 }, ['condition-times-bad']],
    [{ value: 'twice' }, ['condition-times-bad']],
    [{ within: 'a while' }, ['condition-period-bad']],
    [{ within: 'P11Y' }, ['condition-period-bad']],
    [{ field: 'history.message.clicked.last', op: 'empty' }, ['condition-period-misplaced']],
    [{ field: 'candidate.custom.clicks' }, ['condition-period-misplaced']],
  ])('%j has these problems: %j', (more, codes) => {
    const found = conditionProblems(clicked(more), { node: null, field: 'when' }, 'it', false);
    expect([...found].map((one) => one.code)).toEqual(codes);
  });

  test('as many instants are read as may be asked for, and no more are kept', () => {
    expect(
      historyOf({ all: [clicked({}), { field: 'history.message.clicked.count', op: 'is', value: 2 }] }),
    ).toEqual([{ type: 'message.clicked', newest: mostTimes + 1 }]);
    let often = facts({});
    for (let n = 0; n < 2 * mostTimes; n++) often = havingHappened(often, ['message.clicked'], now - n * day);
    expect(often.history?.message?.clicked?.newest).toHaveLength(mostTimes + 1);
  });
});

test('a count that is no number and a past that is none are told', () => {
  const problems = (condition: Condition) =>
    [...conditionProblems(condition, { node: null, field: 'when' }, 'it', false)].map((one) => one.code);
  expect(problems({ field: 'history.message.replied.count', op: 'at-least', value: 'often' })).toEqual([
    'condition-value-bad',
  ]);
  // The two evaluators would not read it alike.
  expect(problems({ field: 'history.message.replied.count', op: 'is', value: true })).toEqual([
    'condition-value-bad',
  ]);
  expect(problems({ field: 'candidate.custom.years', op: 'at-least', value: true })).toEqual([
    'condition-value-bad',
  ]);
  expect(problems({ field: 'history.message.replied.count', op: 'empty' })).toEqual([
    'condition-operator-unknown',
  ]);
  expect(problems({ field: 'history.nothing.ever.last', op: 'empty' })).toEqual(['condition-field-unknown']);
  expect(problems({ field: 'history.custom.met.last', op: 'within-last', value: 'P3D' })).toEqual([]);
});
