/** Pure: a tidy drawing, top down. Every branch gets columns of its own, so no card and no column overlaps another. */
import { describeNode, noNames } from './describe.ts';
import type { FlowNode, Graph, NodeId } from './schema.ts';

/** Pixels. */
const columnWidth = 296;
const gap = 24;
/** Where an edge bends or carries a label. */
const wideGap = 62;

interface Placed {
  node: FlowNode;
  /** Followers drawn under it, and beside it: each follower belongs to one predecessor only. */
  under: NodeId[];
  beside: NodeId[];
  row: number;
  column: number;
  settled: boolean;
}

/** `heightOf` in pixels; cards are 60 unless the caller measures them. */
export function layout(graph: Graph, heightOf: (node: FlowNode) => number = () => 60): Graph {
  const placed = new Map(
    graph.nodes.map((node): [NodeId, Placed] => [
      node.id,
      { node, under: [], beside: [], row: 0, column: 0, settled: false },
    ]),
  );
  const forward = forwardEdges(graph);
  const order = rows(graph, placed, forward, heightOf);
  own(order, placed, forward);
  let column = 0;
  const alone: Placed[] = [];
  for (const root of roots(graph, order, placed)) {
    if (root.under.length + root.beside.length === 0 && column > 0) alone.push(root);
    else column += columns(root, column, placed);
  }
  for (const root of alone)
    besideTarget(
      root,
      [...placed.values()].filter((at) => !alone.includes(at) || at.settled),
      forward,
      placed,
      heightOf,
    );
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

/** Another way into the flow stands in the nearest free place beside the column that it leads to. */
function besideTarget(
  root: Placed,
  others: Placed[],
  forward: Map<NodeId, Forward[]>,
  placed: Map<NodeId, Placed>,
  heightOf: (node: FlowNode) => number,
): void {
  const [first] = forward.get(root.node.id) ?? [];
  const from = (first && placed.get(first.target)?.column) ?? 0;
  const bottom = root.row + heightOf(root.node) + gap;
  const taken = (column: number): boolean =>
    others.some(
      (at) =>
        at !== root &&
        Math.abs(at.column - column) < 1 &&
        at.row < bottom &&
        root.row < at.row + heightOf(at.node) + gap,
    );
  root.column = from;
  while (taken(root.column)) root.column++;
  root.settled = true;
}

interface Forward {
  source: NodeId;
  target: NodeId;
  side: 'bottom' | 'right';
  wide: boolean;
}

/** The edges in port order, without those that close a loop. */
function forwardEdges(graph: Graph): Map<NodeId, Forward[]> {
  const all = new Map<NodeId, Forward[]>();
  const known = new Set(graph.nodes.map((node) => node.id));
  for (const node of graph.nodes) {
    const ports = describeNode(node, noNames).ports;
    const several = ports.filter((port) => port.side === 'bottom').length > 1;
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
            wide: several || port.label !== '',
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
function rows(
  graph: Graph,
  placed: Map<NodeId, Placed>,
  forward: Map<NodeId, Forward[]>,
  heightOf: (node: FlowNode) => number,
): Placed[] {
  const open = new Map(graph.nodes.map((node) => [node.id, 0]));
  for (const edges of forward.values())
    for (const edge of edges) open.set(edge.target, (open.get(edge.target) ?? 0) + 1);
  const queue = graph.nodes.filter((node) => open.get(node.id) === 0).map((node) => node.id);
  const order: Placed[] = [];
  for (let i = 0; i < queue.length; i++) {
    const at = placed.get(queue[i] ?? '');
    if (!at) continue;
    order.push(at);
    for (const edge of forward.get(at.node.id) ?? []) {
      const next = placed.get(edge.target);
      if (!next) continue;
      next.row = Math.max(next.row, at.row + heightOf(at.node) + (edge.wide ? wideGap : gap));
      const left = (open.get(edge.target) ?? 1) - 1;
      open.set(edge.target, left);
      if (left === 0) queue.push(edge.target);
    }
  }
  return order;
}

/** Each node belongs under a predecessor rather than beside one, and to the lowest: there its edge is the shortest. */
function own(order: Placed[], placed: Map<NodeId, Placed>, forward: Map<NodeId, Forward[]>): void {
  const owner = new Map<NodeId, Forward>();
  for (const at of order) {
    for (const edge of forward.get(at.node.id) ?? []) {
      const before = owner.get(edge.target);
      const beforeRow = before ? (placed.get(before.source)?.row ?? 0) : -1;
      const better =
        before?.side === edge.side ? at.row > beforeRow : before?.side === 'right' && edge.side === 'bottom';
      if (!before || better) owner.set(edge.target, edge);
    }
  }
  for (const at of order) {
    for (const edge of forward.get(at.node.id) ?? []) {
      if (owner.get(edge.target) !== edge) continue;
      at[edge.side === 'bottom' ? 'under' : 'beside'].push(edge.target);
    }
  }
}

function roots(graph: Graph, order: Placed[], placed: Map<NodeId, Placed>): Placed[] {
  const owned = new Set(order.flatMap((at) => [...at.under, ...at.beside]));
  const first = new Map(starts(graph).map((node, i) => [node.id, i]));
  return [...placed.values()]
    .filter((at) => !owned.has(at.node.id))
    .sort((a, b) => (first.get(a.node.id) ?? order.length) - (first.get(b.node.id) ?? order.length));
}

/** Places a node over its followers from `from` on; answers how many columns they take together. */
function columns(at: Placed, from: number, placed: Map<NodeId, Placed>): number {
  let used = 0;
  const under: Placed[] = [];
  for (const id of at.under) {
    const next = placed.get(id);
    if (!next) continue;
    under.push(next);
    used += columns(next, from + used, placed);
  }
  // Over the middle follower, or between the middle two.
  const left = under[Math.floor((under.length - 1) / 2)];
  const right = under[Math.ceil((under.length - 1) / 2)];
  at.column = left && right ? (left.column + right.column) / 2 : from;
  used = Math.max(1, used);
  for (const id of at.beside) {
    const next = placed.get(id);
    if (next) used += columns(next, from + used, placed);
  }
  return used;
}
