/** What waits for a clock, a date or a condition say of themselves, and that they end within their rules. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Facts } from '../../engine/facts.ts';
import { noNames } from '../../engine/flow/describe.ts';
import { compile } from '../../engine/plan/compile.ts';
import { explainStep } from '../../engine/run/explain.ts';
import { forecast } from '../../engine/run/forecast.ts';
import { SimulatedEnrolment } from '../../engine/simulate/enrolment.ts';
import { simulate } from '../../engine/simulate/simulate.ts';
import type { SimulatedWorld } from '../../engine/simulate/world.ts';
import { loadHolidays } from '../../engine/time/holidays.ts';
import type { Weekday } from '../../engine/time/local.ts';
import { isInWindow } from '../../engine/time/windows.ts';
import { flow } from '../contract/flows.ts';
import { facts, now } from './people.ts';

const world: SimulatedWorld = { templates: [], pools: [], stages: [] };
const pins = { templates: {} };
const hour = 3_600_000;

const drawn = (type: string, data: Record<string, unknown>) =>
  flow([{ id: 'wait', type, data, to: { past: 'done', timeout: 'done' } }]);
const planned = (type: string, data: Record<string, unknown>) => compile(drawn(type, data), pins);

beforeAll(loadHolidays);

function waited(type: string, data: Record<string, unknown>, who: Facts = facts()) {
  const { steps } = simulate({ plan: planned(type, data), world, facts: who, start: now });
  const step = steps.find((each) => each.node === 'wait');
  if (!step) throw new Error('it did not wait');
  return explainStep({ ...step, nodeId: 'wait' }, null, noNames, who.candidate.timeZone ?? 'UTC');
}

describe('a wait that is over says what it waited for', () => {
  it('as working days', () => {
    expect(waited('wait', { for: 'P3D', count: 'working', skipHolidays: true })).toEqual({
      title: 'Waited 3 working days',
      reasons: [
        { mark: 'note', text: 'To Thu 26 Nov, 14:32 (Lisbon)' },
        { mark: 'note', text: 'Public holidays did not count' },
      ],
    });
  });

  it('as a moment, with the rule and whose clock it was', () => {
    const rule = { time: '09:00', weekdays: [1, 2, 3, 4, 5] };
    expect(waited('wait-until', rule)).toEqual({
      title: 'Waited until Tue 24 Nov, 9:00 (Lisbon)',
      reasons: [{ mark: 'note', text: 'Next weekday 9:00; candidate’s time' }],
    });
    expect(waited('wait-until', rule, facts({ timeZone: null })).reasons).toEqual([
      { mark: 'note', text: 'Next weekday 9:00; workspace’s time' },
    ]);
  });

  it('as a date, or why there was none to wait for', () => {
    const rule = { field: 'candidate.custom.start', by: 'P1D', side: 'before', time: '09:00' };
    expect(waited('wait-for-date', rule, facts({ custom: { start: '2026-12-01' } }))).toEqual({
      title: 'Waited until Mon 30 Nov, 9:00 (Lisbon)',
      reasons: [{ mark: 'note', text: '1 day before start, 9:00; candidate’s time' }],
    });
    expect(waited('wait-for-date', rule).reasons[0]).toEqual({ mark: 'no', text: 'There is no such date' });
    expect(waited('wait-for-date', rule, facts({ custom: { start: '2026-11-20' } }))).toEqual({
      title: 'Had no date to wait for',
      reasons: [
        { mark: 'no', text: 'It was Thu 19 Nov, 9:00 (Lisbon)' },
        { mark: 'note', text: '1 day before start, 9:00; candidate’s time' },
      ],
    });
  });

  it('as a condition, with what was there', () => {
    const when = { field: 'candidate.tags', op: 'contains', value: 'warm' };
    const rule = { when, timeout: 'P14D' };
    expect(waited('wait-until-true', rule, facts({ tags: ['warm'] }))).toEqual({
      title: 'Went on: it held already',
      reasons: [{ mark: 'yes', text: 'Tags include “warm”' }],
    });
    expect(waited('wait-until-true', rule)).toEqual({
      title: 'It did not hold in 14 days',
      reasons: [
        { mark: 'note', text: 'Waited until Mon 7 Dec, 14:32 (Lisbon)' },
        { mark: 'no', text: 'Tags include “warm”: there is nothing' },
      ],
    });
  });

  it('and from where its deadline moved', () => {
    const run = new SimulatedEnrolment({
      plan: planned('wait-until', { time: '09:00' }),
      world,
      facts: facts(),
      start: now,
    });
    run.advance();
    run.runUntil(now + hour);
    run.facts = facts({ timeZone: 'America/New_York' });
    run.happen({ type: 'candidate.updated' });
    run.runUntil(now + 24 * hour);
    const step = run.steps.find((each) => each.node === 'wait');
    expect(step && explainStep({ ...step, nodeId: 'wait' }, null, noNames, 'America/New_York')).toEqual({
      title: 'Waited until Tue 24 Nov, 9:00 (New York)',
      reasons: [
        { mark: 'note', text: 'Next 9:00; candidate’s time' },
        { mark: 'note', text: 'Was to be Tue 24 Nov, 9:00 (Lisbon), until her clock changed' },
      ],
    });
  });
});

test('a clock that changed unheard is found at the old deadline, which moves on', () => {
  const run = new SimulatedEnrolment({
    plan: planned('wait-until', { time: '09:00' }),
    world,
    facts: facts(),
    start: now,
  });
  run.advance();
  run.facts = facts({ timeZone: 'America/New_York' });
  run.runUntil(Date.UTC(2026, 10, 24, 9));
  expect(run.state.wait?.until).toBe(Date.UTC(2026, 10, 24, 14));
  run.runUntil(Date.UTC(2026, 10, 24, 14));
  expect(run.state.status).toBe('ended');
});

test('a wait for a moment that is woken late goes on, and does not wait another day', () => {
  const run = new SimulatedEnrolment({
    plan: planned('wait-until', { time: '09:00' }),
    world,
    facts: facts(),
    start: now,
  });
  run.advance();
  run.now = Date.UTC(2026, 10, 24, 21);
  run.advance();
  expect(run.state.status).toBe('ended');
});

test('what comes next names the rule of the wait, and what must become true', () => {
  const graph = flow([
    { id: 'morning', type: 'wait-until', data: { time: '09:00', weekdays: [1, 2, 3, 4, 5] } },
    {
      id: 'warm',
      type: 'wait-until-true',
      data: { when: { field: 'candidate.tags', op: 'contains', value: 'warm' }, timeout: 'P7D' },
      to: { timeout: 'done' },
    },
    { id: 'tag', type: 'add-tag', data: { tag: 'met' } },
  ]);
  const plan = compile(graph, pins);
  const who = facts();
  const { state } = new SimulatedEnrolment({ plan, world, facts: who, start: now });
  const { steps: coming } = forecast({
    plan,
    graph,
    state,
    facts: who,
    world,
    names: noNames,
    now,
    enrolmentId: 'e',
  });
  expect(coming.map(({ title, note }) => `${title}: ${note}`)).toEqual([
    'Wait until next weekday 9:00: to Tue 24 Nov, 9:00 (Lisbon): next weekday 9:00',
    'Wait 7 days for a condition: to Tue 1 Dec, 9:00 (Lisbon)',
    'Add tag “met”: if tags include “warm”',
    'End: ',
  ]);
});

test('whatever the hours, the zone and the moves, nobody goes on outside of them', () => {
  const zone = fc.constantFrom('Europe/Lisbon', 'Asia/Tokyo', 'America/New_York', 'Australia/Lord_Howe');
  const time = fc.constantFrom('00:00', '01:30', '02:15', '09:00', '17:00', '23:45');
  fc.assert(
    fc.property(
      fc.uniqueArray(time, { minLength: 2, maxLength: 2 }),
      fc.subarray([1, 2, 3, 4, 5, 6, 7] as Weekday[]),
      fc.boolean(),
      fc.array(fc.tuple(zone, fc.integer({ min: 1, max: 100 })), { maxLength: 4 }),
      fc.constantFrom(now, Date.UTC(2026, 2, 27, 12), Date.UTC(2026, 9, 24, 3)),
      ([from = '', to = ''], weekdays, skipHolidays, moves, start) => {
        const plan = planned('wait-until', { time: from, latest: to, weekdays, skipHolidays });
        const run = new SimulatedEnrolment({ plan, world, facts: facts(), start });
        run.advance();
        let at = start;
        for (const [timeZone, hours] of moves) {
          at += hours * hour;
          run.runUntil(at);
          if (run.end) break;
          run.facts = facts({ timeZone });
          run.happen({ type: 'candidate.updated' });
        }
        while (!run.end && run.wakeAt !== null) run.runUntil(run.wakeAt);
        const left = run.steps.find((step) => step.node === 'wait')?.leftAt ?? 0;
        const window = { from, to, weekdays, skipHolidays };
        expect(isInWindow(left, window, run.facts.candidate.timeZone ?? '', 'PT')).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
