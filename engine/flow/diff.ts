/** Pure: what differs between two drawings of a flow, and where those who stand in the one would stand in the other. */
import { canonicalJson } from '../plan/canonical.ts';
import { typeOf } from './describe.ts';
import type { FlowNode, Graph, NodeId } from './schema.ts';

export interface NodeChange {
  id: NodeId;
  before: FlowNode;
  after: FlowNode;
  /** Keys of `data` that differ, and `type` where it is another step now. Empty: only its edges do. */
  fields: string[];
  /** It leads elsewhere. */
  rewired: boolean;
}

export interface FlowDiff {
  added: FlowNode[];
  removed: FlowNode[];
  changed: NodeChange[];
}

/** Where a node stands on the canvas is no difference. */
export function diffGraphs(before: Graph, after: Graph): FlowDiff {
  const old = byId(before);
  const fresh = byId(after);
  const changed: NodeChange[] = [];
  for (const [id, was] of old) {
    const is = fresh.get(id);
    if (!is) continue;
    const fields = fieldsThatDiffer(was, is);
    const rewired = waysOut(before, id) !== waysOut(after, id);
    if (fields.length > 0 || rewired) changed.push({ id, before: was, after: is, fields, rewired });
  }
  return {
    added: after.nodes.filter(({ id }) => !old.has(id)),
    removed: before.nodes.filter(({ id }) => !fresh.has(id)),
    changed,
  };
}

/**
 * For each step its counterpart: the one of the same id if one may stand there in its stead, else the only one left of
 * the same type with the same data. A step that is not named has none. Triggers are left out: nobody stands on one.
 */
export function proposeMap(before: Graph, after: Graph): Record<NodeId, NodeId> {
  const fresh = byId(after);
  const map = new Map<NodeId, NodeId>();
  const old = before.nodes.filter((node) => !isTrigger(node));
  for (const node of old) {
    const same = fresh.get(node.id);
    if (same && isCompatible(node, same)) map.set(node.id, node.id);
  }
  const taken = new Set(map.values());
  const free = after.nodes.filter((node) => !taken.has(node.id) && !isTrigger(node));
  const left = old.filter((node) => !map.has(node.id));
  for (const node of left) {
    const alike = free.filter((one) => isAlike(one, node));
    // Two that are alike cannot be told apart: a person chooses.
    if (alike.length === 1 && left.filter((one) => isAlike(one, node)).length === 1)
      map.set(node.id, alike[0]?.id as NodeId);
  }
  return Object.fromEntries(map);
}

const byId = (graph: Graph): Map<NodeId, FlowNode> => new Map(graph.nodes.map((node) => [node.id, node]));
const isTrigger = (node: FlowNode): boolean => typeOf(node)?.family === 'trigger';
const isAlike = (a: FlowNode, b: FlowNode): boolean =>
  a.type === b.type && canonicalJson(a.data) === canonicalJson(b.data);

/** The same step, or one wait instead of another. */
const isCompatible = (a: FlowNode, b: FlowNode): boolean =>
  a.type === b.type || (typeOf(a)?.family === 'wait' && typeOf(b)?.family === 'wait');

function fieldsThatDiffer(before: FlowNode, after: FlowNode): string[] {
  const keys = [...new Set([...Object.keys(before.data), ...Object.keys(after.data)])];
  const differ = keys.filter(
    (key) => canonicalJson(before.data[key] ?? null) !== canonicalJson(after.data[key] ?? null),
  );
  return before.type === after.type ? differ : ['type', ...differ];
}

const waysOut = (graph: Graph, id: NodeId): string =>
  canonicalJson(
    graph.edges
      .filter((edge) => edge.source === id)
      .map(({ sourceHandle, target }) => [sourceHandle, target])
      .sort((a, b) => (String(a) < String(b) ? -1 : 1)),
  );
