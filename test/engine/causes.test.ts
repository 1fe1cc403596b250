/** What effects say they cause, before a flow is published, is what they cause; and a flow that starts itself is found by it. */
import { describe, expect, test } from 'vitest';
import type {
  EffectDefinition,
  EffectInputs,
  EffectKnowledge,
  EffectType,
} from '../../engine/effects/effect.ts';
import { effects } from '../../engine/effects/index.ts';
import type { Facts } from '../../engine/facts.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import type { FlowNode } from '../../engine/flow/schema.ts';
import type { FlowWorld } from '../../engine/flow/world.ts';
import { application, facts, now } from './people.ts';

const ana = { id: 'ana', name: 'Ana Reis', email: 'ana@example.com' };
const people = { people: [ana], turn: 0, load: {} };
const applied = facts({ tags: ['cold'], pools: ['p'] }, { application: application() });
const pool = { id: 'q', name: 'Silver medallists' };
const template = { name: 'Thanks', subject: 'Thank you', body: 'We have read it.' };
const sends = { templateId: 't', templateVersionId: 'v' };
const invitation = { id: 'i', token: '', link: 'https://jobs.example/i/x' };
const invites = { kind: 'survey', name: 'How was it?' } as const;

type Case<E extends EffectType> = { input: EffectInputs[E]; known: EffectKnowledge[E]; facts?: Facts };
/** Each in a case in which it does something. */
const cases: { [E in EffectType]: Case<E> } = {
  'candidate.tag': { input: { tag: 'warm' }, known: {} },
  'candidate.untag': { input: { tag: 'cold' }, known: {} },
  'candidate.set': { input: { field: 'candidate.company', value: 'Halden', as: 'text' }, known: {} },
  'candidate.assign': { input: { whom: { to: 'person', personId: 'ana' }, keep: false }, known: people },
  'application.move': {
    input: { stage: 'Hired' },
    known: { stage: { id: 's', name: 'Hired', kind: 'hired' } },
  },
  'application.close': { input: { as: 'rejected', reason: 'Too junior' }, known: {} },
  'pool.add': { input: { poolId: 'q' }, known: { pool } },
  'pool.remove': { input: { poolId: 'p' }, known: { pool: { ...pool, id: 'p' } } },
  'note.add': { input: { body: 'Wants to come back' }, known: {} },
  'task.create': {
    input: {
      of: 'approval',
      title: 'Ring her',
      body: null,
      whom: { to: 'person', personId: 'ana' },
      due: null,
    },
    known: people,
  },
  'notice.create': { input: { whom: { to: 'person', personId: 'ana' }, text: 'She is back' }, known: people },
  'notice.mail': { input: { whom: { to: 'person', personId: 'ana' }, text: 'She is back' }, known: people },
  'notice.chat': {
    input: { chat: 'slack', secretId: 's', text: 'She is back' },
    known: { secret: { id: 's', name: 'Slack' } },
  },
  'email.send': {
    input: { ...sends, invite: invites },
    known: { template, suppressed: null, invitation },
  },
  'contact.hold': { input: { for: 'P14D', covers: 'everything' }, known: { hold: null } },
  'contact.release': { input: {}, known: { hold: { until: now + 1000, covers: 'everything' } } },
  'webhook.call': {
    input: {
      ...{
        method: 'POST',
        url: 'https://hr.example/take',
        headers: [],
        body: null,
        secret: null,
        seconds: 10,
      },
      save: [{ pointer: '/score', field: 'score', type: 'number' }],
    },
    known: { secret: null },
  },
  'flow.start': {
    input: { flowId: 'f', waits: false },
    known: { flow: { id: 'f', name: 'Welcome' }, asker: null },
  },
};

const definitions = effects as unknown as Record<string, EffectDefinition<EffectType>>;

describe('an effect says before what it causes', () => {
  test.each(Object.entries(cases))('%s', (type, { input, known, facts: who = applied }) => {
    const definition = definitions[type] as EffectDefinition<EffectType>;
    const decided = definition.decide(input as never, known as never, who, now);
    if (decided.outcome !== 'done') throw new Error(`The case does nothing: ${JSON.stringify(decided)}`);
    const said = definition.causes(input as never);
    for (const event of decided.events) {
      const declared = said.find((each) => each.type === event.type);
      expect(declared, `${event.type} is not said`).toBeDefined();
      expect(event.data ?? {}).toMatchObject(declared?.data ?? {});
    }
    // Who tells colleagues alone causes nothing; whatever else does nothing to a candidate would be no effect.
    if (said.length === 0) expect(type).toMatch(/^notice\./);
  });
});

const world: FlowWorld = {
  templates: [{ id: 't', ...template }],
  pools: [pool],
  jobs: [],
  stages: ['Offer', 'Screen'],
  people: [ana],
  flows: [{ id: 'other', name: 'Other' }],
  secrets: [],
  self: 'me',
};
type Part = Pick<FlowNode, 'type' | 'data'>;
const warned = (trigger: Part, step: Part) =>
  findProblems(
    {
      name: 'Round and round',
      settings: { reentry: 'after-exit', exitOn: [] },
      nodes: [
        { id: 'start', position: { x: 0, y: 0 }, ...trigger },
        { id: 'step', position: { x: 0, y: 100 }, ...step },
        { id: 'end', type: 'end', position: { x: 0, y: 200 }, data: {} },
      ],
      edges: [
        { id: 'a', source: 'start', sourceHandle: 'next', target: 'step' },
        ...['next', 'success', 'failure', 'timeout'].map((port) => ({
          id: port,
          source: 'step',
          sourceHandle: port,
          target: 'end',
        })),
      ],
    },
    world,
  ).filter((each) => each.code === 'starts-itself');

const setsCompany = { type: 'set-field', data: { field: 'candidate.company', value: 'Halden' } };
const calls = {
  type: 'call-webhook',
  data: {
    ...{ method: 'POST', url: 'https://hr.example/take', timeout: 'P1D' },
    save: [{ pointer: '/score', field: 'score', type: 'number' }],
  },
};

describe('a flow whose own step causes what starts it is told of, with both named', () => {
  test.each<[string, Part, Part]>([
    [
      'a stage',
      { type: 'stage-changed', data: { to: 'Offer' } },
      { type: 'move-stage', data: { stage: 'offer' } },
    ],
    ['a field', { type: 'field-changed', data: { field: 'candidate.company' } }, setsCompany],
    [
      'a field that an answer fills',
      { type: 'field-changed', data: { field: 'candidate.custom.score' } },
      calls,
    ],
    [
      'an application that is closed',
      { type: 'application-closed', data: { how: 'rejected' } },
      { type: 'close-application', data: { as: 'rejected', reason: 'Too junior' } },
    ],
    [
      'a tag that goes',
      { type: 'tag-removed', data: { tag: 'Cold' } },
      { type: 'remove-tag', data: { tag: 'cold' } },
    ],
    [
      'a pool that is left',
      { type: 'left-pool', data: { poolId: 'q' } },
      { type: 'remove-from-pool', data: { poolId: 'q' } },
    ],
    [
      'an email that bounces',
      { type: 'message-outcome', data: { what: 'bounced', flowId: 'me' } },
      { type: 'send-email', data: { templateId: 't' } },
    ],
  ])('%s', (_what, trigger, step) => {
    expect(warned(trigger, step)).toEqual([
      expect.objectContaining({
        node: 'step',
        severity: 'warning',
        message: expect.stringMatching(/^“.+” causes what “.+” waits for/),
      }),
    ]);
  });

  test.each<[string, Part, Part]>([
    [
      'another stage',
      { type: 'stage-changed', data: { to: 'Screen' } },
      { type: 'move-stage', data: { stage: 'Offer' } },
    ],
    ['another field', { type: 'field-changed', data: { field: 'candidate.headline' } }, setsCompany],
    [
      'another end',
      { type: 'application-closed', data: { how: 'withdrawn' } },
      { type: 'close-application', data: { as: 'rejected', reason: 'Too junior' } },
    ],
    [
      'the mails of another flow',
      { type: 'message-outcome', data: { what: 'bounced', flowId: 'other' } },
      { type: 'send-email', data: { templateId: 't' } },
    ],
    [
      'what she alone decides',
      { type: 'message-outcome', data: { what: 'replied' } },
      { type: 'send-email', data: { templateId: 't' } },
    ],
  ])('and nothing is said of %s', (_what, trigger, step) => {
    expect(warned(trigger, step)).toEqual([]);
  });
});
