import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noNames } from '../../engine/flow/describe.ts';
import { compile } from '../../engine/plan/compile.ts';
import { explainStep } from '../../engine/run/explain.ts';
import { forecast } from '../../engine/run/forecast.ts';
import { SimulatedEnrolment } from '../../engine/simulate/enrolment.ts';
import { simulate } from '../../engine/simulate/simulate.ts';
import type { SimulatedWorld } from '../../engine/simulate/world.ts';
import { flow } from '../contract/flows.ts';
import { pins, validGraph } from './graphs.ts';
import { application, facts, now } from './people.ts';

const world: SimulatedWorld = {
  templates: [{ id: 'template-1', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
  pools: [{ id: 'pool-1', name: 'Silver medallists' }],
  stages: [],
  suppressed: 'Asked on 3 March not to be written to',
};
const ines = facts({}, { application: application() });
const day = 86_400_000;

test('what was not done says why', () => {
  const graph = flow([
    { id: 'mail', type: 'send-email', data: { templateId: 'template-1' } },
    { id: 'pool', type: 'add-to-pool', data: { poolId: 'gone' } },
  ]);
  const { steps } = simulate({ plan: compile(graph, pins), world, facts: ines, start: now });
  const explained = steps
    .slice(1)
    .map((step) => explainStep({ ...step, nodeId: step.node }, null, noNames, 'UTC'));
  expect(explained).toEqual([
    {
      title: 'Did not send “Thanks”',
      reasons: [{ mark: 'no', text: 'Asked on 3 March not to be written to' }],
    },
    { title: 'Could not add to “a pool that is gone”', reasons: [{ mark: 'no', text: 'The pool is gone' }] },
  ]);
});

test('whoever leaves while waiting is told to have left, and why', () => {
  const plan = compile(flow([{ id: 'wait', type: 'wait', data: { for: 'P3D' } }]), pins);
  const { steps } = simulate({
    plan,
    world,
    facts: ines,
    start: now,
    events: [{ at: now + day, type: 'candidate.hired' }],
  });
  const last = steps.at(-1);
  expect(last && explainStep({ ...last, nodeId: 'wait' }, null, noNames, 'Europe/Lisbon')).toEqual({
    title: 'Stopped waiting',
    reasons: [
      { mark: 'note', text: 'Left the flow: hired' },
      { mark: 'note', text: 'Would have waited to Thu 26 Nov, 14:32 (Lisbon)' },
    ],
  });
});

test('every row of any simulated run explains itself', () => {
  fc.assert(
    fc.property(validGraph, (graph) => {
      const { steps } = simulate({
        plan: compile(graph, pins),
        world,
        facts: ines,
        start: now,
        until: now + 30 * day,
      });
      for (const step of steps) {
        const explained = explainStep({ ...step, nodeId: step.node }, null, noNames, 'UTC');
        expect(explained.title).not.toMatch(/undefined|null|NaN/);
        for (const { text } of explained.reasons) expect(text).not.toMatch(/undefined|null|NaN/);
      }
    }),
    { numRuns: 60 },
  );
});

test('a row that no version would write still has its title', () => {
  const odd = {
    nodeId: 'n',
    outcome: 'passed',
    port: null,
    detail: { kind: 'branch', cases: 'none' },
  } as const;
  expect(explainStep(odd, { type: 'end', data: {} }, noNames, 'UTC')).toEqual({ title: 'End', reasons: [] });
});

test('a forecast comes to an end in any flow, names each node once and goes forward in time', () => {
  fc.assert(
    fc.property(validGraph, (graph) => {
      const plan = compile(graph, pins);
      const run = new SimulatedEnrolment({ plan, world, facts: ines, start: now });
      run.advance();
      const { steps: ahead } = forecast({
        plan,
        graph,
        state: run.state,
        facts: run.facts,
        world,
        names: noNames,
        now,
        enrolmentId: run.id,
      });
      expect(new Set(ahead.map((step) => step.node)).size).toBe(ahead.length);
      for (const step of ahead) {
        expect(step.atLatest).toBeGreaterThanOrEqual(now);
        if (step.at !== null) expect(step.atLatest).toBeGreaterThanOrEqual(step.at);
      }
      if (run.state.status !== 'open') expect(ahead).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('each end of a flow says on which answer it comes, however many steps before it', () => {
  const wait = (event: string) => ({ type: 'wait-for', data: { event, timeout: 'P14D' } });
  const graph = flow([
    { id: 'asked', ...wait('message.replied'), to: { timeout: 'silent' } },
    { id: 'tagged', type: 'add-tag', data: { tag: 'answered' } },
    { id: 'read', ...wait('message.clicked'), to: { event: 'done', timeout: 'idle' } },
    { id: 'idle', type: 'end' },
    { id: 'silent', type: 'end' },
  ]);
  const plan = compile(graph, pins);
  const run = new SimulatedEnrolment({ plan, world, facts: ines, start: now });
  run.advance();
  const { state, facts: known, id: enrolmentId } = run;
  const input = { plan, graph, state, facts: known, world, names: noNames, now, enrolmentId };
  const ends = forecast(input).steps.filter((step) => step.title === 'End');
  expect(ends.map(({ node, note }) => [node, note])).toEqual([
    ['silent', 'if no reply'],
    ['done', 'if replied and clicked'],
    ['idle', 'if replied and no click'],
  ]);
});
