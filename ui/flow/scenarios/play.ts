/** Pure: a draft's scenarios, played in the browser by the engine itself. */
import type { Facts } from '../../../engine/facts.ts';
import type { Graph } from '../../../engine/flow/schema.ts';
import { compile, InvalidFlow } from '../../../engine/plan/compile.ts';
import { playScenarios, type ScenarioResult } from '../../../engine/scenarios/judge.ts';
import type { SimulatedWorld } from '../../../engine/simulate/world.ts';
import type { Names } from '../../../engine/steps/step.ts';
import type { Workspace } from '../inspector/choices.ts';

/** The workspace as a simulation sees it. Stages are known by name alone: whose pipeline it is, a draft cannot say. */
export const worldOf = ({ templates, pools, stages, people, flows, contact }: Workspace): SimulatedWorld => ({
  templates,
  pools,
  people,
  flows,
  ...(contact ? { contact } : {}),
  stages: stages.map((name) => ({ id: name, name, kind: 'active' })),
});

/** Null: the draft cannot run yet. */
export function playDraft(
  graph: Graph,
  lists: Workspace,
  names: Names,
  workspace: Facts['workspace'],
): ScenarioResult[] | null {
  const world = worldOf(lists);
  try {
    const plan = compile(graph, { templates: Object.fromEntries(world.templates.map(({ id }) => [id, id])) });
    return playScenarios(graph.scenarios ?? [], { plan, graph, world, names, workspace });
  } catch (error) {
    if (error instanceof InvalidFlow) return null;
    throw error;
  }
}
