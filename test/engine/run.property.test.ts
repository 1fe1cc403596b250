import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../engine/events.ts';
import type { Facts } from '../../engine/facts.ts';
import { compile } from '../../engine/plan/compile.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { begin } from '../../engine/run/begin.ts';
import { run } from '../../engine/run/run.ts';
import type { RunOutcome, RunState } from '../../engine/run/state.ts';
import { decide, type SimulatedWorld } from '../../engine/simulate/world.ts';
import { awaited, pins, validGraph } from './graphs.ts';
import { application, facts, now } from './people.ts';

const world: SimulatedWorld = {
  templates: [
    { id: 'template-1', name: 'Thanks', subject: 'Hello {{ candidate.firstName }}', body: 'Thank you.' },
  ],
  pools: [{ id: 'pool-1', name: 'Silver medallists' }],
  stages: [
    { id: 'stage-1', name: 'Phone screen', kind: 'active' },
    { id: 'stage-2', name: 'Offer', kind: 'offer' },
    { id: 'stage-3', name: 'Hired', kind: 'hired' },
  ],
};

interface Moment {
  /** Minutes since the moment before. */
  later: number;
  happens: string | null;
  paused: boolean;
}

const moments: fc.Arbitrary<Moment[]> = fc.array(
  fc.record({
    later: fc.oneof(fc.nat(60), fc.nat(60 * 24 * 20)),
    happens: fc.option(fc.constantFrom(...awaited, 'candidate.hired', 'message.unsubscribed')),
    paused: fc.boolean(),
  }),
  { maxLength: 15 },
);

interface Told {
  outcome: RunOutcome;
  facts: Facts;
  requests: number;
  caused: RunEvent[];
}

function advance(
  plan: Plan,
  state: RunState,
  before: Facts,
  events: RunEvent[],
  at: number,
  paused: boolean,
): Told {
  const generator = run({
    plan,
    state,
    enrolmentId: 'enrolment-1',
    applicationId: 'application-1',
    facts: before,
    events,
    now: at,
    paused,
  });
  const told: Omit<Told, 'outcome'> = { facts: before, requests: 0, caused: [] };
  let seq = events.at(-1)?.seq ?? state.seenSeq;
  let next = generator.next();
  while (!next.done) {
    told.requests++;
    const result = decide(next.value, world, at);
    if (result.outcome === 'done') {
      told.facts = result.facts;
      for (const event of result.events) {
        seq++;
        told.caused.push({
          id: `e${seq}`,
          seq,
          type: event.type,
          at,
          applicationId: event.applicationId ?? null,
          enrolmentId: 'enrolment-1',
          data: event.data ?? {},
        });
      }
    }
    next = generator.next(result);
  }
  return { ...told, outcome: next.value };
}

test('any valid graph compiles, and to the same plan however its nodes are ordered', () => {
  fc.assert(
    fc.property(validGraph, (graph) => {
      const plan = compile(graph, pins);
      const turned = { ...graph, nodes: [...graph.nodes].reverse(), edges: [...graph.edges].reverse() };
      expect(compile(turned, pins).hash).toBe(plan.hash);
      expect(Object.keys(plan.ops)).toHaveLength(graph.nodes.length - 1);
    }),
  );
});

test('a run always ends, waits or blocks; asked again at once it changes nothing; no visit is told twice', () => {
  fc.assert(
    fc.property(validGraph, moments, (graph, happenings) => {
      const plan = compile(graph, pins);
      const begun = begin(plan, {
        triggerNode: 'start',
        now,
        seq: 1,
        event: null,
        because: [],
        timeZone: 'Europe/Lisbon',
      });
      let state = begun.state;
      let known = facts({}, { application: application() });
      const events: RunEvent[] = [];
      const visits = new Set(begun.steps.map((step) => `${step.node}#${step.visit}`));
      let at = now;
      for (const { later, happens, paused } of [{ later: 0, happens: null, paused: false }, ...happenings]) {
        at += later * 60_000;
        if (happens) {
          const seq = Math.max(events.at(-1)?.seq ?? 0, 1) + 1;
          events.push({
            id: `e${seq}`,
            seq,
            type: happens,
            at,
            data: {},
            applicationId: happens.startsWith('application.') ? 'application-1' : null,
            enrolmentId: happens.startsWith('message.') ? 'enrolment-1' : null,
          });
        }
        const given = [...events];
        const told = advance(plan, state, known, given, at, paused);
        expect(told.requests).toBeLessThanOrEqual(200);
        const { outcome } = told;
        expectSettled(outcome, at, paused);
        for (const step of outcome.steps) {
          const key = `${step.node}#${step.visit}`;
          expect(visits).not.toContain(key);
          visits.add(key);
          const op = plan.ops[step.node]?.op;
          const isRest = (op === 'sleep' || op === 'await') && step.outcome === 'passed';
          if (isRest && plan.loops.includes(step.node))
            expect(step.leftAt - step.enteredAt).toBeGreaterThanOrEqual(60_000);
        }

        const again = advance(plan, outcome.state, told.facts, given, at, paused);
        expect(again.requests).toBe(0);
        expect(again.outcome.steps).toEqual([]);
        expect(again.outcome.state).toEqual(outcome.state);
        expect(again.outcome.end).toBeNull();

        // What is stored is JSON: nothing of the state may hang on anything else.
        state = JSON.parse(JSON.stringify(outcome.state));
        expect(state).toEqual(outcome.state);
        known = told.facts;
        events.push(...told.caused);
      }
    }),
    { numRuns: 300 },
  );
});

function expectSettled({ state, end, wakeAt }: RunOutcome, at: number, paused: boolean): void {
  if (state.status === 'open') {
    expect(state.node).not.toBeNull();
    if (!paused) {
      expect(state.wait).not.toBeNull();
      expect(wakeAt).toBeGreaterThan(at);
    } else expect(wakeAt).toBeNull();
  } else {
    expect(wakeAt).toBeNull();
    if (state.status === 'blocked') expect(state.problem).not.toBeNull();
    else {
      expect(state.node).toBeNull();
      expect(end === null || end.status === state.status).toBe(true);
    }
  }
}
