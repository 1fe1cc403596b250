import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../engine/events.ts';
import { compile } from '../../engine/plan/compile.ts';
import { begin, retry } from '../../engine/run/begin.ts';
import { run } from '../../engine/run/run.ts';
import type { RunInput, RunOutcome, RunState } from '../../engine/run/state.ts';
import { decide, type SimulatedWorld } from '../../engine/simulate/world.ts';
import { flow } from '../contract/flows.ts';
import { application, facts, now } from './people.ts';

const hour = 3_600_000;
const world: SimulatedWorld = {
  templates: [{ id: 't', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
  pools: [],
  stages: [{ id: 'hired', name: 'Hired', kind: 'hired' }],
};
const pins = { templates: { t: 't-v1' } };

const event = (seq: number, type: string, more: Partial<RunEvent> = {}): RunEvent => ({
  id: `event-${seq}`,
  seq,
  type,
  at: now,
  applicationId: null,
  enrolmentId: type.startsWith('message.') ? 'mine' : null,
  data: {},
  ...more,
});

function advance(input: Partial<RunInput> & Pick<RunInput, 'plan' | 'state'>): RunOutcome & { sent: number } {
  const generator = run({
    enrolmentId: 'mine',
    applicationId: null,
    facts: facts(),
    events: [],
    now,
    paused: false,
    ...input,
  });
  let sent = 0;
  let next = generator.next();
  while (!next.done) {
    if (next.value.effect === 'email.send') sent++;
    next = generator.next(decide(next.value, world, input.now ?? now));
  }
  return { ...next.value, sent };
}

const started = (plan: RunInput['plan']): RunState =>
  begin(plan, { triggerNode: 'start', now, seq: 1, event: null, because: [], timeZone: 'Europe/Lisbon' })
    .state;

const asking = compile(
  flow([
    { id: 'mail', type: 'send-email', data: { templateId: 't' } },
    {
      id: 'answer',
      type: 'wait-for',
      data: { event: 'message.replied', timeout: 'P14D' },
      to: { timeout: 'done' },
    },
    { id: 'warm', type: 'add-tag', data: { tag: 'warm' } },
  ]),
  pins,
);

test('a stored event beats a timeout that was not yet taken, however late the run is moved', () => {
  const waiting = advance({ plan: asking, state: started(asking) });
  const late = now + 40 * 24 * hour;
  const reply = event(2, 'message.replied', { at: now + 20 * 24 * hour });
  const moved = advance({ plan: asking, state: waiting.state, events: [reply], now: late });
  expect(moved.steps.map((step) => [step.node, step.port])).toEqual([
    ['answer', 'event'],
    ['warm', 'next'],
    ['done', null],
  ]);
});

test('a reply to someone else’s message does not count, unless the wait says so', () => {
  const waiting = advance({ plan: asking, state: started(asking) });
  const foreign = event(2, 'message.replied', { enrolmentId: 'other' });
  expect(advance({ plan: asking, state: waiting.state, events: [foreign] }).state.node).toBe('answer');

  const anyone = compile(
    flow([
      { id: 'answer', type: 'wait-for', data: { event: 'message.replied', timeout: 'P1D', scope: 'anyone' } },
    ]),
    pins,
  );
  const open = advance({ plan: anyone, state: started(anyone) });
  expect(advance({ plan: anyone, state: open.state, events: [foreign] }).end?.status).toBe('ended');
});

test('a reply to the last email does not answer the next one', () => {
  const two = compile(
    flow([
      { id: 'first', type: 'send-email', data: { templateId: 't' } },
      { id: 'breathe', type: 'wait', data: { for: 'PT1H' } },
      { id: 'second', type: 'send-email', data: { templateId: 't' } },
      { id: 'answer', type: 'wait-for', data: { event: 'message.replied', timeout: 'P1D' } },
    ]),
    pins,
  );
  const waiting = advance({ plan: two, state: started(two) });
  const heard = advance({ plan: two, state: waiting.state, events: [event(2, 'message.replied')] });
  expect(heard.state.heard).toHaveLength(1);
  const after = advance({ plan: two, state: heard.state, now: now + hour });
  expect(after).toMatchObject({ sent: 1, state: { node: 'answer', heard: [] } });
});

test('the event that resolves a wait leaves the later ones to the next wait', () => {
  const pair = compile(
    flow([
      { id: 'tagged', type: 'wait-for', data: { event: 'candidate.tagged', timeout: 'P1D' } },
      { id: 'joined', type: 'wait-for', data: { event: 'pool.joined', timeout: 'P1D' } },
    ]),
    pins,
  );
  const waiting = advance({ plan: pair, state: started(pair) });
  const inOrder = [event(2, 'candidate.tagged'), event(3, 'pool.joined')];
  expect(advance({ plan: pair, state: waiting.state, events: inOrder }).end?.status).toBe('ended');
  const reversed = [event(2, 'pool.joined'), event(3, 'candidate.tagged')];
  expect(advance({ plan: pair, state: waiting.state, events: reversed }).state.node).toBe('joined');
});

test('an exit among the unseen events comes before what the run waits for', () => {
  const waiting = advance({ plan: asking, state: started(asking) });
  const both = advance({
    plan: asking,
    state: waiting.state,
    events: [event(2, 'message.replied'), event(3, 'candidate.hired')],
  });
  expect(both.end).toEqual({ status: 'exited', reason: 'exit:candidate.hired', eventId: 'event-3' });
  expect(both.steps).toMatchObject([
    { node: 'answer', outcome: 'skipped', port: null, detail: { kind: 'left' } },
  ]);
});

test('an event that is both goal and exit converts', () => {
  const hiring = compile(
    flow([{ id: 'wait', type: 'wait', data: { for: 'P9D' } }], {
      goal: { events: ['candidate.hired'], window: 'P30D' },
    }),
    pins,
  );
  const waiting = advance({ plan: hiring, state: started(hiring) });
  const hired = advance({ plan: hiring, state: waiting.state, events: [event(2, 'candidate.hired')] });
  expect(hired.end?.status).toBe('converted');
  expect(hired.state.goal).toEqual({ eventId: 'event-2', at: now });
});

test('a goal outside its window is no goal', () => {
  const replying = compile(
    flow([{ id: 'wait', type: 'wait', data: { for: 'P90D' } }], {
      goal: { events: ['message.replied'], window: 'P7D' },
    }),
    pins,
  );
  const waiting = advance({ plan: replying, state: started(replying) });
  const reply = event(2, 'message.replied', { at: now + 8 * 24 * hour });
  const late = advance({ plan: replying, state: waiting.state, events: [reply], now: reply.at });
  expect(late).toMatchObject({ end: null, state: { goal: null } });
});

test('another application’s events do not end this run', () => {
  const waitOnly = compile(
    flow([{ id: 'wait', type: 'wait', data: { for: 'P9D' } }], { exitOn: ['application.rejected'] }),
    pins,
  );
  const mine = {
    plan: waitOnly,
    applicationId: 'application-1',
    facts: facts({}, { application: application() }),
  };
  const { state } = advance({ ...mine, state: started(waitOnly) });
  expect(
    advance({
      ...mine,
      state,
      events: [event(2, 'application.rejected', { applicationId: 'application-2' })],
    }).end,
  ).toBeNull();
  expect(
    advance({
      ...mine,
      state,
      events: [event(2, 'application.rejected', { applicationId: 'application-1' })],
    }).end?.status,
  ).toBe('exited');
});

test('a failed step blocks until it is tried again, as another visit', () => {
  const broken = compile(flow([{ id: 'pool', type: 'add-to-pool', data: { poolId: 'gone' } }]), pins);
  const blocked = advance({ plan: broken, state: started(broken) });
  expect(blocked).toMatchObject({
    wakeAt: null,
    state: { status: 'blocked', problem: { node: 'pool', visit: 1, code: 'pool-gone' } },
  });
  const still = advance({ plan: broken, state: blocked.state, now: now + hour });
  expect(still.steps).toEqual([]);
  expect(advance({ plan: broken, state: retry(blocked.state) }).steps).toMatchObject([
    { node: 'pool', visit: 2 },
  ]);
});

test('a cursor on a node that the plan does not have blocks rather than losing the candidate', () => {
  const lost = advance({ plan: asking, state: { ...started(asking), node: 'nowhere' } });
  expect(lost.state).toMatchObject({ status: 'blocked', problem: { code: 'node-gone' } });
});

test('an op that cannot be worked out or is of another version blocks, and says so', () => {
  const broken = { ...asking, ops: { wait: { op: 'sleep' as const, for: 'soon', next: 'done' } } };
  const stuck = advance({ plan: broken, state: { ...started(asking), node: 'wait' } });
  expect(stuck.state).toMatchObject({ status: 'blocked', problem: { code: 'step-broken' } });
  const strange = { ...asking, ops: { odd: { op: 'teleport' } as never } };
  const unknown = advance({ plan: strange, state: { ...started(asking), node: 'odd' } });
  expect(unknown.state).toMatchObject({ status: 'blocked', problem: { code: 'step-unknown' } });
  const inherited = advance({ plan: asking, state: { ...started(asking), node: 'constructor' } });
  expect(inherited.state).toMatchObject({ status: 'blocked', problem: { code: 'node-gone' } });
});

test('what a run’s own steps did is no answer to it, whichever call gives it back', () => {
  const tagged = compile(
    flow([{ id: 'answer', type: 'wait-for', data: { event: 'candidate.tagged', timeout: 'P1D' } }]),
    pins,
  );
  const own = event(2, 'candidate.tagged', { enrolmentId: 'mine' });
  const waiting = advance({ plan: tagged, state: started(tagged), events: [own] });
  expect(waiting.state.node).toBe('answer');
  const foreign = event(3, 'candidate.tagged', { enrolmentId: 'another' });
  expect(advance({ plan: tagged, state: waiting.state, events: [foreign] }).end?.status).toBe('ended');
});

test('a reply heard before a merge, under another count, hides nothing from the next wait', () => {
  const plan = compile(
    flow([
      { id: 'first', type: 'wait-for', data: { event: 'message.replied', timeout: 'P1D' } },
      { id: 'second', type: 'wait-for', data: { event: 'pool.joined', timeout: 'P1D' } },
    ]),
    pins,
  );
  const merged = { ...started(plan), seenSeq: 10, heard: [event(50, 'message.replied')] };
  const waiting = advance({ plan, state: merged });
  expect(waiting.state.node).toBe('second');
  const joined = advance({ plan, state: waiting.state, events: [event(11, 'pool.joined')] });
  expect(joined.end?.status).toBe('ended');
});

describe('a wait in a loop', () => {
  const loop = compile(
    flow([
      {
        id: 'moved',
        type: 'wait-for',
        data: { event: 'application.stage-changed', timeout: 'P7D' },
        to: { timeout: 'done' },
      },
      { id: 'note', type: 'add-tag', data: { tag: 'moved' }, to: { next: 'moved' } },
    ]),
    pins,
  );
  const minute = 60_000;

  test('lasts a minute at least, also where its event comes at once', () => {
    const waiting = advance({ plan: loop, state: started(loop) });
    const moves = [event(2, 'application.stage-changed')];
    const answered = advance({ plan: loop, state: waiting.state, events: moves, now: now + 1 });
    expect(answered).toMatchObject({ steps: [], wakeAt: now + minute, state: { node: 'moved' } });
    const again = advance({ plan: loop, state: answered.state, events: moves, now: now + 1 });
    expect(again.state).toEqual(answered.state);
    const round = advance({ plan: loop, state: answered.state, events: moves, now: now + minute });
    expect(round.steps.map((step) => `${step.node} ${step.port}`)).toEqual(['moved event', 'note next']);
    expect(round).toMatchObject({ state: { node: 'moved', visits: { moved: 1, note: 1 } } });
    expect(round.wakeAt).toBeGreaterThan(now + 2 * minute);
  });

  test('can be left at once', () => {
    const waiting = advance({ plan: loop, state: started(loop) });
    const moves = [event(2, 'application.stage-changed')];
    const answered = advance({ plan: loop, state: waiting.state, events: moves, now: now + 1 });
    const hired = [...moves, event(3, 'candidate.hired')];
    expect(advance({ plan: loop, state: answered.state, events: hired, now: now + 2 }).end?.status).toBe(
      'exited',
    );
  });

  test('keeps what came when the run was moved too late', () => {
    const waiting = advance({ plan: loop, state: started(loop) });
    const late = now + 30 * 24 * hour;
    const moved = advance({
      plan: loop,
      state: waiting.state,
      events: [event(2, 'application.stage-changed', { at: late })],
      now: late,
    });
    expect(moved.steps[0]).toMatchObject({ node: 'moved', port: 'event' });
  });
});

test('more than 200 steps in a row are done in several calls', () => {
  const many = compile(
    flow(
      Array.from({ length: 450 }, (_, index) => ({
        id: `tag-${index}`,
        type: 'add-tag',
        data: { tag: `t${index}` },
      })),
    ),
    pins,
  );
  let state = started(many);
  const counts: number[] = [];
  for (let calls = 0; calls < 3; calls++) {
    const moved = advance({ plan: many, state });
    counts.push(moved.steps.length);
    if (calls < 2) expect(moved.wakeAt).toBe(now);
    state = moved.state;
  }
  expect(counts).toEqual([200, 200, 51]);
  expect(state.status).toBe('ended');
});

test('a split sends one candidate the same way whenever asked, and many in proportion', () => {
  const plan = {
    ...asking,
    ops: {
      split: {
        op: 'split' as const,
        arms: [
          { port: 'a', weight: 3, next: 'done' },
          { port: 'b', weight: 1, next: 'done' },
        ],
      },
      done: { op: 'end' as const },
    },
  };
  const way = (enrolmentId: string) =>
    advance({ plan, state: { ...started(asking), node: 'split' }, enrolmentId }).steps[0]?.port;
  expect(way('enrolment-7')).toBe(way('enrolment-7'));
  const a = Array.from({ length: 1000 }, (_, index) => way(`enrolment-${index}`)).filter(
    (port) => port === 'a',
  ).length;
  expect(a).toBeGreaterThan(700);
  expect(a).toBeLessThan(800);
});

describe('a step that needs an answer to what it did', () => {
  const plan: RunInput['plan'] = {
    ...asking,
    ops: {
      ask: {
        op: 'effect',
        effect: 'candidate.tag',
        input: { tag: 'asked' },
        next: 'done',
        port: 'had it',
        answer: {
          event: 'task.answered',
          ports: { approved: 'warm', declined: 'done' },
          timeout: 'P2D',
          onTimeout: 'done',
        },
      },
      warm: { op: 'effect', effect: 'candidate.tag', input: { tag: 'warm' }, next: 'done' },
      done: { op: 'end' },
    },
  };
  const start = { ...started(asking), node: 'ask' };
  const answer = (seq: number, data: Record<string, unknown>, more: Partial<RunEvent> = {}) =>
    event(seq, 'task.answered', {
      enrolmentId: 'mine',
      data: { node: 'ask', visit: 1, outcome: 'approved', ...data },
      ...more,
    });
  const told = (outcome: RunOutcome) =>
    outcome.steps.map((step) => [step.node, step.port, step.detail.result]);

  test('does it once, waits, and leaves by the port that the answer names', () => {
    const waiting = advance({ plan, state: start });
    expect(waiting.steps).toEqual([]);
    expect(waiting.state.wait).toMatchObject({ kind: 'answer', event: 'task.answered', visit: 1 });
    expect(waiting.wakeAt).toBe(now + 48 * hour);
    const again = advance({ plan, state: waiting.state, now: now + hour });
    expect(again.state).toEqual(waiting.state);
    const moved = advance({ plan, state: waiting.state, events: [answer(9, {})], now: now + hour });
    expect(told(moved)).toEqual([
      ['ask', 'approved', 'done'],
      ['warm', 'next', 'done'],
      ['done', null, undefined],
    ]);
  });

  test('hears no answer to another visit, node or run, and none that it does not know', () => {
    const waiting = advance({ plan, state: start });
    const others = [
      answer(9, { visit: 2 }),
      answer(10, { node: 'warm' }),
      answer(11, {}, { enrolmentId: 'theirs' }),
      answer(12, { outcome: 'perhaps' }),
    ];
    const moved = advance({ plan, state: waiting.state, events: others, now: now + hour });
    expect(moved.state.node).toBe('ask');
  });

  test('goes on by its timeout when nobody answers, though an answer that was stored in time counts', () => {
    const waiting = advance({ plan, state: start });
    const late = now + 72 * hour;
    expect(told(advance({ plan, state: waiting.state, now: late }))[0]).toEqual(['ask', 'timeout', 'done']);
    const stored = advance({
      plan,
      state: waiting.state,
      events: [answer(9, { outcome: 'declined' })],
      now: late,
    });
    expect(told(stored)[0]).toEqual(['ask', 'declined', 'done']);
  });

  test('asks nothing where there was nothing to do', () => {
    const tagged = facts({ tags: ['asked'] });
    const moved = advance({ plan, state: start, facts: tagged });
    expect(told(moved)[0]).toEqual(['ask', 'had it', 'unchanged']);
  });

  test('leaves a row of what it did when the run is left before the answer', () => {
    const waiting = advance({ plan, state: start });
    const hired = event(9, 'candidate.hired');
    const left = advance({ plan, state: waiting.state, events: [hired], now: now + hour });
    expect(left.end).toMatchObject({ status: 'exited' });
    expect(left.steps[0]).toMatchObject({
      node: 'ask',
      outcome: 'skipped',
      detail: { did: { result: 'done' } },
    });
  });
});
