/** A flow entered by hand that only waits. */
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';

export function waitingFlow(durations: readonly string[]): Graph {
  const waits = durations.map((duration, index) => ({
    id: `wait${index}`,
    type: 'wait',
    data: { for: duration },
  }));
  const nodes = [{ id: 'start', type: 'manual', data: {} }, ...waits, { id: 'end', type: 'end', data: {} }];
  return graphSchema.parse({
    name: `${durations.length} waits`,
    nodes: nodes.map((node) => ({ ...node, position: { x: 0, y: 0 } })),
    edges: nodes.slice(1).map((node, index) => ({
      id: `e${index}`,
      source: nodes[index]?.id,
      sourceHandle: 'next',
      target: node.id,
    })),
  });
}
