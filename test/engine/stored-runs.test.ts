/** Graphs, plans and states as earlier versions stored them: they are still read, and runs under way go on from there. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { NewEvent, RunEvent } from '../../engine/events.ts';
import type { Facts } from '../../engine/facts.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { compile, planHash } from '../../engine/plan/compile.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import type { RunState, StepRecord } from '../../engine/run/state.ts';
import { SimulatedEnrolment } from '../../engine/simulate/enrolment.ts';
import type { SimulatedWorld } from '../../engine/simulate/world.ts';

interface Stop {
  at: number;
  state: RunState;
  /** How many ledger rows there were by then. */
  steps: number;
  events: RunEvent[];
  facts: Facts;
}

interface Stored {
  graph: Graph;
  plan: Plan;
  world: SimulatedWorld;
  stops: Stop[];
  ledger: Pick<StepRecord, 'node' | 'visit' | 'outcome' | 'port'>[];
}

const folder = new URL('../fixtures/runs/', import.meta.url);

describe.each(readdirSync(folder))('%s', (file) => {
  const { graph, plan, world, stops, ledger }: Stored = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  );

  test('its graph is read as it was stored and compiles to the plan that it compiled to then', () => {
    expect(graphSchema.parse(graph)).toEqual(graph);
    expect(planHash(plan)).toBe(plan.hash);
    expect(compile(graph, { templates: { t: 't-v1' } })).toEqual(plan);
  });

  test.each(stops.map((stop, index) => [index, stop.state.node ?? 'the end', stop] as const))(
    'from stop %i, at %s, the run goes on as it did then',
    (index, _node, stop) => {
      const [first] = stops;
      if (!first) throw new Error('nothing is stored');
      const run = new SimulatedEnrolment({ plan, world, facts: first.facts, start: first.at });
      Object.assign(run, { state: stop.state, facts: stop.facts, now: stop.at });
      run.events.push(...stop.events);
      run.steps.length = 0;
      run.wakeAt = stop.state.wait?.until ?? null;
      for (const later of stops.slice(index + 1)) {
        run.runUntil(later.at);
        // What the run's own steps cause it writes itself.
        for (const event of later.events)
          if (!run.events.some((each) => each.seq === event.seq)) run.happen(event as NewEvent);
      }
      const told = run.steps.map(({ node, visit, outcome, port }) => ({ node, visit, outcome, port }));
      expect(told).toEqual(ledger.slice(stop.steps));
    },
  );
});
