import { expect, test } from 'vitest';
import { layout } from '../../engine/flow/layout.ts';
import type { FlowNode, Graph } from '../../engine/flow/schema.ts';

type Step = [id: string, type: string, data?: Record<string, unknown>];

/** Edges as `from → to` or `from.port → to`. */
function drawn(steps: Step[], edges: string[]): Map<string, { x: number; y: number }> {
  const graph: Graph = {
    name: 'Stay in touch',
    settings: { reentry: 'always', exitOn: [] },
    nodes: steps.map(([id, type, data = {}]): FlowNode => ({ id, type, data, position: { x: 0, y: 0 } })),
    edges: edges.map((edge, index) => {
      const [from = '', target = ''] = edge.split(' → ');
      const [source = '', sourceHandle = 'next'] = from.split('.');
      return { id: `e${index}`, source, sourceHandle, target };
    }),
  };
  return new Map(layout(graph).nodes.map((node) => [node.id, node.position]));
}

const strong = { cases: [{ port: 'strong', when: { field: 'candidate.tags', op: 'contains', value: 'x' } }] };
const reply = { event: 'message.replied', timeout: 'P14D' };

test('the main way runs straight down, and what leaves it for a while joins it from the right', () => {
  const at = drawn(
    [
      ['start', 'manual'],
      ['ask', 'send-email'],
      ['reply', 'wait-for', reply],
      ['nudge', 'send-email'],
      ['last-reply', 'wait-for', reply],
      ['warm', 'add-tag', { tag: 'warm' }],
      ['done', 'end'],
    ],
    [
      'start → ask',
      'ask → reply',
      'reply.event → warm',
      'reply.timeout → nudge',
      'nudge → last-reply',
      'last-reply.event → warm',
      'last-reply.timeout → done',
      'warm → done',
    ],
  );
  for (const id of ['ask', 'reply', 'warm', 'done']) expect(at.get(id)?.x, id).toBe(at.get('start')?.x);
  for (const id of ['nudge', 'last-reply'])
    expect(at.get(id)?.x, id).toBeGreaterThan(at.get('start')?.x ?? 0);
  expect(at.get('warm')?.y).toBeGreaterThan((at.get('last-reply')?.y ?? 0) + 60);
});

test('a step with two ways down stands over the middle of both', () => {
  const at = drawn(
    [
      ['start', 'manual'],
      ['strong', 'branch', strong],
      ['tag', 'add-tag', { tag: 'strong' }],
      ['done', 'end'],
      ['others', 'end'],
    ],
    ['start → strong', 'strong.strong → tag', 'strong.else → others', 'tag → done'],
  );
  const [left = 0, right = 0] = [at.get('tag')?.x, at.get('others')?.x];
  expect(right - left).toBeGreaterThanOrEqual(240);
  expect(at.get('strong')?.x).toBe((left + right) / 2);
  expect(at.get('start')?.x).toBe(at.get('strong')?.x);
});

test('a short way and a later one share a column instead of spreading the drawing', () => {
  const at = drawn(
    [
      ['start', 'manual'],
      ['strong', 'branch', strong],
      ['ask', 'send-email'],
      ['reply', 'wait-for', reply],
      ['nudge', 'send-email'],
      ['done', 'end'],
      ['others', 'end'],
      ['quiet', 'end'],
    ],
    [
      'start → strong',
      'strong.strong → ask',
      'strong.else → others',
      'ask → reply',
      'reply.event → done',
      'reply.timeout → nudge',
      'nudge → quiet',
    ],
  );
  expect(at.get('nudge')?.x).toBe(at.get('others')?.x);
  expect(new Set([...at.values()].map(({ x }) => x)).size).toBe(3);
});

test('a further trigger stands beside the one that it joins, on its height', () => {
  const at = drawn(
    [
      ['applied', 'application-received'],
      ['by-hand', 'manual'],
      ['hello', 'send-email'],
      ['done', 'end'],
    ],
    ['applied → hello', 'by-hand → hello', 'hello → done'],
  );
  expect(at.get('by-hand')?.y).toBe(at.get('applied')?.y);
  expect(Math.abs((at.get('by-hand')?.x ?? 0) - (at.get('applied')?.x ?? 0))).toBe(296);
});
