/** Pure: everything that is wrong with a flow in a given workspace. The sentences stand in `problem.ts`. */
import { dataProblems } from './data-problems.ts';
import { namesFrom } from './describe.ts';
import { pathProblems } from './paths.ts';
import type { Problem } from './problem.ts';
import { readGraph } from './reading.ts';
import { referenceProblems } from './reference-problems.ts';
import type { Graph } from './schema.ts';
import { selfTriggerProblems } from './self-trigger.ts';
import { structureProblems } from './structure.ts';
import type { FlowWorld } from './world.ts';

export type { Problem, ProblemCode, Severity } from './problem.ts';
export type { FlowWorld } from './world.ts';

/** Errors first, then warnings; within each in the order of the nodes. A flow without errors can be published. */
export function findProblems(graph: Graph, world: FlowWorld): Problem[] {
  const reading = readGraph(graph);
  const names = namesFrom(world);
  const found = [
    ...structureProblems(reading, names),
    ...dataProblems(reading),
    ...referenceProblems(reading, world),
    ...pathProblems(reading, names),
    ...selfTriggerProblems(reading, names, world.self),
  ];
  const order = new Map(graph.nodes.map((node, index) => [node.id, index]));
  const rank = (each: Problem) =>
    (each.severity === 'error' ? 0 : 1e6) + (each.node === null ? -1 : (order.get(each.node) ?? 0));
  return found.sort((a, b) => rank(a) - rank(b));
}
