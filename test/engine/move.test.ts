import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../engine/events.ts';
import type { Op, Plan } from '../../engine/plan/ops.ts';
import { becomes, move } from '../../engine/run/move.ts';
import { run } from '../../engine/run/run.ts';
import { skip } from '../../engine/run/skip.ts';
import type { RunInput, RunState } from '../../engine/run/state.ts';
import { facts, now } from './people.ts';

const hour = 3_600_000;
const day = 24 * hour;

const sleep = (rule: string): Op => ({ op: 'sleep', for: rule, next: 'end' });
const awaits = (timeout: string, event = 'note.added'): Op => ({
  op: 'await',
  event,
  scope: 'enrolment',
  timeout,
  onEvent: 'yes',
  onTimeout: 'end',
});
const asks = (timeout: string, tag = 'asked'): Op => ({
  op: 'effect',
  effect: 'candidate.tag',
  input: { tag },
  next: 'end',
  answer: { event: 'custom.answered', ports: { yes: 'yes' }, timeout, onTimeout: 'end' },
});
const tag: Op = { op: 'effect', effect: 'candidate.tag', input: { tag: 'warm' }, next: 'end' };

const plan = (ops: Record<string, Op>, more: Partial<Plan> = {}): Plan => ({
  hash: '',
  triggers: [],
  ops: { ...ops, yes: tag, end: { op: 'end' } },
  loops: [],
  settings: { reentry: 'after-exit', exitOn: [] },
  ...more,
});

const standing = (node: string, more: Partial<RunState> = {}): RunState => ({
  status: 'open',
  node,
  enteredAt: now - day,
  visits: {},
  wait: null,
  seenSeq: 1,
  heard: [],
  problem: null,
  goalUntil: null,
  goal: null,
  ...more,
});
const waits = (rule: string, until: number, more: Partial<NonNullable<RunState['wait']>> = {}): RunState =>
  standing('here', { wait: { kind: 'sleep', since: now - day, until, rule, sinceSeq: 1, ...more } });
const input = (from: Plan, state: RunState, more: Partial<RunInput> = {}): RunInput => ({
  plan: from,
  state,
  enrolmentId: 'mine',
  applicationId: null,
  facts: facts(),
  events: [],
  now,
  paused: false,
  startedAt: now - 2 * day,
  ...more,
});
const event = (type: string, more: Partial<RunEvent> = {}): RunEvent => ({
  id: 'event-2',
  seq: 2,
  type,
  at: now,
  applicationId: null,
  enrolmentId: null,
  data: {},
  ...more,
});
const to = (there: Plan, node = 'there', visits: Record<string, number> = {}) => ({
  plan: there,
  node,
  visits,
  detail: {},
});

describe('a move', () => {
  test.each<[string, Op, Op, number]>([
    ['a wait as long as before', sleep('P3D'), sleep('P3D'), now + 2 * day],
    ['a longer wait', sleep('P3D'), sleep('P5D'), now + 4 * day],
    ['a shorter wait, over already', sleep('P3D'), sleep('PT6H'), now - 18 * hour],
    ['a wait for an event, as long as before', sleep('P3D'), awaits('P3D'), now + 2 * day],
    ['a longer wait for an event', sleep('P3D'), awaits('P7D'), now + 6 * day],
  ])('%s: the deadline is counted from when she began to wait', (_what, from, there, until) => {
    const moved = move(input(plan({ here: from }), waits('P3D', now + 2 * day)), to(plan({ there })));
    expect(moved.state.wait).toMatchObject({ since: now - day, until });
    expect(moved.wakeAt).toBe(until);
    expect(moved.steps).toMatchObject([
      { node: 'here', visit: 1, outcome: 'skipped', detail: { kind: 'moved' } },
    ]);
  });

  test('keeps its deadline, but stands on the new step from now on: the ledger counts no time twice', () => {
    const moved = move(
      input(plan({ here: sleep('P3D') }), waits('P3D', now + 2 * day)),
      to(plan({ there: sleep('P3D') })),
    );
    expect(moved.state).toMatchObject({ enteredAt: now, wait: { since: now - day, until: now + 2 * day } });
    expect(moved.steps).toMatchObject([{ enteredAt: now - day, leftAt: now }]);
  });

  test('counts a pause within a wait once, be the deadline kept or counted anew', () => {
    const settings = { reentry: 'after-exit', exitOn: [], onResume: { policy: 'reanchor' } } as const;
    const pauses = [{ from: now - 12 * hour, to: now - 6 * hour }];
    const before = waits('P3D', now + 2 * day + 6 * hour, { reanchored: 6 * hour });
    const untilAt = (rule: string): number | undefined => {
      const there = plan({ there: sleep(rule) }, { settings: { ...settings, exitOn: [] } });
      const moved = move(input(plan({ here: sleep('P3D') }), before), to(there));
      const looked = run(input(there, moved.state, { pauses })).next();
      return looked.done ? looked.value.state.wait?.until : undefined;
    };
    expect(untilAt('P3D')).toBe(now + 2 * day + 6 * hour);
    expect(untilAt('P5D')).toBe(now + 4 * day + 6 * hour);
  });

  test('to something that is no wait begins there, now', () => {
    const moved = move(
      input(plan({ here: sleep('P3D') }), waits('P3D', now + day)),
      to(plan({ there: tag })),
    );
    expect(moved.state).toMatchObject({ node: 'there', wait: null, enteredAt: now });
    expect(moved.wakeAt).toBe(now);
  });

  test('never counts a visit twice, whatever the ledger holds of the steps on both sides', () => {
    const moved = move(
      input(plan({ here: sleep('P3D') }), waits('P3D', now + day)),
      to(plan({ here: sleep('P3D') }), 'here', { here: 2, start: 1 }),
    );
    expect(moved.steps[0]?.visit).toBe(3);
    expect(moved.state.visits).toEqual({ here: 3, start: 1 });
  });

  test('of a blocked run frees it', () => {
    const blocked = standing('here', {
      status: 'blocked',
      problem: { node: 'here', visit: 1, code: 'node-gone', detail: {} },
      visits: { here: 1 },
    });
    const moved = move(input(plan({}), blocked), to(plan({ there: tag }), 'there', { here: 1 }));
    expect(moved.state).toMatchObject({ status: 'open', problem: null, node: 'there' });
    expect(moved.steps).toMatchObject([{ node: 'here', visit: 2, detail: { blocked: true } }]);
  });

  test('leaves what was not heard yet to the plan that it comes to, but for exits', () => {
    const from = plan({ here: sleep('P3D') }, { settings: { reentry: 'once', exitOn: ['candidate.hired'] } });
    const heard = move(
      input(from, waits('P3D', now + day), { events: [event('note.added')] }),
      to(plan({ there: awaits('P9D') })),
    );
    expect(heard.state.seenSeq).toBe(1);
    const left = move(
      input(from, waits('P3D', now + day), { events: [event('candidate.hired')] }),
      to(plan({ there: awaits('P9D') })),
    );
    expect(left.end).toMatchObject({ status: 'exited', reason: 'exit:candidate.hired' });
    expect(left.state.node).toBeNull();
  });

  test('takes on the new goal, its window counted from when the run began', () => {
    const goal = { events: ['candidate.hired'], window: 'P10D', exit: true };
    const there = plan({ there: tag }, { settings: { reentry: 'once', exitOn: [], goal } });
    const moved = move(input(plan({ here: sleep('P3D') }), waits('P3D', now + day)), to(there));
    expect(moved.state.goalUntil).toBe(now + 8 * day);
  });

  test('to the same question under another id keeps what was asked: its answer is heard there', () => {
    const asked = waits('P3D', now + 2 * day, {
      kind: 'answer',
      event: 'custom.answered',
      visit: 1,
      did: { kind: 'effect', effect: 'candidate.tag', result: 'done' },
    });
    const there = plan({ there: asks('P3D') });
    const moved = move(input(plan({ here: asks('P3D') }), asked), to(there, 'there', { start: 1 }));
    const answer = event('custom.answered', {
      enrolmentId: 'mine',
      data: { node: 'here', visit: 1, outcome: 'yes' },
    });
    const going = run(input(there, moved.state, { events: [answer] }));
    const first = going.next();
    expect(first.done, 'it went on to the step behind the answer').toBe(false);
    expect(first.value).toMatchObject({ node: 'yes' });
  });

  test('to another question asks that one, and the answer to the first says nothing about it', () => {
    const asked = waits('P3D', now + 2 * day, { kind: 'answer', event: 'custom.answered', visit: 1 });
    const there = plan({ there: asks('P3D', 'another') });
    const answer = event('custom.answered', {
      enrolmentId: 'mine',
      data: { node: 'here', visit: 1, outcome: 'yes' },
    });
    const moved = move(input(plan({ here: asks('P3D') }), asked, { events: [answer] }), to(there));
    expect(moved.state).toMatchObject({ node: 'there', wait: null });
    expect(moved.wakeAt, 'it is asked at once').toBe(now);
    const going = run(input(there, moved.state, { events: [answer] }));
    expect(going.next().value).toMatchObject({ node: 'there', input: { tag: 'another' } });
    const done = going.next({ outcome: 'done', detail: {}, decision: {}, events: [], facts: facts() });
    expect(done.value).toMatchObject({ state: { node: 'there', wait: { kind: 'answer', visit: 1 } } });
  });

  test('of an asked question to a plain wait begins that wait: nothing is asked again', () => {
    const asked = waits('P3D', now + 2 * day, { kind: 'answer', event: 'custom.answered', visit: 1 });
    const moved = move(input(plan({ here: asks('P3D') }), asked), to(plan({ there: sleep('P3D') })));
    expect(moved.state).toMatchObject({ node: 'there', wait: null });
  });
});

test.each<[Op, Op, ReturnType<typeof becomes>]>([
  [sleep('P3D'), sleep('P3D'), 'keeps'],
  [sleep('P3D'), awaits('P4D'), 'recounted'],
  [sleep('P3D'), tag, 'at-once'],
  [asks('P3D'), asks('P3D'), 'keeps'],
  [asks('P3D'), asks('P4D'), 'recounted'],
  [asks('P3D'), asks('P3D', 'something else'), 'begins'],
  [asks('P3D'), sleep('P4D'), 'begins'],
  [sleep('P3D'), asks('P3D'), 'begins'],
  [tag, sleep('P4D'), 'begins'],
])('what the preview says is what the move does: %#', (before, after, what) => {
  expect(becomes(before, after)).toBe(what);
  const from = plan({ here: before });
  const kind = before.op === 'effect' && before.answer ? 'answer' : 'sleep';
  const until = now + 2 * day;
  const state = before === tag ? standing('here') : waits('P3D', until, { kind });
  const moved = move(input(from, state), to(plan({ there: after })));
  const then = moved.state.wait;
  const seen = then ? (then.until === until ? 'keeps' : 'recounted') : after === tag ? 'at-once' : 'begins';
  expect(seen).toBe(what);
});

describe('a step left out', () => {
  test.each<[string, Op, string, string]>([
    ['a wait', sleep('P3D'), 'next', 'end'],
    ['a wait for an event', awaits('P3D'), 'timeout', 'end'],
    ['a question', asks('P3D'), 'timeout', 'end'],
  ])('%s goes on as if its time had passed', (_what, op, port, next) => {
    const kind = op.op === 'sleep' ? 'sleep' : op.op === 'await' ? 'await' : 'answer';
    const skipped = skip(input(plan({ here: op }), waits('P3D', now + day, { kind })), { by: 'marta' });
    expect(skipped?.steps).toMatchObject([
      { node: 'here', outcome: 'skipped', port, detail: { by: 'marta' } },
    ]);
    expect(skipped?.state).toMatchObject({ node: next, wait: null, status: 'open' });
  });

  test('that failed is passed by; one that is neither a wait nor failed, or leads nowhere, is not', () => {
    const blocked = standing('here', {
      status: 'blocked',
      problem: { node: 'here', visit: 1, code: 'pool-gone', detail: {} },
      visits: { here: 1 },
    });
    expect(skip(input(plan({ here: tag }), blocked), {})?.state).toMatchObject({
      node: 'end',
      status: 'open',
      problem: null,
    });
    expect(skip(input(plan({ here: tag }), standing('here')), {})).toBeNull();
    expect(skip(input(plan({}), blocked), {}), 'the step is gone').toBeNull();
  });
});

describe('a wait for a moment', () => {
  const morning = (time: string): Op => ({ op: 'sleep', until: { time }, next: 'end' });
  const working = (rule: string): Op => ({
    op: 'sleep',
    for: rule,
    working: { skipHolidays: false },
    next: 'end',
  });

  test('keeps to the same moment, looks for another from now on, and is counted where it becomes a length of time', () => {
    expect(becomes(morning('09:00'), morning('09:00'))).toBe('keeps');
    expect(becomes(morning('09:00'), morning('10:00'))).toBe('begins');
    expect(becomes(sleep('P3D'), morning('10:00'))).toBe('begins');
    expect(becomes(morning('10:00'), sleep('P3D'))).toBe('recounted');
    expect(becomes(sleep('P3D'), working('P3D'))).toBe('recounted');
    expect(becomes(working('P3D'), working('P3D'))).toBe('keeps');
  });

  test('goes on as it was, with its zone, where the moment is the same', () => {
    const state = waits('next 9:00', now + hour, { listens: 'candidate.updated', zone: 'Europe/Lisbon' });
    const from = plan({ here: morning('09:00') });
    const moved = move(input(from, state), { plan: from, node: 'here', visits: {}, detail: {} });
    expect(moved.state.wait).toEqual(state.wait);
    const other = plan({ here: morning('10:00') });
    const looked = move(input(from, state), { plan: other, node: 'here', visits: {}, detail: {} });
    expect([looked.state.wait, looked.wakeAt]).toEqual([null, now]);
  });

  test('that is counted in working days from now on is counted from when it began', () => {
    const state = waits('P3D', now + 2 * day);
    const moved = move(input(plan({ here: sleep('P3D') }), state), {
      plan: plan({ here: working('P3D') }),
      node: 'here',
      visits: {},
      detail: {},
    });
    // From Sunday on: Monday, Tuesday, Wednesday.
    expect(moved.state.wait?.until).toBe(now + 2 * day);
  });
});
