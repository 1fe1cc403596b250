/** Pure: a graph read once for all checks and for compiling: each node's type, its data and where its ports lead. */
import { steps } from '../steps/index.ts';
import type { Port, StepType, TriggerType } from '../steps/step.ts';
import { triggers } from '../triggers/index.ts';
import { draftPorts } from './describe.ts';
import type { FlowEdge, FlowNode, Graph } from './schema.ts';

export interface ReadNode {
  node: FlowNode;
  step: StepType | null;
  trigger: TriggerType | null;
  /** Fits the type's schema; null while it does not, see `issues`. */
  data: unknown;
  issues: { path: PropertyKey[]; message: string; code: string }[];
  ports: Port[];
  /** The edges that leave by each port. */
  out: Map<string, FlowEdge[]>;
}

export interface Reading {
  graph: Graph;
  /** The first of each id. */
  nodes: Map<string, ReadNode>;
  /** Nodes whose id another one already has. */
  repeated: FlowNode[];
  successors(id: string): readonly string[];
}

export function readGraph(graph: Graph): Reading {
  const nodes = new Map<string, ReadNode>();
  const repeated: FlowNode[] = [];
  for (const node of graph.nodes) {
    if (nodes.has(node.id)) repeated.push(node);
    else nodes.set(node.id, readNode(node));
  }
  const after = new Map<string, string[]>();
  for (const edge of graph.edges) {
    const source = nodes.get(edge.source);
    if (!source) continue;
    const there = source.out.get(edge.sourceHandle);
    if (there) there.push(edge);
    else source.out.set(edge.sourceHandle, [edge]);
    const successors = after.get(edge.source);
    if (successors) successors.push(edge.target);
    else after.set(edge.source, [edge.target]);
  }
  return { graph, nodes, repeated, successors: (id) => after.get(id) ?? [] };
}

function readNode(node: FlowNode): ReadNode {
  const step = Object.hasOwn(steps, node.type) ? (steps[node.type] ?? null) : null;
  const trigger = !step && Object.hasOwn(triggers, node.type) ? (triggers[node.type] ?? null) : null;
  const type = step ?? trigger;
  if (!type) return { node, step, trigger, data: null, issues: [], ports: [], out: new Map() };
  const parsed = type.schema.safeParse(node.data);
  return {
    node,
    step,
    trigger,
    data: parsed.success ? parsed.data : null,
    issues: parsed.success ? [] : parsed.error.issues,
    ports: parsed.success ? type.ports(parsed.data) : draftPorts(type, node.data),
    out: new Map(),
  };
}
