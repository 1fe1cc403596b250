/** The simulator: what happens to a candidate in it changes what its flow sees, as it would for real. */
import { expect, test } from 'vitest';
import type { NewEvent } from '../../engine/events.ts';
import { compile } from '../../engine/plan/compile.ts';
import { simulate } from '../../engine/simulate/simulate.ts';
import type { SimulatedWorld } from '../../engine/simulate/world.ts';
import { type Drawn, flow } from '../contract/flows.ts';
import { application, facts, now } from './people.ts';

const day = 86_400_000;
const world: SimulatedWorld = {
  templates: [{ id: 't', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
  pools: [{ id: 'p', name: 'Silver medallists' }],
  stages: [{ id: 'offer', name: 'Offer', kind: 'offer' }],
};
const simulated = (steps: Drawn[], event: NewEvent, settings: Record<string, unknown> = { exitOn: [] }) =>
  simulate({
    plan: compile(flow([{ id: 'wait', type: 'wait', data: { for: 'P3D' } }, ...steps], settings), {
      templates: { t: 't-v1' },
    }),
    world,
    facts: facts({ tags: ['met'], pools: ['old'] }, { application: application() }),
    start: now,
    events: [{ at: now + day, ...event }],
  });
const asks = (when: Record<string, unknown>): Drawn[] => [
  { id: 'ask', type: 'branch', data: { cases: [{ port: 'yes', when }] }, to: { yes: 'done', else: 'done' } },
];

test.each<[NewEvent, Record<string, unknown>]>([
  [
    { type: 'candidate.tagged', data: { tag: 'Warm' } },
    { field: 'candidate.tags', op: 'contains', value: 'warm' },
  ],
  [
    { type: 'candidate.untagged', data: { tag: 'MET' } },
    { field: 'candidate.tags', op: 'empty' },
  ],
  [{ type: 'candidate.hired' }, { field: 'candidate.status', op: 'is', value: 'hired' }],
  [
    { type: 'pool.joined', data: { poolId: 'p' } },
    { field: 'candidate.pools', op: 'contains', value: 'p' },
  ],
  [
    { type: 'pool.left', data: { poolId: 'old' } },
    { field: 'candidate.pools', op: 'empty' },
  ],
  [
    { type: 'application.stage-changed', data: { to: 'offer' } },
    { field: 'application.stageKind', op: 'is', value: 'offer' },
  ],
  [{ type: 'application.rejected' }, { field: 'application.status', op: 'is', value: 'rejected' }],
])('after %j a branch sees it', (event, when) => {
  const way = (of: NewEvent) => simulated(asks(when), of).steps.find((step) => step.node === 'ask')?.port;
  expect(way(event)).toBe('yes');
  expect(way({ type: 'note.added' })).toBe('else');
});

test('another application’s move is not this one’s', () => {
  const moved = simulated(asks({ field: 'application.stage', op: 'is', value: 'Offer' }), {
    type: 'application.stage-changed',
    applicationId: 'application-2',
    data: { to: 'Offer' },
  });
  expect(moved.steps.find((step) => step.node === 'ask')?.port).toBe('else');
});

test.each(['message.unsubscribed', 'message.bounced', 'message.complained'] as const)(
  'after %s nothing more is sent, also where the flow goes on',
  (type) => {
    const mail: Drawn[] = [{ id: 'mail', type: 'send-email', data: { templateId: 't' } }];
    expect(simulated(mail, { type: 'note.added' }).messages).toHaveLength(1);
    const told = simulated(mail, { type });
    expect(told.messages).toEqual([]);
    expect(told.steps.find((step) => step.node === 'mail')).toMatchObject({
      outcome: 'skipped',
      detail: { code: 'suppressed' },
    });
  },
);

test('a loop that never ends is followed for a while, whatever is to happen years later', () => {
  const minutes: Drawn = { id: 'tick', type: 'wait', data: { for: 'PT1M' }, to: { next: 'tick' } };
  const plan = compile(
    {
      ...flow([minutes]),
      edges: flow([minutes]).edges.filter((edge) => edge.source !== 'done'),
      nodes: flow([minutes]).nodes.filter((node) => node.id !== 'done'),
    },
    { templates: {} },
  );
  const told = simulate({
    plan,
    world,
    facts: facts(),
    start: now,
    events: [{ at: now + 3000 * day, type: 'note.added' }],
  });
  expect(told.steps.length).toBeLessThan(11_000);
  expect(told.end).toBeNull();
});
