/** Pure: two drawings that began as the same one, brought together. What only one of them changed stands; the rest is asked. */
import { canonicalJson } from '../plan/canonical.ts';
import type { FlowEdge, FlowNode, Graph, NodeId } from './schema.ts';

export type Side = 'ours' | 'theirs';

/** Both changed the same thing, each in another way. */
export interface Conflict {
  /** `nodes`, `settings`, another list of the graph (`scenarios`), or a part that is one value (`name`). */
  part: string;
  /** Of the node or the item; null where the part has none. */
  id: string | null;
  /** `removed`: one side took it away, the other changed it. `way`: a port leads elsewhere, `field` names the port. */
  kind: 'field' | 'way' | 'removed';
  field: string;
  /** Undefined: not there on that side. */
  ours: unknown;
  theirs: unknown;
}

export interface Merged {
  graph: Graph;
  conflicts: Conflict[];
}

export type Choose = (conflict: Conflict) => Side;

/** What is chosen as one: a node with its ways out, the settings, an item. */
export const questionOf = ({ part, id }: Pick<Conflict, 'part' | 'id'>): string => `${part}/${id ?? ''}`;

type Fields = Record<string, unknown>;
type Item = { id: string };
type Three<T> = Record<'base' | Side, T>;

/**
 * `base`: what both started from. Where a card stands is never asked: if both moved it, the choice decides unseen, and
 * a removal goes before a mere move. A node that one side removed is in question when the other gave it other data or
 * another connection; with it go the connections to and from it. Conflicts are listed whatever `choose` says.
 */
export function mergeGraphs(base: Graph, ours: Graph, theirs: Graph, choose: Choose = () => 'ours'): Merged {
  const conflicts: Conflict[] = [];
  const ask: Choose = (conflict) => {
    conflicts.push(conflict);
    return choose(conflict);
  };
  const all = { base, ours, theirs };
  const removals = new Map<NodeId, Side>();
  const nodes = mergeNodes(all, ask, choose, removals);
  const edges = mergeEdges(all, ask, removals, new Set(nodes.map((node) => node.id)));
  const parts = keysOf(all).flatMap((part): [string, unknown][] => {
    if (part === 'nodes') return [[part, nodes]];
    if (part === 'edges') return [[part, edges]];
    const merged = mergePart(
      part,
      each(all, (graph) => (graph as unknown as Fields)[part]) as Three<unknown>,
      ask,
    );
    return merged === undefined ? [] : [[part, merged]];
  });
  return { graph: Object.fromEntries(parts) as Graph, conflicts };
}

function mergeNodes(all: Three<Graph>, ask: Choose, choose: Choose, removals: Map<NodeId, Side>): FlowNode[] {
  const joined = each(all, newlyJoined(all.base));
  const plain = (node: FlowNode) => text({ ...node, position: null });
  return mergeList(
    each(all, (graph) => keyed(graph.nodes, ({ id }) => id)),
    {
      both: (three) => mergeNode(three, ask, choose),
      removed: (was, left, keeper) => {
        if (was && plain(was) === plain(left) && !joined[keeper].has(left.id)) return false;
        const side = ask({
          part: 'nodes',
          id: left.id,
          kind: 'removed',
          field: '',
          ...onSide(keeper, left),
        });
        removals.set(left.id, side);
        return side === keeper;
      },
    },
  );
}

/** Nodes at whose end this side has drawn a connection that was not there. */
const newlyJoined = (base: Graph) => {
  const before = waysOf(base);
  return (graph: Graph): Set<NodeId> =>
    new Set(
      graph.edges
        .filter((edge) => before.get(wayOf(edge))?.target !== edge.target)
        .flatMap((edge) => [edge.source, edge.target]),
    );
};

function mergeNode(all: Three<FlowNode | undefined>, ask: Choose, choose: Choose): FlowNode {
  const { base, ours, theirs } = all as Three<FlowNode>;
  const place: Conflict = { part: 'nodes', id: ours.id, kind: 'field', field: 'position', ours, theirs };
  const field = (name: string, three: Three<unknown>) =>
    pick(three, (mine, others) =>
      name === 'position'
        ? choose(place)
        : ask({ part: 'nodes', id: ours.id, kind: 'field', field: name, ours: mine, theirs: others }),
    );
  if (ours.type !== theirs.type) {
    // What another type's data mean is another thing: they go together.
    const whole = (node: FlowNode | undefined) => node && { type: node.type, data: node.data };
    const chosen = field('type', each({ base, ours, theirs }, whole)) as Pick<FlowNode, 'type' | 'data'>;
    const position = field(
      'position',
      each({ base, ours, theirs }, (node) => node?.position),
    );
    return { ...ours, ...chosen, position } as FlowNode;
  }
  const around = (node: FlowNode | undefined): Fields => ({ ...node, data: undefined });
  const data = mergeFields(
    each({ base, ours, theirs }, (node) => node?.data ?? {}),
    field,
  );
  const others = mergeFields(each({ base, ours, theirs }, around), field);
  return { ...others, data } as FlowNode;
}

const waysOf = (graph: Graph) => keyed(graph.edges, wayOf);
/** A port leads to one place, so that source and port name a connection whatever its id. */
const wayOf = (edge: FlowEdge): string => JSON.stringify([edge.source, edge.sourceHandle]);

function mergeEdges(
  all: Three<Graph>,
  ask: Choose,
  removals: ReadonlyMap<NodeId, Side>,
  there: ReadonlySet<NodeId>,
): FlowEdge[] {
  const ways = each(all, waysOf);
  const known = new Set([all.base, all.ours, all.theirs].flatMap((graph) => graph.nodes.map(({ id }) => id)));
  const lost = (id: NodeId) => known.has(id) && !there.has(id);
  const edges = inOrder(ways).flatMap((way): { edge: FlowEdge; from: Side }[] => {
    const three = each(ways, (list) => list.get(way));
    const from = sideOf(three, ask, removals);
    const edge = three[from];
    return edge && !lost(edge.source) && !lost(edge.target) ? [{ edge, from }] : [];
  });
  const ids = new Set(edges.filter(({ from }) => from === 'ours').map(({ edge }) => edge.id));
  return edges.map(({ edge, from }) => {
    if (from === 'ours') return edge;
    let { id } = edge;
    for (let n = 2; ids.has(id); n++) id = `${edge.id}:${n}`;
    ids.add(id);
    return id === edge.id ? edge : { ...edge, id };
  });
}

/** Whose connection of one port stands. */
function sideOf(three: Three<FlowEdge | undefined>, ask: Choose, removals: ReadonlyMap<NodeId, Side>): Side {
  const { base, ours, theirs } = three;
  const ends = [base, ours, theirs].flatMap((edge) => (edge ? [edge.source, edge.target] : []));
  const asked = ends.find((id) => removals.has(id));
  if (asked !== undefined) return removals.get(asked) as Side;
  if (ours?.target === theirs?.target || theirs?.target === base?.target) return 'ours';
  if (ours?.target === base?.target) return 'theirs';
  const { source, sourceHandle } = (ours ?? theirs) as FlowEdge;
  return ask({
    part: 'nodes',
    id: source,
    kind: 'way',
    field: sourceHandle,
    ours: ours?.target,
    theirs: theirs?.target,
  });
}

function mergePart(part: string, three: Three<unknown>, ask: Choose): unknown {
  const present = [three.base, three.ours, three.theirs].filter((value) => value !== undefined);
  const field = (id: string | null, field: string, values: Three<unknown>) =>
    pick(values, (ours, theirs) => ask({ part, id, kind: 'field', field, ours, theirs }));
  if (present.every(isList)) {
    const merged = mergeList(
      each(three, (list) => keyed((list ?? []) as Item[], ({ id }) => id)),
      {
        both: (items) =>
          mergeFields(
            each(items, (item) => (item ?? {}) as Fields),
            (name, values) => field((items.ours as Item).id, name, values),
          ) as unknown as Item,
        removed: (was, left, keeper) =>
          (!was || text(was) !== text(left)) &&
          ask({ part, id: left.id, kind: 'removed', field: '', ...onSide(keeper, left) }) === keeper,
      },
    );
    return merged.length === 0 && present.length < 3 ? undefined : merged;
  }
  if (present.length === 3 && present.every(isFields))
    return mergeFields(three as Three<Fields>, (name, values) => field(null, name, values));
  return field(null, part, three);
}

/** The same drawing, wherever its values stand in memory. */
export const sameGraph = (a: Graph, b: Graph): boolean =>
  a === b ||
  keysOf({ base: a, ours: a, theirs: b }).every((part) => {
    const [one, two] = [a, b].map((graph) => (graph as unknown as Fields)[part]);
    if (!Array.isArray(one) || !Array.isArray(two)) return same(one, two);
    return one.length === two.length && one.every((item, i) => same(item, two[i]));
  });

interface Merging<T> {
  both(items: Three<T | undefined>): T;
  /** Whether what one side removed, and the other still has, stays. */
  removed(was: T | undefined, left: T, keeper: Side): boolean;
}

function mergeList<T>(lists: Three<Map<string, T>>, { both, removed }: Merging<T>): T[] {
  return inOrder(lists).flatMap((key) => {
    const items = each(lists, (list) => list.get(key));
    const { base, ours, theirs } = items;
    if (ours !== undefined && theirs !== undefined) {
      if (same(ours, theirs) || same(base, theirs)) return [ours];
      return [same(base, ours) ? theirs : both(items)];
    }
    const left = ours ?? theirs;
    if (left === undefined) return [];
    return base === undefined || removed(base, left, ours === undefined ? 'theirs' : 'ours') ? [left] : [];
  });
}

/** Keys in our order unless only they have another one; what the other side added comes last. */
function inOrder(lists: Three<ReadonlyMap<string, unknown>>): string[] {
  const [base, ours, theirs] = [lists.base, lists.ours, lists.theirs].map((list) => [...list.keys()]);
  const asBefore = text(base) === text(ours);
  return [...new Set([...((asBefore ? theirs : ours) ?? []), ...(ours ?? []), ...(theirs ?? [])])];
}

function mergeFields(three: Three<Fields>, field: (name: string, values: Three<unknown>) => unknown): Fields {
  const entries = keysOf(three).map((name) => [
    name,
    field(
      name,
      each(three, (fields) => (Object.hasOwn(fields, name) ? fields[name] : undefined)),
    ),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function pick<T>({ base, ours, theirs }: Three<T>, ask: (ours: T, theirs: T) => Side): T {
  if (same(ours, theirs) || same(base, theirs)) return ours;
  if (same(base, ours)) return theirs;
  return ask(ours, theirs) === 'ours' ? ours : theirs;
}

const each = <T, R>({ base, ours, theirs }: Three<T>, read: (value: T) => R): Three<R> => ({
  base: read(base),
  ours: read(ours),
  theirs: read(theirs),
});
const onSide = (keeper: Side, value: unknown) =>
  keeper === 'ours' ? { ours: value, theirs: undefined } : { ours: undefined, theirs: value };
const keysOf = ({ ours, theirs }: Three<object>): string[] => [
  ...new Set([...Object.keys(ours), ...Object.keys(theirs)]),
];
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is Item[] =>
  Array.isArray(value) && value.every((item) => isFields(item) && typeof item.id === 'string');

/** Items by name. A name that comes again keeps its place among its like. */
function keyed<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    let key = nameOf(item);
    while (map.has(key)) key += '\n';
    map.set(key, item);
  }
  return map;
}

/** Values are never changed in place, so each is written out once: a history of hundreds of states shares most nodes. */
const written = new WeakMap<object, string>();
function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === undefined ? '' : canonicalJson(value);
  const known = written.get(value);
  if (known !== undefined) return known;
  const made = canonicalJson(value);
  written.set(value, made);
  return made;
}
const same = (a: unknown, b: unknown): boolean => a === b || text(a) === text(b);
