/** Pure: a tidy drawing, top down. The main way runs straight, what leaves it stands to its right, and no card lies on another. */
import { describeNode, noNames } from './describe.ts';
import { columns, type Placed } from './layout-columns.ts';
import type { FlowNode, Graph, NodeId } from './schema.ts';

/** Pixels from one column's middle to the next one's. */
const columnWidth = 296;
/** Pixels between cards: as a rule, where ways come together, and where an edge bends or carries a label. */
const gap = 24;
const mergeGap = 44;
const wideGap = 62;

/** `heightOf` in pixels; cards are 60 unless the caller measures them. */
export function layout(graph: Graph, heightOf: (node: FlowNode) => number = () => 60): Graph {
  const placed = new Map(
    graph.nodes.map((node): [NodeId, Placed] => [
      node.id,
      { id: node.id, height: heightOf(node), under: [], beside: [], row: 0, column: 0, from: 0 },
    ]),
  );
  const forward = forwardEdges(graph);
  const order = rows(graph, placed, forward);
  own(order, placed, forward);
  columns(roots(graph, order, placed), (root) => {
    const [first] = forward.get(root.id) ?? [];
    return first ? (placed.get(first.target) ?? null) : null;
  });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const at = placed.get(node.id);
      return at
        ? { ...node, position: { x: Math.round(at.column * columnWidth), y: Math.round(at.row) } }
        : node;
    }),
  };
}

interface Forward {
  source: NodeId;
  target: NodeId;
  side: 'bottom' | 'right';
  wide: boolean;
  /** It leaves the main way: by the side, or by another port than the first. */
  turns: boolean;
}

/** The edges in port order, without those that close a loop. */
function forwardEdges(graph: Graph): Map<NodeId, Forward[]> {
  const all = new Map<NodeId, Forward[]>();
  const known = new Set(graph.nodes.map((node) => node.id));
  for (const node of graph.nodes) {
    const ports = describeNode(node, noNames).ports;
    const bottom = ports.filter((port) => port.side === 'bottom');
    all.set(
      node.id,
      ports.flatMap((port): Forward[] =>
        graph.edges
          .filter(
            (edge) => edge.source === node.id && edge.sourceHandle === port.id && known.has(edge.target),
          )
          .map((edge) => ({
            source: node.id,
            target: edge.target,
            side: port.side,
            turns: port !== bottom[0],
            wide: port.side === 'bottom' && (bottom.length > 1 || port.label !== ''),
          })),
      ),
    );
  }
  const state = new Map<NodeId, 'open' | 'done'>();
  const visit = (id: NodeId): void => {
    state.set(id, 'open');
    const acyclic = (all.get(id) ?? []).filter((edge) => state.get(edge.target) !== 'open');
    all.set(id, acyclic);
    for (const edge of acyclic) if (!state.has(edge.target)) visit(edge.target);
    state.set(id, 'done');
  };
  for (const node of starts(graph)) if (!state.has(node.id)) visit(node.id);
  for (const node of graph.nodes) if (!state.has(node.id)) visit(node.id);
  return all;
}

/** Nodes that nothing leads to, in the order they stand from left to right. */
function starts(graph: Graph): FlowNode[] {
  const led = new Set(graph.edges.map((edge) => edge.target));
  return graph.nodes.filter((node) => !led.has(node.id)).sort((a, b) => a.position.x - b.position.x);
}

/** Gives every node its row, below all that lead to it; answers them in an order where predecessors come first. */
function rows(graph: Graph, placed: Map<NodeId, Placed>, forward: Map<NodeId, Forward[]>): Placed[] {
  const ways = new Map(graph.nodes.map((node) => [node.id, 0]));
  for (const edges of forward.values())
    for (const edge of edges) ways.set(edge.target, (ways.get(edge.target) ?? 0) + 1);
  const open = new Map(ways);
  const queue = graph.nodes.filter((node) => open.get(node.id) === 0).map((node) => node.id);
  const order: Placed[] = [];
  for (let i = 0; i < queue.length; i++) {
    const at = placed.get(queue[i] ?? '');
    if (!at) continue;
    order.push(at);
    for (const edge of forward.get(at.id) ?? []) {
      const next = placed.get(edge.target);
      if (!next) continue;
      const space = edge.wide ? wideGap : (ways.get(edge.target) ?? 0) > 1 ? mergeGap : gap;
      next.row = Math.max(next.row, at.row + at.height + space);
      const left = (open.get(edge.target) ?? 1) - 1;
      open.set(edge.target, left);
      if (left === 0) queue.push(edge.target);
    }
  }
  return order;
}

/**
 * Each node belongs to one predecessor: under one rather than beside one, on the way with the fewest turns from the
 * start, and then to the lowest, whose edge is the shortest. So the main way runs straight down and others join it.
 */
function own(order: Placed[], placed: Map<NodeId, Placed>, forward: Map<NodeId, Forward[]>): void {
  const owner = new Map<NodeId, { edge: Forward; turns: number; row: number }>();
  for (const at of order) {
    for (const edge of forward.get(at.id) ?? []) {
      const turns = (owner.get(at.id)?.turns ?? 0) + (edge.turns ? 1 : 0);
      const before = owner.get(edge.target);
      const better =
        !before ||
        (before.edge.side === edge.side
          ? turns < before.turns || (turns === before.turns && at.row > before.row)
          : edge.side === 'bottom');
      if (better) owner.set(edge.target, { edge, turns, row: at.row });
    }
  }
  for (const at of order) {
    at.from = at.row;
    for (const edge of forward.get(at.id) ?? []) {
      const next = placed.get(edge.target);
      if (!next || owner.get(edge.target)?.edge !== edge) continue;
      at[edge.side === 'bottom' ? 'under' : 'beside'].push(next);
    }
  }
  for (const at of order) {
    for (const next of at.under) next.from = at.row + at.height;
    for (const next of at.beside) next.from = at.row;
  }
}

function roots(graph: Graph, order: Placed[], placed: Map<NodeId, Placed>): Placed[] {
  const owned = new Set(order.flatMap((at) => [...at.under, ...at.beside]));
  const first = new Map(starts(graph).map((node, i) => [node.id, i]));
  return [...placed.values()]
    .filter((at) => !owned.has(at))
    .sort((a, b) => (first.get(a.id) ?? order.length) - (first.get(b.id) ?? order.length));
}
