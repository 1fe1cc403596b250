/** Flows that several of these tests use. */
import type { Graph } from '../../engine/flow/schema.ts';

/** Thank whoever applies and ask; whoever answers is tagged. */
export const thankAndAsk = (templateId: string): Graph => ({
  name: 'Thank and ask',
  settings: { reentry: 'once', exitOn: [] },
  nodes: [
    { id: 'applied', type: 'application-received', position: { x: 0, y: 0 }, data: {} },
    { id: 'thanks', type: 'send-email', position: { x: 0, y: 84 }, data: { templateId } },
    {
      id: 'asked',
      type: 'wait-for',
      position: { x: 0, y: 168 },
      data: { event: 'message.replied', timeout: 'P14D' },
    },
    { id: 'tagged', type: 'add-tag', position: { x: 0, y: 300 }, data: { tag: 'answered' } },
    { id: 'done', type: 'end', position: { x: 0, y: 384 }, data: {} },
    { id: 'silent', type: 'end', position: { x: 296, y: 300 }, data: {} },
  ],
  edges: [
    { id: 'e1', source: 'applied', sourceHandle: 'next', target: 'thanks' },
    { id: 'e2', source: 'thanks', sourceHandle: 'next', target: 'asked' },
    { id: 'e3', source: 'asked', sourceHandle: 'event', target: 'tagged' },
    { id: 'e4', source: 'asked', sourceHandle: 'timeout', target: 'silent' },
    { id: 'e5', source: 'tagged', sourceHandle: 'next', target: 'done' },
  ],
});
