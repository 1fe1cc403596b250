import { expect, test } from 'vitest';
import type { Problem } from '../../engine/flow/problem.ts';
import { type FlowWorld, findProblems } from '../../engine/flow/problems.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { compile, InvalidFlow } from '../../engine/plan/compile.ts';
import * as calendar from '../../engine/time/recurrence.ts';
import { type Drawn, flow } from '../contract/flows.ts';

const world: FlowWorld = {
  templates: [
    {
      id: 't',
      name: 'Thanks',
      subject: 'Hello {{ candidate.firstName | default: "there" }}',
      body: 'Thank you.',
    },
    {
      id: 'gaps',
      name: 'Gaps',
      subject: 'Hello {{ candidate.firstName }}',
      body: '{{ candidate.shoeSize }}',
    },
    { id: 'broken', name: 'Broken', subject: 'Hello', body: '{% if %}' },
    { id: 'applied', name: 'Applied', subject: 'Applied', body: '{{ application.appliedAt | date: "%d" }}' },
  ],
  pools: [{ id: 'p', name: 'Silver medallists' }],
  jobs: [{ id: 'j', title: 'Engineer' }],
  people: [],
  flows: [],
  stages: ['Phone screen', 'Hired'],
};

const told = (problems: Problem[]) =>
  problems.map((each) => [each.code, each.node, each.field].filter((part) => part !== null).join(' '));
const of = (steps: Drawn[], settings = {}) => told(findProblems(flow(steps, settings), world));
const applied: Drawn = { id: 'start', type: 'application-received' };
const wait: Drawn = { id: 'wait', type: 'wait', data: { for: 'P1D' } };
const mail: Drawn = { id: 'mail', type: 'send-email', data: { templateId: 't' } };
const tag: Drawn = { id: 'tag', type: 'add-tag', data: { tag: 'warm' } };
const without = (graph: Graph, edge: string): Graph => ({
  ...graph,
  edges: graph.edges.filter((each) => each.id !== edge),
});
const withEdge = (graph: Graph, source: string, sourceHandle: string, target: string): Graph => ({
  ...graph,
  edges: [...graph.edges, { id: `${source}:${sourceHandle}:${target}`, source, sourceHandle, target }],
});

test('a flow as it should be has none', () => {
  expect(of([applied, mail, wait, tag])).toEqual([]);
});

test('a schedule that has come for the last time is said so, to the minute and by the workspace’s clock', () => {
  const start: Drawn = {
    id: 'start',
    type: 'schedule',
    data: { rule: 'FREQ=DAILY;COUNT=2', start: '2026-11-23', at: '09:00', poolId: 'p' },
  };
  const at = (now: string) =>
    told(
      findProblems(flow([start, tag]), {
        ...world,
        now: { at: Date.parse(now), timeZone: 'Pacific/Auckland', calendar },
      }),
    );
  // 9:00 on the 24th in Auckland is 20:00 on the 23rd in London.
  expect(at('2026-11-23T19:59:00Z')).toEqual([]);
  expect(at('2026-11-23T20:00:00Z')).toEqual(['recurrence-over start rule']);
  expect(of([start, tag]), 'where nobody says what time it is').toEqual([]);
});

test('a pool in the archive is said by its name, wherever the flow uses it: a step, a trigger, a condition', () => {
  const pools = [{ id: 'p', name: 'Silver medallists', isArchived: true }];
  const steps: Drawn[] = [
    { id: 'start', type: 'joined-pool', data: { poolId: 'p' } },
    { id: 'in', type: 'add-to-pool', data: { poolId: 'p' } },
    {
      id: 'which',
      type: 'branch',
      data: { cases: [{ port: 'in', when: { field: 'candidate.pools', op: 'any-of', value: ['p'] } }] },
    },
  ];
  const found = findProblems(flow(steps), { ...world, pools }).filter(({ code }) => code.startsWith('pool-'));
  expect(told(found)).toEqual([
    'pool-archived start poolId',
    'pool-archived in poolId',
    'pool-archived which cases',
  ]);
  expect(found[0]?.message).toBe(
    '“Silver medallists” is in the archive. Take it out of there, or choose another pool.',
  );
  const gone = findProblems(flow(steps), { ...world, pools: [] }).filter(({ code }) =>
    code.startsWith('pool-'),
  );
  expect(new Set(gone.map(({ code }) => code))).toEqual(new Set(['pool-missing']));
});

test('the drawing: ports, edges, triggers, ways', () => {
  const plain = flow([applied, tag, wait]);
  const problems = (graph: Graph) => told(findProblems(graph, world));
  expect(problems(without(plain, 'tag:next'))).toEqual([
    'port-unconnected tag',
    'node-unreachable wait',
    'node-unreachable done',
  ]);
  expect(problems(withEdge(plain, 'tag', 'next', 'done'))).toEqual(['port-overconnected tag']);
  expect(problems(withEdge(plain, 'tag', 'other', 'done'))).toEqual(['edge-from-unknown-port tag']);
  expect(problems(withEdge(without(plain, 'wait:next'), 'wait', 'next', 'gone'))).toEqual([
    'edge-to-nothing wait',
    'node-unreachable done',
  ]);
  expect(problems(withEdge(plain, 'gone', 'next', 'done'))).toEqual(['edge-from-nothing done']);
  expect(problems(withEdge(without(plain, 'wait:next'), 'wait', 'next', 'start'))).toContain(
    'edge-into-trigger start',
  );
  expect(problems({ ...plain, nodes: plain.nodes.slice(1), edges: plain.edges.slice(1) })).toEqual([
    'no-trigger',
  ]);
  expect(problems({ ...plain, nodes: [...plain.nodes, ...plain.nodes.slice(1, 2)] })).toEqual([
    'node-repeated tag',
  ]);
  expect(problems({ ...plain, edges: plain.edges.map((edge) => ({ ...edge, id: 'same' })) })).toEqual([
    'edge-repeated',
    'edge-repeated',
  ]);
  expect(of([applied, { id: 'odd', type: 'teleport' }])).toContain('node-unknown odd');
});

test('a loop needs a wait, and one of at least a minute', () => {
  expect(
    of([applied, tag, { id: 'again', type: 'add-tag', data: { tag: 'met' }, to: { next: 'tag' } }]),
  ).toContain('cycle-without-wait again');
  const answer = (timeout: string): Drawn => ({
    id: 'answer',
    type: 'wait-for',
    data: { event: 'message.replied', timeout },
    to: { event: 'done', timeout: 'mail' },
  });
  expect(of([applied, mail, answer('PT59S')])).toEqual(['cycle-wait-short answer timeout']);
  expect(of([applied, mail, answer('PT1M')])).toEqual([]);
});

test('what steps were told', () => {
  expect(of([applied, { id: 'x', type: 'wait', data: { for: 'three days' } }])).toEqual([
    'duration-bad x for',
  ]);
  expect(of([applied, { id: 'x', type: 'wait' }])).toEqual(['field-missing x for']);
  expect(of([applied, { id: 'x', type: 'add-tag', data: { tag: '  ' } }])).toEqual(['field-missing x tag']);
  expect(of([applied, { id: 'x', type: 'add-tag', data: { tag: 7 } }])).toEqual(['field-bad x tag']);
  expect(of([applied, { id: 'x', type: 'branch', data: { cases: [] } }])).toEqual(['cases-missing x cases']);
  expect(
    of([applied, { id: 'x', type: 'wait-for', data: { event: 'message.shouted', timeout: 'P1D' } }]),
  ).toContain('event-unknown x event');
  expect(of([{ id: 'start', type: 'joined-pool' }, tag])).toEqual(['field-missing start poolId']);
  expect(of([applied, tag], { exitOn: ['weather.changed'] })).toEqual(['exit-event-unknown settings.exitOn']);
  expect(of([applied, tag], { goal: { events: ['rain'], window: 'P1D' } })).toEqual([
    'goal-event-unknown settings.goal',
  ]);
});

test('two cases of a branch cannot have one port, and none can be “else”', () => {
  const when = { field: 'candidate.tags', op: 'contains', value: 'warm' };
  const choose = (ports: string[]): Drawn => ({
    id: 'x',
    type: 'branch',
    data: { cases: ports.map((port) => ({ port, when })) },
  });
  expect(of([applied, choose(['a', 'a'])])).toContain('port-repeated x cases');
  expect(of([applied, choose(['else'])])).toContain('port-reserved x cases');
});

test.each([
  [{ field: 'candidate.shoeSize', op: 'is', value: '9' }, 'condition-field-unknown'],
  [{ field: 'candidate.tags', op: 'greater', value: 3 }, 'condition-operator-unknown'],
  [{ field: 'candidate.tags', op: 'contains' }, 'condition-value-missing'],
  [{ field: 'candidate.tags', op: 'contains', value: 3 }, 'condition-value-bad'],
  [{ field: 'candidate.status', op: 'is', value: 'asleep' }, 'condition-value-bad'],
  [{ field: 'candidate.createdAt', op: 'within-last', value: 'a while' }, 'condition-value-bad'],
  [{ field: 'candidate.createdAt', op: 'before', value: 'yesterday' }, 'condition-value-bad'],
  [{ field: 'candidate.pools', op: 'contains', value: 'gone' }, 'pool-missing'],
  [{ field: 'event.url', op: 'contains', value: 'jobs' }, 'condition-event-absent'],
  [{ all: [] }, 'condition-empty'],
  [
    { all: [{ field: 'candidate.tags', op: 'contains', value: 'warm' }, { not: { any: [] } }] },
    'condition-empty',
  ],
])('a branch that asks %j: %s', (when, code) => {
  expect(of([applied, { id: 'x', type: 'branch', data: { cases: [{ port: 'a', when }] } }])).toEqual([
    `${code} x cases`,
  ]);
});

test('what the workspace does not have', () => {
  expect(of([applied, { id: 'x', type: 'send-email', data: { templateId: 'gone' } }])).toEqual([
    'template-missing x templateId',
  ]);
  expect(of([applied, { id: 'x', type: 'add-to-pool', data: { poolId: 'gone' } }])).toEqual([
    'pool-missing x poolId',
  ]);
  expect(of([applied, { id: 'x', type: 'move-stage', data: { stage: 'Limbo' } }])).toEqual([
    'stage-missing x stage',
  ]);
  expect(of([{ ...applied, data: { jobId: 'gone' } }, tag])).toEqual(['job-missing start jobId']);
});

test('a pool that is gone, in what the flow is left or counted by', () => {
  const gone = { field: 'candidate.pools', op: 'contains', value: 'gone' };
  const goal = { events: ['pool.joined'], when: gone, window: 'P30D', exit: true };
  expect(of([tag], { exitWhen: gone, goal })).toEqual([
    'pool-missing settings.exitWhen',
    'pool-missing settings.goal',
  ]);
});

test('templates that cannot be filled', () => {
  expect(of([applied, { id: 'x', type: 'send-email', data: { templateId: 'gaps' } }])).toEqual([
    'variable-unknown x templateId',
    'variable-may-be-empty x templateId',
  ]);
  expect(of([applied, { id: 'x', type: 'send-email', data: { templateId: 'broken' } }])).toEqual([
    'template-broken x templateId',
  ]);
  expect(of([applied, { id: 'x', type: 'send-email', data: { templateId: 'applied' } }])).toEqual([]);
  expect(of([{ id: 'x', type: 'send-email', data: { templateId: 'applied' } }])).toEqual([
    'variable-may-be-empty x templateId',
  ]);
});

test('what needs an application, where the way has none', () => {
  const move: Drawn = { id: 'move', type: 'move-stage', data: { stage: 'Hired' } };
  const pooled: Drawn = { id: 'start', type: 'joined-pool', data: { poolId: 'p' } };
  const hired: Drawn = {
    id: 'hired',
    type: 'wait-for',
    data: { event: 'application.hired', timeout: 'P1D' },
  };
  expect(of([applied, move])).toEqual([]);
  expect(of([pooled, move, hired])).toEqual(['application-needed move', 'application-needed hired']);
  const byHand = findProblems(flow([{ id: 'start', type: 'manual' }, move]), world);
  expect(byHand).toMatchObject([{ code: 'application-uncertain', severity: 'warning' }]);
});

test('waiting for an answer needs an email before it', () => {
  const answer: Drawn = {
    id: 'answer',
    type: 'wait-for',
    data: { event: 'message.replied', timeout: 'P1D' },
  };
  expect(of([applied, answer])).toEqual(['message-wait-without-email answer']);
  expect(of([applied, { ...answer, data: { ...answer.data, scope: 'anyone' } }])).toEqual([]);
  const when = { field: 'candidate.tags', op: 'contains', value: 'warm' };
  const choose: Drawn = {
    id: 'x',
    type: 'branch',
    data: { cases: [{ port: 'a', when }] },
    to: { a: 'mail', else: 'answer' },
  };
  expect(of([applied, choose, mail, answer])).toEqual(['message-wait-perhaps-without-email answer']);
});

test('sentences name the step as the recruiter knows it', () => {
  const [first] = findProblems(without(flow([applied, mail, wait]), 'wait:next'), world);
  expect(first?.message).toBe('“Wait 1 day” leads nowhere. Connect it to the next step.');
});

test('what cannot be drawn cannot be compiled, and says why', () => {
  const graph = without(flow([applied, tag]), 'tag:next');
  expect(() => compile(graph, { templates: {} })).toThrow(InvalidFlow);
  expect(() => compile(flow([applied, mail]), { templates: {} })).toThrow('This template is gone');
});

test('the plan’s hash tells what a flow does, not how it is drawn', () => {
  const graph = flow([applied, tag]);
  const moved = {
    ...graph,
    name: 'Another name',
    nodes: graph.nodes.map((node) => ({ ...node, position: { x: 7, y: 7 } })),
  };
  const hash = compile(graph, { templates: {} }).hash;
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(compile(moved, { templates: {} }).hash).toBe(hash);
  expect(compile(flow([applied, { ...tag, data: { tag: 'cold' } }]), { templates: {} }).hash).not.toBe(hash);
});
