/** Goals that a run jumps to, exits, repetitions and lots. */
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../engine/events.ts';
import { namesFrom, noNames } from '../../engine/flow/describe.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { begin } from '../../engine/run/begin.ts';
import { explainStep } from '../../engine/run/explain.ts';
import { forecast } from '../../engine/run/forecast.ts';
import { run } from '../../engine/run/run.ts';
import type { RunInput, RunOutcome, RunState } from '../../engine/run/state.ts';
import { simulate } from '../../engine/simulate/simulate.ts';
import { decide, type SimulatedWorld } from '../../engine/simulate/world.ts';
import { type Drawn, flow } from '../contract/flows.ts';
import { facts, now } from './people.ts';

const day = 86_400_000;
const world: SimulatedWorld = {
  templates: [{ id: 't', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
  pools: [],
  stages: [],
};
const workspace = { ...world, jobs: [], people: [], flows: [], stages: [] };
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

function advance(input: Partial<RunInput> & Pick<RunInput, 'plan' | 'state'>): RunOutcome {
  const given = { enrolmentId: 'mine', applicationId: null, facts: facts(), events: [], now, paused: false };
  const generator = run({ ...given, ...input });
  let next = generator.next();
  while (!next.done) next = generator.next(decide(next.value, world, input.now ?? now));
  return next.value;
}

const started = (plan: RunInput['plan']): RunState =>
  begin(plan, { triggerNode: 'start', now, seq: 1, event: null, because: [], timeZone: 'UTC' }).state;
const way = ({ steps }: Pick<RunOutcome, 'steps'>) =>
  steps.map(({ node, visit, outcome, port }) =>
    [`${node}${visit > 1 ? `#${visit}` : ''}`, port ?? (outcome === 'skipped' ? 'left' : '-')].join(' '),
  );
const codes = (graph: Graph) => findProblems(graph, workspace).map((each) => `${each.code} ${each.node}`);

const tag = (id: string): Drawn => ({ id, type: 'add-tag', data: { tag: id } });
const wait = (id: string, length = 'P3D'): Drawn => ({ id, type: 'wait', data: { for: length } });
const goal = (id: string, on: string, more: Record<string, unknown> = {}): Drawn => ({
  id,
  type: 'goal',
  data: { event: on, ...more },
});

/** A long way round; notes and bookings lead off it. */
const nurture = flow([
  wait('first'),
  tag('halfway'),
  { ...wait('second'), to: { next: 'done' } },
  goal('noted', 'note.added'),
  tag('thanked'),
  { ...wait('pause'), to: { next: 'done' } },
  goal('booked', 'interview.booked'),
  { ...tag('met'), to: { next: 'done' } },
]);
const plan = compile(nurture, pins);

describe('a goal', () => {
  test('needs nothing that leads to it', () => {
    expect(codes(nurture)).toEqual([]);
    expect(plan.goals).toEqual(['booked', 'noted']);
  });

  test('is jumped to from wherever the run stands, and the wait it stood in gets its row', () => {
    const waiting = advance({ plan, state: started(plan) });
    expect(waiting.state.node).toBe('first');
    const moved = advance({ plan, state: waiting.state, events: [event(5, 'note.added')], now: now + day });
    expect(way(moved)).toEqual(['first left', 'noted next', 'thanked next']);
    expect(moved.state).toMatchObject({ node: 'pause', status: 'open' });
    const [left, reached] = moved.steps;
    const told = (step: typeof left) =>
      step && explainStep({ ...step, nodeId: step.node }, null, noNames, 'UTC');
    expect(told(left)).toMatchObject({ title: 'Stopped waiting' });
    expect(told(left)?.reasons[0]?.text).toBe('Went to the goal: note added');
    expect(told(reached)).toMatchObject({ title: 'Reached the goal: note added' });
  });

  test('is jumped to once, however often it happens', () => {
    const waiting = advance({ plan, state: started(plan) });
    const at = now + day;
    const moved = advance({ plan, state: waiting.state, events: [event(5, 'note.added')], now: at });
    const again = advance({ plan, state: moved.state, events: [event(9, 'note.added')], now: at });
    expect(way(again)).toEqual([]);
    expect(again.state.node).toBe('pause');
  });

  test('is passed through by whoever comes step by step, and then leads nobody back', () => {
    const along = compile(flow([goal('noted', 'note.added'), wait('pause')]), pins);
    const waiting = advance({ plan: along, state: started(along) });
    expect(way(waiting)).toEqual(['noted next']);
    const [passed] = waiting.steps;
    expect(passed && explainStep({ ...passed, nodeId: 'noted' }, null, noNames, 'UTC').title).toBe(
      'Passed the goal',
    );
    const again = advance({ plan: along, state: waiting.state, events: [event(5, 'note.added')] });
    expect(way(again)).toEqual([]);
  });

  test('asks its condition of what has happened', () => {
    const when = { field: 'event.kind', op: 'is', value: 'call' };
    const picky = compile(
      flow([{ ...wait('first'), to: { next: 'done' } }, goal('g', 'note.added', { when })]),
      pins,
    );
    const waiting = advance({ plan: picky, state: started(picky) });
    const other = event(5, 'note.added', { data: { kind: 'mail' } });
    expect(way(advance({ plan: picky, state: waiting.state, events: [other] }))).toEqual([]);
    const call = event(6, 'note.added', { data: { kind: 'call' } });
    expect(way(advance({ plan: picky, state: waiting.state, events: [other, call] }))).toEqual([
      'first left',
      'g next',
      'done -',
    ]);
  });

  test('beats a deadline that has passed, and what the run would have done after it', () => {
    const waiting = advance({ plan, state: started(plan) });
    const late = advance({
      plan,
      state: waiting.state,
      events: [event(5, 'note.added')],
      now: now + 9 * day,
    });
    expect(way(late)).toEqual(['first left', 'noted next', 'thanked next']);
  });

  test('several that were reached while nobody looked are gone to one after the other', () => {
    const waiting = advance({ plan, state: started(plan) });
    const events = [event(5, 'note.added'), event(6, 'interview.booked')];
    const moved = advance({ plan, state: waiting.state, events, now: now + day });
    expect(way(moved)).toEqual([
      'first left',
      'noted next',
      'thanked next',
      'pause left',
      'booked next',
      'met next',
      'done -',
    ]);
  });

  test('is not reached while the flow is paused, but as soon as it goes on', () => {
    const waiting = advance({ plan, state: started(plan) });
    const events = [event(5, 'note.added')];
    const paused = advance({ plan, state: waiting.state, events, paused: true });
    expect(paused.state).toEqual(waiting.state);
    expect(way(advance({ plan, state: paused.state, events }))).toContain('noted next');
  });

  test('is reached once though its event came twice, and what came after that is still heard', () => {
    const twice = compile(
      flow([
        { ...wait('first'), to: { next: 'done' } },
        goal('noted', 'note.added'),
        { id: 'ask', type: 'wait-for', data: { event: 'custom.signed', timeout: 'P1D' } },
      ]),
      pins,
    );
    const waiting = advance({ plan: twice, state: started(twice) });
    const events = [event(5, 'note.added'), event(6, 'note.added'), event(7, 'custom.signed')];
    expect(way(advance({ plan: twice, state: waiting.state, events }))).toContain('ask event');
  });

  test('frees a run that is blocked', () => {
    const blocked = flow([
      { ...wait('first'), to: { next: 'move' } },
      { id: 'move', type: 'move-stage', data: { stage: 'Nowhere' }, to: { next: 'done' } },
      goal('noted', 'note.added'),
    ]);
    const made = compile(blocked, pins);
    const waiting = advance({ plan: made, state: started(made) });
    const stuck = advance({ plan: made, state: waiting.state, now: now + 9 * day });
    expect(stuck.state.status).toBe('blocked');
    const freed = advance({
      plan: made,
      state: stuck.state,
      events: [event(5, 'note.added')],
      now: now + 9 * day,
    });
    expect(way(freed)).toEqual(['noted next', 'done -']);
    expect(freed.state.problem).toBeNull();
  });

  test('is not reached by what the run’s own steps do, nor by another flow’s mail', () => {
    const own = compile(
      flow([
        tag('warm'),
        { ...wait('first'), to: { next: 'done' } },
        goal('g', 'candidate.tagged'),
        goal('h', 'message.replied'),
      ]),
      pins,
    );
    const waiting = advance({ plan: own, state: started(own) });
    expect(waiting.state.node).toBe('first');
    const events = [
      event(5, 'candidate.tagged', { enrolmentId: 'mine' }),
      event(6, 'message.replied', { enrolmentId: 'theirs' }),
    ];
    expect(way(advance({ plan: own, state: waiting.state, events }))).toEqual([]);
  });

  test('brings a run back to steps it has been to, as another visit of each', () => {
    const back = compile(
      flow([
        tag('greet'),
        { ...wait('first'), to: { next: 'done' } },
        { ...goal('noted', 'note.added'), to: { next: 'greet' } },
      ]),
      pins,
    );
    const waiting = advance({ plan: back, state: started(back) });
    const moved = advance({
      plan: back,
      state: waiting.state,
      events: [event(5, 'note.added')],
      now: now + day,
    });
    expect(way({ steps: [...waiting.steps, ...moved.steps] })).toEqual([
      'greet next',
      'first left',
      'noted next',
      'greet#2 next',
    ]);
  });

  test('stands in the forecast, as something that may happen', () => {
    const waiting = advance({ plan, state: started(plan) });
    const { steps } = forecast({
      plan,
      graph: nurture,
      state: waiting.state,
      facts: facts(),
      world,
      names: namesFrom(workspace),
      now,
      enrolmentId: 'mine',
    });
    const noted = steps.find((step) => step.node === 'noted');
    expect(noted).toMatchObject({ via: 'event', at: null, note: 'if note added' });
    expect(steps.find((step) => step.node === 'halfway')).toMatchObject({ at: now + 3 * day, via: 'time' });
  });

  test('brings candidates without an application to steps that need one', () => {
    const move: Drawn = { id: 'move', type: 'move-stage', data: { stage: 'Hired' }, to: { next: 'done' } };
    const drawn = (start: string) =>
      findProblems(
        flow([
          { id: 'start', type: start, data: { poolId: 'p' } },
          { ...wait('first'), to: { next: 'done' } },
          goal('noted', 'note.added'),
          move,
        ]),
        { ...workspace, pools: [{ id: 'p', name: 'P' }], stages: ['Hired'] },
      ).map((each) => each.code);
    expect(drawn('application-received')).toEqual([]);
    expect(drawn('joined-pool')).toEqual(['application-needed']);
    expect(drawn('manual')).toEqual(['application-uncertain']);
  });

  test('that counts answers needs an email in the flow, and may lead to a wait for one', () => {
    const mail: Drawn = { id: 'mail', type: 'send-email', data: { templateId: 't' } };
    const answer: Drawn = {
      id: 'answer',
      type: 'wait-for',
      data: { event: 'message.replied', timeout: 'P1D' },
    };
    const clicked = goal('clicked', 'message.clicked');
    expect(codes(flow([{ ...wait('first'), to: { next: 'done' } }, clicked]))).toEqual([
      'message-wait-without-email clicked',
    ]);
    const after = [{ ...wait('first'), to: { next: 'done' } }, clicked, answer];
    expect(codes(flow([mail, ...after]))).toEqual([]);
    expect(
      codes(flow([mail, { ...wait('first'), to: { next: 'done' } }, goal('noted', 'note.added'), answer])),
    ).toEqual(['message-wait-perhaps-without-email answer']);
  });
});

test('an exit leaves the flow for the reason that was written, and says so', () => {
  const graph = flow([
    {
      id: 'ask',
      type: 'branch',
      data: { cases: [{ port: 'no', when: { field: 'candidate.tags', op: 'contains', value: 'no' } }] },
      to: { no: 'out', else: 'done' },
    },
    { id: 'out', type: 'exit', data: { reason: 'Not interested' } },
  ]);
  expect(codes(graph)).toEqual([]);
  const told = simulate({ plan: compile(graph, pins), world, facts: facts({ tags: ['no'] }), start: now });
  expect(told.end).toEqual({ status: 'exited', reason: 'left:Not interested', eventId: null });
  const last = told.steps.at(-1);
  expect(last && explainStep({ ...last, nodeId: 'out' }, null, noNames, 'UTC')).toEqual({
    title: 'Left the flow',
    reasons: [{ mark: 'note', text: 'Not interested' }],
  });
});

test('a repetition leads back as often as it says, and then on', () => {
  const graph = flow([
    wait('rest', 'P1D'),
    tag('nudged'),
    { id: 'more', type: 'repeat', data: { times: 2 }, to: { again: 'rest' } },
  ]);
  const told = simulate({ plan: compile(graph, pins), world, facts: facts(), start: now });
  expect(way(told).filter((step) => step.startsWith('more'))).toEqual([
    'more again',
    'more#2 again',
    'more#3 done',
  ]);
  expect(told.at - now).toBe(3 * day);
  expect(told.end?.status).toBe('ended');
});

test('a repetition that leads on instead of back is worth a warning', () => {
  const graph = flow([wait('rest'), { id: 'more', type: 'repeat', data: { times: 2 } }]);
  expect(findProblems(graph, workspace)).toMatchObject([
    {
      code: 'repeat-leads-on',
      severity: 'warning',
      message: '“Repeat twice” repeats nothing: “Again” does not lead back to an earlier step.',
    },
  ]);
});

describe('lots', () => {
  const arms = [
    { port: 'a', label: 'Short', weight: 3 },
    { port: 'b', label: 'Long', weight: 1 },
    { port: 'c', label: 'Never', weight: 0 },
  ];
  const split = compile(flow([{ id: 'by', type: 'split', data: { arms } }]), pins);
  const portFor = (made: RunInput['plan'], enrolmentId: string, candidateId: string) =>
    simulate({ plan: made, world, facts: facts({ id: candidateId }), start: now, enrolmentId }).steps.find(
      (step) => step.node === 'by',
    );
  const many = Array.from({ length: 2000 }, (_, n) => `one-${n}`);

  test('fall by the weights, the same way whenever asked', () => {
    const drawn = many.map((id) => portFor(split, id, 'same')?.port);
    const share = (port: string) => drawn.filter((each) => each === port).length / many.length;
    expect(share('a')).toBeCloseTo(0.75, 1);
    expect(share('b')).toBeCloseTo(0.25, 1);
    expect(share('c')).toBe(0);
    expect(many.map((id) => portFor(split, id, 'same')?.port)).toEqual(drawn);
    const step = portFor(split, 'one-1', 'same');
    expect(step && explainStep({ ...step, nodeId: 'by' }, null, noNames, 'UTC').title).toMatch(
      /^Took “(Short|Long)”$/,
    );
  });

  test('hold a candidate out each time she enters, or never', () => {
    const held = compile(flow([{ id: 'by', type: 'holdout', data: { share: 20 } }]), pins);
    const drawn = many.map((id) => portFor(held, 'once', id)?.port);
    expect(drawn.filter((port) => port === 'out').length / many.length).toBeCloseTo(0.2, 1);
    expect(many.map((id) => portFor(held, 'again', id)?.port)).toEqual(drawn);
  });
});

test('a flow that starts itself is worth a warning', () => {
  const graph = flow([{ id: 'go', type: 'run-flow', data: { flowId: 'me' } }]);
  const known = { ...workspace, flows: [{ id: 'me', name: 'Nurture' }] };
  expect(findProblems(graph, { ...known, self: 'another' })).toEqual([]);
  expect(findProblems(graph, { ...known, self: 'me' })).toMatchObject([
    {
      code: 'flow-starts-itself',
      severity: 'warning',
      node: 'go',
      field: 'flowId',
      message: '“Run “Nurture”” starts this very flow, so whoever comes here may go round again.',
    },
  ]);
});
