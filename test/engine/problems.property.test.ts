/** Graphs as no one should draw them: whatever is wrong is told in sentences, and only what is right compiles. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findProblems } from '../../engine/flow/problems.ts';
import type { FlowEdge, FlowNode, Graph } from '../../engine/flow/schema.ts';
import { compile, InvalidFlow } from '../../engine/plan/compile.ts';
import { steps } from '../../engine/steps/index.ts';
import { triggers } from '../../engine/triggers/index.ts';
import { pins, validGraph } from './graphs.ts';

const world = {
  templates: [{ id: 'template-1', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
  pools: [
    { id: 'pool-1', name: 'Silver medallists' },
    { id: 'pool-gone', name: 'Not gone yet' },
  ],
  jobs: [],
  people: [],
  flows: [],
  stages: ['Phone screen', 'Offer', 'Hired'],
};

/** What goes wrong with a drawing; the numbers pick where. */
type Damage =
  | { kind: 'edge-gone' | 'node-gone' | 'edge-twice' | 'node-twice'; at: number }
  | { kind: 'edge-moved' | 'port-renamed'; at: number; to: number }
  | { kind: 'type'; at: number; type: string }
  | { kind: 'data'; at: number; data: Record<string, unknown> };

const at = fc.nat(200);
const keys = [
  'for',
  'event',
  'timeout',
  'when',
  'scope',
  'cases',
  'templateId',
  'stage',
  'poolId',
  'tag',
  'jobId',
];
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constantFrom('edge-gone', 'node-gone', 'edge-twice', 'node-twice'), at }),
  fc.record({ kind: fc.constantFrom('edge-moved', 'port-renamed'), at, to: at }),
  fc.record({
    kind: fc.constant('type' as const),
    at,
    type: fc.constantFrom(...Object.keys({ ...steps, ...triggers }), 'teleport', 'constructor', '__proto__'),
  }),
  fc.record({
    kind: fc.constant('data' as const),
    at,
    data: fc.dictionary(fc.constantFrom(...keys), fc.anything({ withNullPrototype: false, maxDepth: 3 })),
  }),
);

const changed = <T>(list: T[], index: number, change: (one: T) => T[]): T[] =>
  list.flatMap((one, each) => (each === index % list.length ? change(one) : [one]));

function damaged(graph: Graph, harm: Damage): Graph {
  const nodes = (change: (node: FlowNode) => FlowNode[]) => ({
    ...graph,
    nodes: changed(graph.nodes, harm.at, change),
  });
  const edges = (change: (edge: FlowEdge) => FlowEdge[]) => ({
    ...graph,
    edges: changed(graph.edges, harm.at, change),
  });
  const does: { [K in Damage['kind']]: (harm: Extract<Damage, { kind: K }>) => Graph } = {
    'edge-gone': () => edges(() => []),
    'node-gone': () => nodes(() => []),
    'edge-twice': () => edges((edge) => [edge, { ...edge, id: `${edge.id}-again` }]),
    'node-twice': () => nodes((node) => [node, node]),
    'edge-moved': ({ to }) =>
      edges((edge) => [{ ...edge, target: graph.nodes[to % graph.nodes.length]?.id ?? 'nowhere' }]),
    'port-renamed': ({ to }) => edges((edge) => [{ ...edge, sourceHandle: `port-${to}` }]),
    type: ({ type }) => nodes((node) => [{ ...node, type }]),
    data: ({ data }) => nodes((node) => [{ ...node, data }]),
  };
  return (does[harm.kind] as (harm: Damage) => Graph)(harm);
}

test('whatever is wrong with a graph is told in sentences; it compiles exactly if nothing it holds is wrong', () => {
  fc.assert(
    fc.property(validGraph, fc.array(damage, { maxLength: 4 }), (graph, harms) => {
      const broken = harms.reduce(damaged, graph);
      const problems = findProblems(broken, world);
      const known = new Set(broken.nodes.map((node) => node.id));
      for (const { message, node } of problems) {
        expect(message).toMatch(/^[A-Z“].*\.$/su);
        expect(message).not.toMatch(/undefined|\[object/);
        expect(node === null || known.has(node)).toBe(true);
      }
      const errors = problems.filter((problem) => problem.severity === 'error');
      try {
        compile(broken, pins);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidFlow);
        expect(errors.map((problem) => problem.code)).toEqual(
          expect.arrayContaining((error as InvalidFlow).problems.map((problem) => problem.code)),
        );
        return;
      }
      // Left are those that only the workspace knows, or the ways through the flow.
      for (const { code } of errors)
        expect(code).toMatch(/^(template|pool|job|stage|variable|application|message)-/);
    }),
    { numRuns: 500 },
  );
});
