import { expect, test } from 'vitest';
import { diffGraphs, proposeMap } from '../../engine/flow/diff.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';

type Node = [id: string, type: string, data?: Record<string, unknown>];

const drawn = (nodes: Node[], edges: [string, string, string][] = []): Graph =>
  graphSchema.parse({
    name: 'Stay in touch',
    nodes: nodes.map(([id, type, data = {}], n) => ({ id, type, data, position: { x: 0, y: n * 100 } })),
    edges: edges.map(([source, sourceHandle, target], n) => ({ id: `e${n}`, source, sourceHandle, target })),
  });

const before = drawn(
  [
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P3D' }],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ],
  [
    ['start', 'next', 'wait'],
    ['wait', 'next', 'tag'],
    ['tag', 'next', 'end'],
  ],
);

test('a flow does not differ from itself, wherever its nodes stand and in whatever order its keys are', () => {
  const moved = {
    ...before,
    nodes: before.nodes.map((node) => ({ ...node, position: { x: 7, y: 7 } })).reverse(),
    edges: before.edges.map((edge) => ({ ...edge, id: `${edge.id}-again` })).reverse(),
  };
  expect(diffGraphs(before, moved)).toEqual({ added: [], removed: [], changed: [] });
});

test('added and removed steps are named, and of those that stay what is set otherwise and what leads elsewhere', () => {
  const after = drawn(
    [
      ['start', 'manual'],
      ['wait', 'wait', { for: 'P5D' }],
      ['pool', 'add-to-pool', { poolId: 'p' }],
      ['end', 'end'],
    ],
    [
      ['start', 'next', 'wait'],
      ['wait', 'next', 'pool'],
      ['pool', 'next', 'end'],
    ],
  );
  const diff = diffGraphs(before, after);
  expect(diff.added.map((node) => node.id)).toEqual(['pool']);
  expect(diff.removed.map((node) => node.id)).toEqual(['tag']);
  expect(diff.changed.map(({ id, fields, rewired }) => ({ id, fields, rewired }))).toEqual([
    { id: 'wait', fields: ['for'], rewired: true },
  ]);
});

test('a step that is another one now says so', () => {
  const after = drawn([
    ['wait', 'wait-for', { event: 'message.replied', timeout: 'P3D' }],
    ['tag', 'add-tag', { tag: 'warm' }],
  ]);
  expect(diffGraphs(before, after).changed.find((one) => one.id === 'wait')?.fields).toEqual([
    'type',
    'for',
    'event',
    'timeout',
  ]);
});

test.each<{ what: string; after: Node[]; wait: string | undefined }>([
  { what: 'the same step with other settings', after: [['wait', 'wait', { for: 'P9D' }]], wait: 'wait' },
  {
    what: 'another kind of wait under the same id',
    after: [['wait', 'wait-for', { event: 'message.replied', timeout: 'P3D' }]],
    wait: 'wait',
  },
  { what: 'an action under the same id', after: [['wait', 'add-tag', { tag: 'x' }]], wait: undefined },
  { what: 'a copy of it under another id', after: [['other', 'wait', { for: 'P3D' }]], wait: 'other' },
  {
    what: 'a wait of another length under another id',
    after: [['other', 'wait', { for: 'P4D' }]],
    wait: undefined,
  },
  {
    what: 'two copies that cannot be told apart',
    after: [
      ['one', 'wait', { for: 'P3D' }],
      ['two', 'wait', { for: 'P3D' }],
    ],
    wait: undefined,
  },
  {
    what: 'itself and a copy',
    after: [
      ['copy', 'wait', { for: 'P3D' }],
      ['wait', 'wait', { for: 'P3D' }],
    ],
    wait: 'wait',
  },
])('the counterpart of a wait among: $what', ({ after, wait }) => {
  expect(proposeMap(before, drawn([['start', 'manual'], ...after])).wait).toBe(wait);
});

test('nobody stands on a trigger, so none has a counterpart', () => {
  expect(proposeMap(before, before)).toEqual({ wait: 'wait', tag: 'tag', end: 'end' });
});
