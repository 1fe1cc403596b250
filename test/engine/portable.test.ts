/** Flows as files: names instead of ids, and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flowFile, fromPortable, referencesOf, toPortable } from '../../engine/flow/portable.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { flow } from '../contract/flows.ts';

const known = {
  template: [{ id: 'template-1', name: 'Thank you' }],
  pool: [
    { id: 'pool-1', name: 'Silver medallists' },
    { id: 'pool-2', name: 'Alumni' },
  ],
  job: [
    { id: 'job-1', name: 'Engineer' },
    { id: 'job-2', name: 'Nurse' },
    { id: 'job-3', name: 'nurse' },
  ],
};

const inPools = { field: 'candidate.pools', op: 'any-of', value: ['pool-1', 'pool-2'] };
const drawn = graphSchema.parse({
  ...flow([
    { id: 'start', type: 'application-received', data: { jobId: 'job-1', when: { not: inPools } } },
    { id: 'mail', type: 'send-email', data: { templateId: 'template-1' } },
    {
      id: 'ask',
      type: 'branch',
      data: { cases: [{ port: 'in', when: { all: [inPools] } }] },
      to: { in: 'pool' },
    },
    { id: 'pool', type: 'add-to-pool', data: { poolId: 'pool-1' } },
  ]),
  settings: {
    goal: {
      events: ['pool.joined'],
      when: { field: 'event.poolId', op: 'is', value: 'pool-2' },
      window: 'P30D',
    },
  },
  scenarios: [
    {
      id: 'one',
      name: 'One',
      candidate: { pools: ['pool-2'] },
      events: [{ after: 'P1D', type: 'pool.joined', data: { poolId: 'pool-1' } }],
      expect: [
        { that: 'sends', templateId: 'template-1' },
        { that: 'holds', when: inPools },
      ],
    },
  ],
});

test('every id becomes a name, wherever it stands, and comes back', () => {
  const { graph, unresolved } = toPortable(drawn, known);
  expect(unresolved).toEqual([]);
  expect(
    referencesOf(graph)
      .map((one) => `${one.kind} ${one.reference}`)
      .sort(),
  ).toEqual(['job Engineer', 'pool Alumni', 'pool Silver medallists', 'template Thank you']);
  expect(flowFile(graph)).not.toMatch(/pool-\d|template-\d|job-\d/);
  const back = fromPortable(graph, known);
  expect(back.unresolved).toEqual([]);
  expect(flowFile(back.graph)).toBe(flowFile(toPortable(drawn, {}).graph));
});

test('what is gone keeps its id, and so does what shares its name with another; both are told', () => {
  const twins = flow([
    { id: 'start', type: 'application-received', data: { jobId: 'job-2' } },
    { id: 'mail', type: 'send-email', data: { templateId: 'gone' } },
  ]);
  const { graph, unresolved } = toPortable(twins, known);
  expect(unresolved).toEqual([
    { kind: 'job', name: 'Nurse', found: 2 },
    { kind: 'template', name: 'gone', found: 0 },
  ]);
  expect(
    referencesOf(graph)
      .map((one) => one.reference)
      .sort(),
  ).toEqual(['gone', 'job-2']);
  expect(
    fromPortable(flow([{ id: 'start', type: 'application-received', data: { jobId: 'Nurse' } }]), known)
      .unresolved,
  ).toEqual([{ kind: 'job', name: 'Nurse', found: 2 }]);
});

test('the order in which steps were drawn or keys were written changes nothing of the file', () => {
  const file = flowFile(toPortable(drawn, known).graph);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(drawn.nodes, { minLength: drawn.nodes.length }),
      fc.shuffledSubarray(drawn.edges, { minLength: drawn.edges.length }),
      (nodes, edges) => {
        const turned = nodes.map((node) => Object.fromEntries(Object.entries(node).reverse()) as typeof node);
        expect(flowFile(toPortable({ ...drawn, nodes: turned, edges }, known).graph)).toBe(file);
      },
    ),
  );
});

test('half-filled and unknown steps come through as they are', () => {
  const draft = graphSchema.parse({
    name: 'Draft',
    nodes: [
      { id: 'a', type: 'send-email', position: { x: 0, y: 0 }, data: {} },
      { id: 'b', type: 'teleport', position: { x: 0, y: 0 }, data: { poolId: 'pool-1' } },
      { id: 'c', type: 'branch', position: { x: 0, y: 0 }, data: { cases: [{ port: 'x' }, 7] } },
    ],
    edges: [],
  });
  const { graph } = toPortable(draft, known);
  expect(graph.nodes.map((node) => node.data)).toEqual(draft.nodes.map((node) => node.data));
});

test('the condition for leaving and the pipeline of a stage go by name as well', () => {
  const all = { ...known, pipeline: [{ id: 'pipeline-1', name: 'Engineering' }] };
  const leaving = flow([{ id: 'tag', type: 'add-tag', data: { tag: 'warm' } }], {
    exitWhen: { field: 'candidate.pools', op: 'contains', value: 'pool-1' },
  });
  const [start, ...rest] = leaving.nodes;
  const graph = graphSchema.parse({
    ...leaving,
    nodes: [{ ...start, type: 'stage-changed', data: { to: 'Offer', pipelineId: 'pipeline-1' } }, ...rest],
  });
  const file = toPortable(graph, all);
  expect(file.unresolved).toEqual([]);
  expect(file.graph.settings.exitWhen).toMatchObject({ value: 'Silver medallists' });
  expect(file.graph.nodes.map(({ data }) => data.pipelineId)).toContain('Engineering');
  const back = fromPortable(file.graph, all).graph;
  expect(back.settings).toEqual(graph.settings);
  expect(back.nodes.map(({ data }) => data.pipelineId)).toContain('pipeline-1');
});
