import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeNode, noNames } from '../../engine/flow/describe.ts';
import { steps } from '../../engine/steps/index.ts';
import { triggers } from '../../engine/triggers/index.ts';

const names = {
  pool: () => 'Silver medallists',
  template: () => 'Thank you',
  job: () => 'Engineer',
  person: () => 'Bea Klein',
  flow: () => 'Nurture',
};
const summary = (type: string, data: Record<string, unknown>) => describeNode({ type, data }, names).summary;

test('nodes read as sentences', () => {
  expect(summary('wait', { for: 'P3D' })).toBe('Wait 3 days');
  expect(summary('wait-for', { event: 'message.replied', timeout: 'P14D' })).toBe('Wait 14 days for a reply');
  expect(summary('send-email', { templateId: 't' })).toBe('Send “Thank you”');
  expect(summary('add-to-pool', { poolId: 'p' })).toBe('Add to “Silver medallists”');
  expect(summary('move-stage', { stage: 'Keep warm' })).toBe('Move to Keep warm');
  expect(summary('stage-changed', { to: 'Keep warm' })).toBe('Stage becomes Keep warm');
  expect(summary('application-received', { source: 'greenhouse', jobId: 'j' })).toBe(
    'Applies for Engineer through Greenhouse',
  );
});

test('a text with variables reads with their names, not as Liquid', () => {
  const body =
    'Called {{ candidate.firstName | default: "her" }} about {{job.title}}, {{ candidate.custom.shoeSize }}';
  expect(summary('note', { body })).toBe('Note: Called [First name] about [Job], [shoeSize]');
  expect(summary('note', { body: 'Half a {{ is left alone' })).toBe('Note: Half a {{ is left alone');
});

test('ports say what leaves by them, and timeouts leave on the right', () => {
  const { ports } = describeNode(
    { type: 'wait-for', data: { event: 'message.replied', timeout: 'P14D' } },
    names,
  );
  expect(ports).toEqual([
    { id: 'event', label: 'Replied', side: 'bottom' },
    { id: 'timeout', label: 'No reply in 14 days', side: 'right' },
  ]);
});

test('a half-filled draft keeps its ports, so that drawn edges stay', () => {
  const draft = { type: 'branch', data: { cases: [{ port: 'strong' }, { port: 7 }, null] } };
  expect(describeNode(draft, noNames).ports.map((port) => port.id)).toEqual(['strong', 'else']);
  expect(describeNode({ type: 'wait-for', data: {} }, noNames).ports.map((port) => port.id)).toEqual([
    'event',
    'timeout',
  ]);
});

test('no draft, however odd, breaks the canvas', () => {
  const types = [...Object.keys(steps), ...Object.keys(triggers), 'teleport', 'constructor'];
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.dictionary(
        fc.constantFrom('for', 'event', 'timeout', 'cases', 'tag', 'poolId', 'when', 'stage'),
        fc.jsonValue(),
      ),
      (type, data) => {
        const described = describeNode({ type, data: data as Record<string, unknown> }, noNames);
        expect(typeof described.summary).toBe('string');
        expect(Array.isArray(described.ports)).toBe(true);
      },
    ),
  );
});

test('every type has fields for its data, ports for its start, and sentences', () => {
  for (const type of [...Object.values(steps), ...Object.values(triggers)]) {
    expect(type.label).toMatch(/^[A-Z]/);
    expect(type.about).toMatch(/\.$/);
    for (const key of Object.keys(type.initial)) expect(Object.keys(type.fields)).toContain(key);
  }
});
