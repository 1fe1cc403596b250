/** Pure: how much a flow writes at most, and over how long, counted along its longest way. */
import { typeOf } from '../../../engine/flow/describe.ts';
import type { FlowNode, Graph, NodeId } from '../../../engine/flow/schema.ts';
import { addDuration } from '../../../engine/time/calendar.ts';
import { parseDuration } from '../../../engine/time/duration.ts';

export interface Measure {
  mails: number;
  /** Whole days from the start to its last mail. */
  days: number;
}

const day = 86_400_000;

/** Days that pass at a step before one leaves it by that port. */
function waits({ type, data }: FlowNode, port: string): number {
  const given =
    type === 'wait' ? data.for : type === 'wait-for' || type === 'wait-until-true' ? data.timeout : undefined;
  const isOver = type === 'wait' || port === 'timeout';
  return isOver && typeof given === 'string' && parseDuration(given) ? addDuration(0, given, 'UTC') / day : 0;
}

function writes(node: FlowNode): boolean {
  const type = typeOf(node);
  return type !== null && 'writesMessage' in type && type.writesMessage === true;
}

export function measure(graph: Graph): Measure {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const led = new Set(graph.edges.map((edge) => edge.target));
  const known = new Map<NodeId, number | null>();
  /** Days from here to the last mail; null: no mail comes. */
  const toLast = (id: NodeId): number | null => {
    const before = known.get(id);
    const node = nodes.get(id);
    if (before !== undefined || !node) return before ?? null;
    // Round a loop once.
    known.set(id, null);
    let longest: number | null = writes(node) ? 0 : null;
    for (const edge of graph.edges) {
      if (edge.source !== id) continue;
      const rest = toLast(edge.target);
      if (rest !== null) longest = Math.max(longest ?? 0, rest + waits(node, edge.sourceHandle));
    }
    known.set(id, longest);
    return longest;
  };
  const all = graph.nodes.filter((node) => !led.has(node.id)).map((node) => toLast(node.id) ?? 0);
  return { mails: graph.nodes.filter(writes).length, days: Math.round(Math.max(0, ...all)) };
}
