/** Pure: every change that an editor makes to a graph, as `(graph, …) → graph`. Ids of new nodes are the caller's. */
import { describeNode, noNames } from './describe.ts';
import type { FlowEdge, FlowNode, FlowSettings, Graph, NodeId } from './schema.ts';

export interface Position {
  x: number;
  y: number;
}

export interface NewNode {
  id: NodeId;
  type: string;
  data: Record<string, unknown>;
}

/** A node's port that leads, or should lead, somewhere. */
export interface PortOf {
  node: NodeId;
  port: string;
}

/** A piece of a flow on its way to another place: what the clipboard holds. */
export interface Piece {
  nodes: FlowNode[];
  edges: FlowEdge[];
}

/** Pixels; cards are 60 high unless the caller measures them. */
export type HeightOf = (node: Pick<FlowNode, 'type' | 'data'>) => number;
const plainHeight: HeightOf = () => 60;

/** Pixels between two cards: plain, and where a label stands on the edge between. */
const gap = 24;
const labelledGap = 62;

const portsOf = (node: Pick<FlowNode, 'type' | 'data'>) => describeNode(node, noNames).ports;

const find = (graph: Graph, id: NodeId): FlowNode | undefined => graph.nodes.find((node) => node.id === id);

/** One edge a port, so source and port name it; a suffix where an older graph used that name for another. */
function edgeId(graph: Graph, { node, port }: PortOf): string {
  const plain = `${node}:${port}`;
  let id = plain;
  for (let n = 2; graph.edges.some((edge) => edge.id === id && !leaves(edge, { node, port })); n++)
    id = `${plain}:${n}`;
  return id;
}

const leaves = (edge: FlowEdge, { node, port }: PortOf): boolean =>
  edge.source === node && edge.sourceHandle === port;

/** Where the next card goes below a port. */
function below(graph: Graph, from: PortOf, heightOf: HeightOf): Position {
  const node = find(graph, from.node);
  if (!node) return { x: 0, y: 0 };
  const ports = portsOf(node);
  const port = ports.find((each) => each.id === from.port);
  const bottom = node.position.y + heightOf(node);
  if (port?.side === 'right') return { x: node.position.x + 296, y: bottom + gap };
  const down = ports.filter((each) => each.side === 'bottom');
  const index = Math.max(
    0,
    down.findIndex((each) => each.id === from.port),
  );
  return {
    x: node.position.x + (index - (down.length - 1) / 2) * 296,
    y: bottom + (port?.label ? labelledGap : gap),
  };
}

/** A node that nothing leads to yet. */
export function place(graph: Graph, node: NewNode, position: Position): Graph {
  return { ...graph, nodes: [...graph.nodes, { ...node, position }] };
}

/** The port leads to `target` and nowhere else. A port of a node that is gone changes nothing. */
export function connect(graph: Graph, from: PortOf, target: NodeId): Graph {
  if (!find(graph, from.node) || !find(graph, target) || from.node === target) return graph;
  const edge: FlowEdge = { id: edgeId(graph, from), source: from.node, sourceHandle: from.port, target };
  return { ...graph, edges: [...graph.edges.filter((each) => !leaves(each, from)), edge] };
}

export function removeEdges(graph: Graph, ids: readonly string[]): Graph {
  return { ...graph, edges: graph.edges.filter((edge) => !ids.includes(edge.id)) };
}

/** A new node below a port. Where the port already leads somewhere, the node goes in between. */
export function addAfter(graph: Graph, from: PortOf, node: NewNode, heightOf: HeightOf = plainHeight): Graph {
  const edge = graph.edges.find((each) => leaves(each, from));
  if (edge) return insertOnEdge(graph, edge.id, node, heightOf);
  return connect(place(graph, node, freePlace(graph, below(graph, from, heightOf))), from, node.id);
}

/** A new node in the middle of an edge; it goes on by its first port. What follows moves down to make room. */
export function insertOnEdge(
  graph: Graph,
  id: string,
  node: NewNode,
  heightOf: HeightOf = plainHeight,
): Graph {
  const edge = graph.edges.find((each) => each.id === id);
  const source = edge && find(graph, edge.source);
  const target = edge && find(graph, edge.target);
  if (!edge || !source || !target) return graph;
  const from = { node: edge.source, port: edge.sourceHandle };
  const [first] = portsOf(node);
  const onTheWay = below(graph, from, heightOf);
  const straight = target.position.y > source.position.y;
  const position = straight ? { x: target.position.x, y: onTheWay.y } : onTheWay;
  const placed = place(graph, node, position);
  if (!first) return connect(placed, from, node.id);
  const needed = position.y + heightOf(node) + (first.label ? labelledGap : gap) - target.position.y;
  const roomy = straight && needed > 0 ? moveDown(placed, target.id, needed, [edge.source, node.id]) : placed;
  return connect(connect(roomy, from, node.id), { node: node.id, port: first.id }, edge.target);
}

/** Moves a node and everything that follows it, loops back to `except` left out. */
function moveDown(graph: Graph, from: NodeId, by: number, except: NodeId[]): Graph {
  const seen = new Set<NodeId>(except);
  const moved = new Set<NodeId>();
  const queue = [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    moved.add(id);
    for (const edge of graph.edges) if (edge.source === id) queue.push(edge.target);
  }
  const move = (node: FlowNode): FlowNode => ({
    ...node,
    position: { x: node.position.x, y: node.position.y + by },
  });
  return { ...graph, nodes: graph.nodes.map((node) => (moved.has(node.id) ? move(node) : node)) };
}

/** The nearest place downwards where no card stands. */
function freePlace(graph: Graph, wanted: Position): Position {
  const taken = (at: Position) =>
    graph.nodes.some(
      (node) => Math.abs(node.position.x - at.x) < 240 && Math.abs(node.position.y - at.y) < 60,
    );
  const at = { ...wanted };
  for (let tries = 0; taken(at) && tries < 200; tries++) at.y += 20;
  return at;
}

/** Whoever led to a removed node now leads to where its first port led, so that a chain does not fall apart. */
export function removeNodes(graph: Graph, ids: readonly NodeId[]): Graph {
  const gone = new Set(ids);
  const successor = (id: NodeId, seen = new Set<NodeId>()): NodeId | null => {
    if (!gone.has(id)) return id;
    if (seen.has(id)) return null;
    const node = find(graph, id);
    const [first] = node ? portsOf(node) : [];
    const edge = graph.edges.find((each) => each.source === id && each.sourceHandle === first?.id);
    return edge ? successor(edge.target, seen.add(id)) : null;
  };
  const edges = graph.edges.flatMap((edge) => {
    if (gone.has(edge.source)) return [];
    const target = successor(edge.target);
    return target === null || target === edge.source ? [] : [{ ...edge, target }];
  });
  return { ...graph, nodes: graph.nodes.filter((node) => !gone.has(node.id)), edges };
}

export function moveNodes(graph: Graph, moves: readonly { id: NodeId; position: Position }[]): Graph {
  const to = new Map(moves.map((move) => [move.id, move.position]));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, position: to.get(node.id) ?? node.position })),
  };
}

/** New data for a node. Edges by ports that it no longer has go with them. */
export function setData(graph: Graph, id: NodeId, data: Record<string, unknown>): Graph {
  const node = find(graph, id);
  if (!node) return graph;
  const ports = new Set(portsOf({ ...node, data }).map((port) => port.id));
  return {
    ...graph,
    nodes: graph.nodes.map((each) => (each.id === id ? { ...each, data } : each)),
    edges: graph.edges.filter((edge) => edge.source !== id || ports.has(edge.sourceHandle)),
  };
}

export function setSettings(graph: Graph, settings: FlowSettings): Graph {
  return { ...graph, settings };
}

export function rename(graph: Graph, name: string): Graph {
  return { ...graph, name };
}

/** These nodes and the edges among them. */
export function piece(graph: Graph, ids: readonly NodeId[]): Piece {
  const chosen = new Set(ids);
  return {
    nodes: graph.nodes.filter((node) => chosen.has(node.id)),
    edges: graph.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  };
}

/** Puts a piece into the graph, its top left at `at`. `ids` names each of its nodes anew; others are left out. */
export function paste(
  graph: Graph,
  { nodes, edges }: Piece,
  ids: ReadonlyMap<NodeId, NodeId>,
  at: Position,
): Graph {
  const left = Math.min(...nodes.map((node) => node.position.x));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const copies = nodes.flatMap((node): FlowNode[] => {
    const id = ids.get(node.id);
    if (!id) return [];
    return [{ ...node, id, position: { x: node.position.x - left + at.x, y: node.position.y - top + at.y } }];
  });
  const withNodes = { ...graph, nodes: [...graph.nodes, ...copies] };
  return edges.reduce((made, edge) => {
    const [source, target] = [ids.get(edge.source), ids.get(edge.target)];
    return source && target ? connect(made, { node: source, port: edge.sourceHandle }, target) : made;
  }, withNodes);
}

/** A copy of these nodes beside them. */
export function duplicate(graph: Graph, ids: readonly NodeId[], newIds: ReadonlyMap<NodeId, NodeId>): Graph {
  const chosen = piece(graph, ids);
  if (chosen.nodes.length === 0) return graph;
  const right = Math.max(...chosen.nodes.map((node) => node.position.x));
  const top = Math.min(...chosen.nodes.map((node) => node.position.y));
  return paste(graph, chosen, newIds, freePlace(graph, { x: right + 296, y: top }));
}
