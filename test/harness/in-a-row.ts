/** A flow entered by hand whose steps stand in a row; every way out of a step leads to the next one. */
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';

export interface RowStep {
  type: string;
  data: Record<string, unknown>;
}

const ports: Record<string, readonly string[]> = { 'wait-for': ['event', 'timeout'] };

export const wait = (duration: string): RowStep => ({ type: 'wait', data: { for: duration } });

export function inARow(name: string, steps: readonly RowStep[]): Graph {
  const nodes = [
    { id: 'start', type: 'manual', data: {} },
    ...steps.map((step, index) => ({ id: `step${index + 1}`, ...step })),
    { id: 'end', type: 'end', data: {} },
  ];
  return graphSchema.parse({
    name,
    nodes: nodes.map((node, index) => ({ ...node, position: { x: 0, y: index * 84 } })),
    edges: nodes.slice(0, -1).flatMap((node, index) =>
      (ports[node.type] ?? ['next']).map((port) => ({
        id: `${node.id}:${port}`,
        source: node.id,
        sourceHandle: port,
        target: nodes[index + 1]?.id,
      })),
    ),
  });
}
