import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addAfter,
  connect,
  insertOnEdge,
  moveNodes,
  removeEdges,
  removeNodes,
  setData,
  setSettings,
} from '../../engine/flow/edit.ts';
import { type Conflict, mergeGraphs, type Side } from '../../engine/flow/merge.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { validGraph } from './graphs.ts';

const world = { templates: [], pools: [], jobs: [], people: [], flows: [], stages: [] };
const pick = <T>(from: readonly T[], dice: number): T => from[dice % from.length] as T;

/** One thing a person does; new nodes are named after her. */
type Edit = { kind: number; roll: number; word: string };
const edits = fc.array(
  fc.record({ kind: fc.nat(7), roll: fc.nat(10_000), word: fc.constantFrom('warm', 'met', 'remote') }),
  { maxLength: 5 },
);

function draw(graph: Graph, done: readonly Edit[], by: string): Graph {
  return done.reduce((now, { kind, roll, word }, i) => {
    const node = now.nodes.length > 0 ? pick(now.nodes, roll) : null;
    const edge = now.edges.length > 0 ? pick(now.edges, roll) : null;
    const made = { id: `${by}${i}`, type: 'add-tag', data: { tag: word } };
    const acts: (() => Graph)[] = [
      () => (node ? setData(now, node.id, { ...node.data, note: word }) : now),
      () => (node ? moveNodes(now, [{ id: node.id, position: { x: roll, y: roll } }]) : now),
      () => (node ? removeNodes(now, [node.id]) : now),
      () => (edge ? insertOnEdge(now, edge.id, made) : now),
      () => (edge ? addAfter(now, { node: edge.source, port: edge.sourceHandle }, made) : now),
      () => (edge ? removeEdges(now, [edge.id]) : now),
      () => (edge && node ? connect(now, { node: edge.source, port: edge.sourceHandle }, node.id) : now),
      () => setSettings(now, { ...now.settings, maxOpen: roll + 1 }),
    ];
    return (acts[kind] as () => Graph)();
  }, graph);
}

/** What a graph says, whatever the order of its lists and the ids of its connections. */
const sense = (graph: Graph) => ({
  ...graph,
  nodes: graph.nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  edges: graph.edges.map((edge) => `${edge.source}:${edge.sourceHandle}→${edge.target}`).sort(),
});

test('who is alone loses nothing and gains nothing', () => {
  fc.assert(
    fc.property(validGraph, edits, (base, mine) => {
      const changed = draw(base, mine, 'a');
      expect(mergeGraphs(base, changed, base)).toEqual({ graph: changed, conflicts: [] });
      expect(mergeGraphs(base, base, changed)).toEqual({ graph: changed, conflicts: [] });
      expect(mergeGraphs(base, changed, structuredClone(changed))).toEqual({ graph: changed, conflicts: [] });
    }),
  );
});

test('it does not matter who merges: the same questions, and with the same answers the same flow', () => {
  fc.assert(
    fc.property(validGraph, edits, edits, fc.boolean(), (base, mine, yours, turn) => {
      const [a, b] = [draw(base, mine, 'a'), draw(base, yours, 'b')];
      const answer = ({ id, field }: Conflict): Side =>
        ((id ?? field).length % 2 === 0) === turn ? 'ours' : 'theirs';
      const other = (conflict: Conflict): Side => (answer(conflict) === 'ours' ? 'theirs' : 'ours');
      const one = mergeGraphs(base, a, b, answer);
      const two = mergeGraphs(base, b, a, other);
      expect(sense(two.graph)).toEqual(sense(one.graph));
      const names = (list: Conflict[]) => list.map((each) => [each.kind, each.id, each.field].join()).sort();
      expect(names(two.conflicts)).toEqual(names(one.conflicts));
    }),
  );
});

test('whatever two people drew, the outcome can be stored and read by the validator, and no connection hangs loose', () => {
  fc.assert(
    fc.property(
      validGraph,
      edits,
      edits,
      fc.constantFrom<Side>('ours', 'theirs'),
      (base, mine, yours, side) => {
        const { graph } = mergeGraphs(base, draw(base, mine, 'a'), draw(base, yours, 'b'), () => side);
        expect(graphSchema.parse(graph)).toEqual(graph);
        expect(() => findProblems(graph, world)).not.toThrow();
        const ids = new Set(graph.nodes.map((node) => node.id));
        expect(graph.edges.filter((edge) => !ids.has(edge.source) || !ids.has(edge.target))).toEqual([]);
        expect(new Set(graph.edges.map((edge) => edge.id)).size).toBe(graph.edges.length);
        expect(new Set(graph.edges.map((edge) => `${edge.source}:${edge.sourceHandle}`)).size).toBe(
          graph.edges.length,
        );
      },
    ),
  );
});

test('changes of different steps are both there, as if one person had made them', () => {
  fc.assert(
    fc.property(validGraph, fc.nat(10_000), fc.nat(10_000), (base, one, two) => {
      const [a, b] = [pick(base.nodes, one), pick(base.nodes, two)];
      fc.pre(a.id !== b.id);
      const mine = (graph: Graph) => setData(graph, a.id, { ...a.data, note: 'mine' });
      const yours = (graph: Graph) =>
        moveNodes(setData(graph, b.id, { ...b.data, note: 'yours' }), [
          { id: b.id, position: { x: 7, y: 7 } },
        ]);
      expect(mergeGraphs(base, mine(base), yours(base))).toEqual({ graph: mine(yours(base)), conflicts: [] });
    }),
  );
});

test('steps put on different connections are both there, as if one person had put them', () => {
  fc.assert(
    fc.property(validGraph, fc.nat(10_000), fc.nat(10_000), (base, one, two) => {
      const [a, b] = [pick(base.edges, one), pick(base.edges, two)];
      fc.pre(a.id !== b.id);
      const add = (graph: Graph, edge: string, id: string) =>
        insertOnEdge(graph, edge, { id, type: 'add-tag', data: { tag: id } });
      const { graph, conflicts } = mergeGraphs(base, add(base, a.id, 'mine'), add(base, b.id, 'yours'));
      expect(conflicts).toEqual([]);
      expect(sense(graph).edges).toEqual(sense(add(add(base, a.id, 'mine'), b.id, 'yours')).edges);
    }),
  );
});

const node = (id: string, type: string, data: Record<string, unknown> = {}) => ({
  id,
  type,
  data,
  position: { x: 0, y: 0 },
});
const base: Graph = {
  name: 'Keep warm',
  settings: { reentry: 'once', exitOn: [] },
  nodes: [
    node('start', 'manual'),
    node('mail', 'send-email', { templateId: 'hello', note: 'first' }),
    node('pause', 'wait', { for: 'P1D' }),
    node('over', 'end'),
  ],
  edges: [
    { id: 'e1', source: 'start', sourceHandle: 'next', target: 'mail' },
    { id: 'e2', source: 'mail', sourceHandle: 'next', target: 'pause' },
    { id: 'e3', source: 'pause', sourceHandle: 'next', target: 'over' },
  ],
};
const dataOf = (graph: Graph, id: string) => graph.nodes.find((each) => each.id === id)?.data;

test('two fields of one step, changed by two people, are both new', () => {
  const mine = setData(base, 'mail', { templateId: 'hello', note: 'mine' });
  const yours = setData(base, 'mail', { templateId: 'yours', note: 'first' });
  const { graph, conflicts } = mergeGraphs(base, mine, yours);
  expect(conflicts).toEqual([]);
  expect(dataOf(graph, 'mail')).toEqual({ templateId: 'yours', note: 'mine' });
});

test('the same field is asked, with both values, and what is chosen stands', () => {
  const mine = setData(base, 'pause', { for: 'P3D' });
  const yours = setData(base, 'pause', { for: 'P5D' });
  const asked = mergeGraphs(base, mine, yours, () => 'theirs');
  expect(asked.conflicts).toEqual([
    { part: 'nodes', id: 'pause', kind: 'field', field: 'for', ours: 'P3D', theirs: 'P5D' },
  ]);
  expect(dataOf(asked.graph, 'pause')).toEqual({ for: 'P5D' });
  expect(dataOf(mergeGraphs(base, mine, yours).graph, 'pause')).toEqual({ for: 'P3D' });
});

test('a step that one removed and the other changed is asked; kept, it stands between the same two as before', () => {
  const mine = removeNodes(base, ['pause']);
  const yours = setData(base, 'pause', { for: 'P5D' });
  const kept = mergeGraphs(base, mine, yours, () => 'theirs');
  expect(kept.conflicts).toMatchObject([{ id: 'pause', kind: 'removed', ours: undefined }]);
  expect(sense(kept.graph)).toEqual(sense(yours));
  expect(sense(mergeGraphs(base, mine, yours).graph)).toEqual(sense(mine));
});

test('a step that one removed and the other only moved is gone without a question', () => {
  const mine = removeNodes(base, ['pause']);
  const yours = moveNodes(base, [{ id: 'pause', position: { x: 400, y: 0 } }]);
  expect(mergeGraphs(base, mine, yours)).toEqual({ graph: mine, conflicts: [] });
});

test('a port that both lead elsewhere is asked, and both new steps are still there', () => {
  const add = (id: string) => insertOnEdge(base, 'e2', node(id, 'add-tag', { tag: id }));
  const { graph, conflicts } = mergeGraphs(base, add('mine'), add('yours'));
  expect(conflicts).toEqual([
    { part: 'nodes', id: 'mail', kind: 'way', field: 'next', ours: 'mine', theirs: 'yours' },
  ]);
  expect(graph.nodes.map((each) => each.id)).toEqual(expect.arrayContaining(['mine', 'yours']));
});

test('settings are brought together key by key', () => {
  const mine = setSettings(base, { ...base.settings, maxOpen: 10, cooldown: 'P1D' });
  const yours = setSettings(base, { ...base.settings, reentry: 'always', maxOpen: 20 });
  const { graph, conflicts } = mergeGraphs(base, mine, yours);
  expect(graph.settings).toEqual({ reentry: 'always', exitOn: [], maxOpen: 10, cooldown: 'P1D' });
  expect(conflicts.map((each) => [each.part, each.field])).toEqual([['settings', 'maxOpen']]);
});
