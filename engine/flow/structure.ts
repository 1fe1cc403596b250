/** Pure: what is wrong with the drawing itself, before asking what its steps mean. */
import type { Names } from '../steps/step.ts';
import { shortest } from '../time/duration.ts';
import { cyclesOf } from './cycles.ts';
import { describeNode } from './describe.ts';
import { type Problem, problem } from './problem.ts';
import type { Reading, ReadNode } from './reading.ts';

const minute = 60_000;

export function structureProblems(reading: Reading, names: Names): Problem[] {
  const title = (id: string): string => {
    const read = reading.nodes.get(id);
    return read ? describeNode(read.node, names).summary : id;
  };
  return [
    ...nodeProblems(reading),
    ...edgeProblems(reading, title),
    ...portProblems(reading, title),
    ...cycleProblems(reading, title),
    ...repeatProblems(reading, title),
    ...reachProblems(reading, title),
  ];
}

type Title = (id: string) => string;

function* nodeProblems(reading: Reading): Generator<Problem> {
  for (const node of reading.repeated) yield problem('node-repeated', { node: node.id }, { it: node.id });
  let starts = 0;
  for (const { node, step, trigger } of reading.nodes.values()) {
    if (!step && !trigger) yield problem('node-unknown', { node: node.id }, { it: node.type });
    if (trigger) starts++;
  }
  if (starts === 0) yield problem('no-trigger', {});
}

function* edgeProblems(reading: Reading, title: Title): Generator<Problem> {
  const ids = new Set<string>();
  for (const edge of reading.graph.edges) {
    if (ids.has(edge.id)) yield problem('edge-repeated', { edge: edge.id }, { it: edge.id });
    ids.add(edge.id);
    const source = reading.nodes.get(edge.source);
    const target = reading.nodes.get(edge.target);
    if (!source) {
      yield problem('edge-from-nothing', { node: target ? edge.target : null, edge: edge.id });
      continue;
    }
    const here = { node: edge.source, edge: edge.id };
    if (!target) yield problem('edge-to-nothing', here, { node: title(edge.source) });
    if (target?.trigger)
      yield problem('edge-into-trigger', { node: edge.target, edge: edge.id }, { node: title(edge.target) });
    const isKnown = source.ports.some((port) => port.id === edge.sourceHandle);
    if (!isKnown && (source.step || source.trigger)) {
      yield problem('edge-from-unknown-port', here, { node: title(edge.source), it: edge.sourceHandle });
    }
  }
}

function* portProblems(reading: Reading, title: Title): Generator<Problem> {
  for (const read of reading.nodes.values()) {
    const node = read.node.id;
    const seen = new Set<string>();
    for (const port of read.ports) {
      if (seen.has(port.id)) {
        const code = port.id === 'else' ? 'port-reserved' : 'port-repeated';
        const field = read.step && 'arms' in read.step.fields ? 'arms' : 'cases';
        yield problem(code, { node, field }, { node: title(node), it: port.label });
        continue;
      }
      seen.add(port.id);
      const edges = read.out.get(port.id) ?? [];
      if (edges.length === 0)
        yield problem('port-unconnected', { node }, { node: title(node), it: port.label });
      if (edges.length > 1)
        yield problem(
          'port-overconnected',
          { node, edge: edges[1]?.id },
          { node: title(node), it: port.label },
        );
    }
  }
}

const isWait = (read: ReadNode | undefined): boolean => read?.step?.family === 'wait';

function* cycleProblems(reading: Reading, title: Title): Generator<Problem> {
  const cycles = cyclesOf([...reading.nodes.keys()], reading.successors);
  const restless = cycles.flat().filter((id) => !isWait(reading.nodes.get(id)));
  for (const cycle of cyclesOf(restless, reading.successors)) {
    const node = cycle.at(-1) ?? null;
    if (node) yield problem('cycle-without-wait', { node }, { node: title(node) });
  }
  for (const cycle of cycles) {
    for (const node of cycle) {
      const read = reading.nodes.get(node);
      if (!isWait(read) || !read?.data) continue;
      const data = read.data as Record<string, unknown>;
      for (const [field, asked] of Object.entries(read.step?.fields ?? {}) as [string, { kind: string }][]) {
        const value = data[field];
        if (asked.kind === 'duration' && typeof value === 'string' && shortest(value) < minute) {
          yield problem('cycle-wait-short', { node, field }, { node: title(node) });
        }
      }
    }
  }
}

/** What is there to lead back, and does not. */
function* repeatProblems(reading: Reading, title: Title): Generator<Problem> {
  for (const { node, step, out } of reading.nodes.values()) {
    const targets = step?.leadsBack ? (out.get(step.leadsBack) ?? []).map((edge) => edge.target) : [];
    if (targets.length > 0 && !reachable(reading, targets).has(node.id))
      yield problem('repeat-leads-on', { node: node.id }, { node: title(node.id) });
  }
}

function* reachProblems(reading: Reading, title: Title): Generator<Problem> {
  const starts = [...reading.nodes.values()].filter((read) => read.trigger).map((read) => read.node.id);
  // Without a trigger everything is out of reach; one problem says so.
  if (starts.length === 0) return;
  const reached = reachable(reading, [...starts, ...goalsOf(reading)]);
  for (const id of reading.nodes.keys()) {
    if (!reached.has(id)) yield problem('node-unreachable', { node: id }, { node: title(id) });
  }
}

/** The nodes that a run may jump to from wherever it is. */
export const goalsOf = (reading: Reading): string[] =>
  [...reading.nodes.values()].filter((read) => read.step?.reachedFromAnywhere).map((read) => read.node.id);

/** All that a run may come to that starts at one of these nodes, jumps to goals included. None start: nothing. */
export const withinReach = (reading: Reading, starts: readonly string[]): Set<string> =>
  reachable(reading, starts.length > 0 ? [...starts, ...goalsOf(reading)] : []);

/** All that can be reached from `starts`, themselves included, by ways that leave no node for which `stops` holds. */
export function reachable(
  reading: Reading,
  starts: readonly string[],
  stops: (read: ReadNode) => boolean = () => false,
): Set<string> {
  const reached = new Set(starts);
  const open = [...starts];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const read = reading.nodes.get(id);
    if (!read || stops(read)) continue;
    for (const next of reading.successors(id)) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}
