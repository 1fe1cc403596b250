import { expect, test } from 'vitest';
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
