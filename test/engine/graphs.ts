/** fast-check: graphs that are valid, in every shape a recruiter could draw them. */
import fc from 'fast-check';
import type { Condition } from '../../engine/conditions/condition.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { steps } from '../../engine/steps/index.ts';

const duration = fc.constantFrom('PT1M', 'PT90M', 'PT6H', 'P1D', 'P3D', 'P2W', 'P1M', 'P1DT2H');
const tag = fc.constantFrom('warm', 'silver-medallist', 'met', 'remote');

export const condition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition; leaf: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    tie('leaf'),
    fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
  leaf: fc.oneof(
    fc.record({
      field: fc.constant('candidate.tags'),
      op: fc.constantFrom('contains' as const, 'contains-not' as const),
      value: tag,
    }),
    fc.record({
      field: fc.constant('candidate.location'),
      op: fc.constantFrom('is' as const, 'starts-with' as const),
      value: fc.constantFrom('Lisbon', 'Por'),
    }),
    fc.record({
      field: fc.constant('candidate.createdAt'),
      op: fc.constantFrom('within-last' as const, 'not-within-last' as const),
      value: duration,
    }),
    fc.record({
      field: fc.constant('candidate.phone'),
      op: fc.constantFrom('empty' as const, 'not-empty' as const),
    }),
  ),
})).tree;

export const awaited = [
  'message.replied',
  'message.clicked',
  'candidate.tagged',
  'pool.joined',
  'note.added',
  'application.stage-changed',
] as const;

const step = fc.oneof(
  fc.record({ type: fc.constant('wait'), data: fc.record({ for: duration }) }),
  fc.record({
    type: fc.constant('wait'),
    data: fc.record({ for: fc.constantFrom('P1D', 'P3D', 'P2W'), count: fc.constant('working') }),
  }),
  fc.record({
    type: fc.constant('wait-until'),
    data: fc.record(
      {
        time: fc.constantFrom('00:00', '09:00', '14:32'),
        latest: fc.constantFrom('06:00', '17:00'),
        weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7]),
      },
      { requiredKeys: ['time'] },
    ),
  }),
  fc.record({
    type: fc.constant('wait-for-date'),
    data: fc.record(
      {
        field: fc.constantFrom('candidate.createdAt', 'candidate.custom.start'),
        by: duration,
        side: fc.constantFrom('before', 'after'),
        time: fc.constant('09:00'),
      },
      { requiredKeys: ['field'] },
    ),
  }),
  fc.record({
    type: fc.constant('wait-until-true'),
    data: fc.record({ when: condition, timeout: duration }),
  }),
  fc.record({
    type: fc.constant('wait-for'),
    data: fc.record(
      {
        event: fc.constantFrom(...awaited),
        timeout: duration,
        scope: fc.constantFrom('enrolment' as const, 'anyone' as const),
      },
      { requiredKeys: ['event', 'timeout'] },
    ),
  }),
  fc.record({
    type: fc.constant('branch'),
    data: fc
      .array(condition, { minLength: 1, maxLength: 3 })
      .map((all) => ({ cases: all.map((when, index) => ({ port: `case-${index}`, when })) })),
  }),
  fc.record({
    type: fc.constant('split'),
    data: fc
      .array(fc.nat(5), { minLength: 2, maxLength: 3 })
      .filter((weights) => weights.some(Boolean))
      .map((weights) => ({ arms: weights.map((weight, index) => ({ port: `way-${index}`, weight })) })),
  }),
  fc.record({ type: fc.constant('holdout'), data: fc.record({ share: fc.integer({ min: 1, max: 99 }) }) }),
  fc.record({ type: fc.constant('repeat'), data: fc.record({ times: fc.integer({ min: 1, max: 3 }) }) }),
  fc.record({
    type: fc.constant('goal'),
    data: fc.record({ event: fc.constantFrom(...awaited), when: condition }, { requiredKeys: ['event'] }),
  }),
  fc.record({ type: fc.constant('add-tag'), data: fc.record({ tag }) }),
  fc.record({
    type: fc.constant('add-to-pool'),
    data: fc.record({ poolId: fc.constantFrom('pool-1', 'pool-gone') }),
  }),
  fc.record({
    type: fc.constant('move-stage'),
    data: fc.record({ stage: fc.constantFrom('Phone screen', 'Offer', 'Hired') }),
  }),
  fc.record({ type: fc.constant('send-email'), data: fc.constant({ templateId: 'template-1' }) }),
);

const settings = fc.record(
  {
    exitOn: fc.subarray(['candidate.hired', 'message.unsubscribed', 'note.added']),
    goal: fc.record({
      events: fc.constant(['message.replied', 'application.hired']),
      window: fc.constant('P60D'),
      exit: fc.boolean(),
    }),
  },
  { requiredKeys: ['exitOn'] },
);

/**
 * Each step's first port leads on to the next, so that all can be reached; the others lead anywhere further on, and
 * those of waits also back, so that every loop has a wait in it. A repetition leads back to a wait just before it. To
 * some goals nothing leads.
 */
export const validGraph: fc.Arbitrary<Graph> = fc
  .tuple(fc.array(step, { minLength: 1, maxLength: 25 }), fc.infiniteStream(fc.nat(1000)), settings)
  .map(([drawn, dice, chosen]) => {
    const roll = (from: number, to: number) => from + ((dice.next().value ?? 0) % (to - from));
    const id = (index: number) => (index >= drawn.length ? 'done' : `n${index}`);
    const nextOf = (index: number): string =>
      drawn[index + 1]?.type === 'goal' && roll(0, 2) === 0 ? nextOf(index + 1) : id(index + 1);
    const backOf = (index: number): string | null =>
      drawn[index]?.type === 'repeat' && steps[drawn[index - 1]?.type ?? '']?.family === 'wait'
        ? id(index - 1)
        : null;
    const first = nextOf(-1);
    const edges = drawn.flatMap(({ type, data }, index) => {
      const ports = steps[type]?.ports(data) ?? [];
      const isWait = steps[type]?.family === 'wait';
      return ports.map((port, nth) => ({
        id: `${id(index)}:${port.id}`,
        source: id(index),
        sourceHandle: port.id,
        target:
          nth === 0 ? nextOf(index) : (backOf(index) ?? id(roll(isWait ? 0 : index + 1, drawn.length + 1))),
      }));
    });
    return graphSchema.parse({
      name: 'Any flow',
      settings: chosen,
      nodes: [
        { id: 'start', type: 'application-received', data: {}, position: { x: 0, y: 0 } },
        ...drawn.map(({ type, data }, index) => ({
          id: id(index),
          type,
          data,
          position: { x: 0, y: (index + 1) * 84 },
        })),
        {
          id: 'done',
          ...(roll(0, 2) === 0 ? { type: 'end', data: {} } : { type: 'exit', data: { reason: 'Enough' } }),
          position: { x: 0, y: (drawn.length + 1) * 84 },
        },
      ],
      edges: [{ id: 'start:next', source: 'start', sourceHandle: 'next', target: first }, ...edges],
    });
  });

export const pins = { templates: { 'template-1': 'template-1-v1' } };
