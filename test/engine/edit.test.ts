import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addAfter,
  connect,
  duplicate,
  insertOnEdge,
  moveNodes,
  paste,
  piece,
  removeEdges,
  removeNodes,
  setData,
} from '../../engine/flow/edit.ts';
import { layout } from '../../engine/flow/layout.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { pins, validGraph } from './graphs.ts';

const ways = (graph: Graph) =>
  graph.edges.map((edge) => `${edge.source}:${edge.sourceHandle}→${edge.target}`).sort();
const pick = <T>(from: readonly T[], dice: number): T => from[dice % from.length] as T;
const dice = fc.nat(10_000);

test('a step put on an edge and taken away again leaves the ways as they were', () => {
  fc.assert(
    fc.property(validGraph, dice, (graph, roll) => {
      // The editor draws no connection of a step with itself, so that a removal need not keep one.
      const edges = graph.edges.filter((each) => each.source !== each.target);
      const edge = pick(edges, roll);
      const inserted = insertOnEdge(graph, edge.id, { id: 'new', type: 'add-tag', data: { tag: 'new' } });
      expect(Object.keys(compile(inserted, pins).ops)).toContain('new');
      expect(ways(removeNodes(inserted, ['new']))).toEqual(ways({ ...graph, edges }));
    }),
  );
});

test('a step added after a port goes in between, and the flow stays valid', () => {
  fc.assert(
    fc.property(validGraph, dice, (graph, roll) => {
      const edge = pick(graph.edges, roll);
      const added = addAfter(
        graph,
        { node: edge.source, port: edge.sourceHandle },
        { id: 'new', type: 'wait', data: { for: 'P1D' } },
      );
      expect(ways(added)).toContain(`new:next→${edge.target}`);
      expect(() => compile(added, pins)).not.toThrow();
    }),
  );
});

test('a connection taken away and drawn again is the same', () => {
  fc.assert(
    fc.property(validGraph, dice, (graph, roll) => {
      const edge = pick(graph.edges, roll);
      const again = connect(
        removeEdges(graph, [edge.id]),
        { node: edge.source, port: edge.sourceHandle },
        edge.target,
      );
      expect(ways(again)).toEqual(
        edge.source === edge.target ? ways(removeEdges(graph, [edge.id])) : ways(graph),
      );
    }),
  );
});

test('a move and its return, and the same data again, change nothing', () => {
  fc.assert(
    fc.property(validGraph, dice, (graph, roll) => {
      const node = pick(graph.nodes, roll);
      const away = moveNodes(graph, [{ id: node.id, position: { x: 999, y: -5 } }]);
      expect(moveNodes(away, [{ id: node.id, position: node.position }])).toEqual(graph);
      expect(setData(graph, node.id, node.data)).toEqual(graph);
    }),
  );
});

test('copies leave the originals alone and have their own inner ways', () => {
  fc.assert(
    fc.property(validGraph, fc.infiniteStream(fc.boolean()), (graph, coins) => {
      const chosen = graph.nodes.map((node) => node.id).filter(() => coins.next().value);
      const ids = new Map(chosen.map((id) => [id, `copy-of-${id}`]));
      const inner = piece(graph, chosen).edges.filter((edge) => edge.source !== edge.target).length;
      for (const copied of [
        duplicate(graph, chosen, ids),
        paste(graph, piece(graph, chosen), ids, { x: 0, y: 0 }),
      ]) {
        expect(copied.nodes.slice(0, graph.nodes.length)).toEqual(graph.nodes);
        expect(copied.nodes).toHaveLength(graph.nodes.length + chosen.length);
        expect(copied.edges).toHaveLength(graph.edges.length + inner);
      }
    }),
  );
});

test('no edit changes the graph that it was given', () => {
  fc.assert(
    fc.property(validGraph, dice, (graph, roll) => {
      const before = structuredClone(graph);
      const edge = pick(graph.edges, roll);
      const node = pick(graph.nodes, roll);
      insertOnEdge(graph, edge.id, { id: 'new', type: 'wait', data: { for: 'P1D' } });
      removeNodes(graph, [node.id]);
      setData(graph, node.id, {});
      layout(graph);
      expect(graph).toEqual(before);
    }),
  );
});

test('the tidy drawing keeps the ways and lays no card on another', () => {
  fc.assert(
    fc.property(validGraph, (graph) => {
      const tidy = layout(graph);
      expect(ways(tidy)).toEqual(ways(graph));
      for (const [index, a] of tidy.nodes.entries()) {
        for (const b of tidy.nodes.slice(index + 1)) {
          const apart =
            Math.abs(a.position.x - b.position.x) >= 240 || Math.abs(a.position.y - b.position.y) >= 60;
          expect(apart, `${a.id} and ${b.id}`).toBe(true);
        }
      }
    }),
  );
});
