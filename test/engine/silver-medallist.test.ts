import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namesFrom } from '../../engine/flow/describe.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { explainStep } from '../../engine/run/explain.ts';
import { forecast } from '../../engine/run/forecast.ts';
import { SimulatedEnrolment } from '../../engine/simulate/enrolment.ts';
import { simulate } from '../../engine/simulate/simulate.ts';
import type { SimulatedWorld } from '../../engine/simulate/world.ts';
import { application, facts, now } from './people.ts';

const graph = graphSchema.parse(
  JSON.parse(readFileSync(new URL('../fixtures/flows/silver-medallist.flow.json', import.meta.url), 'utf8')),
);
const world: SimulatedWorld = {
  templates: [
    {
      id: 'TEMPLATE-THANKS',
      name: 'Thank you',
      subject: 'Thank you, {{ candidate.firstName | default: "there" }}',
      body: 'We read every application.',
    },
    {
      id: 'TEMPLATE-ASK',
      name: 'May we stay in touch?',
      subject: 'May we stay in touch?',
      body: 'Hi {{ candidate.firstName | default: "there" }}.',
    },
  ],
  pools: [{ id: 'POOL-SILVER', name: 'Silver medallists' }],
  stages: [{ id: 'stage-9', name: 'Final interview', kind: 'active' }],
};
const names = namesFrom({ ...world, jobs: [], people: [], flows: [] });
const plan = compile(graph, { templates: { 'TEMPLATE-THANKS': 'v1', 'TEMPLATE-ASK': 'v1' } });
const day = 86_400_000;
const ines = facts({}, { application: application({ stage: 'Final interview' }) });
const way = (steps: { node: string }[]) => steps.map((step) => step.node);

test('it has no problems', () => {
  expect(
    findProblems(graph, { ...world, jobs: [], people: [], flows: [], stages: ['Final interview'] }),
  ).toEqual([]);
});

test('a silver medallist who replies is asked, pooled and tagged', () => {
  const told = simulate({
    plan,
    world,
    facts: ines,
    start: now,
    events: [{ at: now + 5 * day, type: 'message.replied' }],
  });
  expect(way(told.steps)).toEqual([
    'start',
    'thanks',
    'breathe',
    'known',
    'pool',
    'ask',
    'reply',
    'warm',
    'done',
  ]);
  expect(told.messages.map((message) => [message.node, (message.at - now) / day])).toEqual([
    ['thanks', 0],
    ['ask', 3],
  ]);
  expect(told.facts.candidate).toMatchObject({ tags: ['warm'], pools: ['POOL-SILVER'] });
  expect(told).toMatchObject({ at: now + 5 * day, end: { status: 'ended' } });
});

test('a silver medallist who stays silent is let go after two weeks', () => {
  const told = simulate({ plan, world, facts: ines, start: now });
  expect(way(told.steps).slice(-2)).toEqual(['reply', 'done']);
  expect(told.at).toBe(now + 17 * day);
  expect(told.facts.candidate.tags).toEqual([]);
});

test('everyone else gets one email', () => {
  const told = simulate({ plan, world, facts: facts({}, { application: application() }), start: now });
  expect(way(told.steps)).toEqual(['start', 'thanks', 'breathe', 'known', 'done']);
  expect(told.messages).toHaveLength(1);
});

test('someone who is hired meanwhile gets nothing more', () => {
  const told = simulate({
    plan,
    world,
    facts: ines,
    start: now,
    events: [{ at: now + day, type: 'candidate.hired' }],
  });
  expect(told.messages).toHaveLength(1);
  expect(told.end).toMatchObject({ status: 'exited', reason: 'exit:candidate.hired' });
});

test('every step explains itself', () => {
  const { steps } = simulate({
    plan,
    world,
    facts: ines,
    start: now,
    events: [{ at: now + 5 * day, type: 'message.replied' }],
  });
  const told = steps.map((step) => {
    const node = graph.nodes.find((each) => each.id === step.node) ?? null;
    return explainStep({ ...step, nodeId: step.node }, node, names, 'Europe/Lisbon');
  });
  expect(told.map((each) => each.title)).toEqual([
    'Entered the flow',
    'Sent “Thank you”',
    'Waited 3 days',
    'Took “Strong”',
    'Added to “Silver medallists”',
    'Sent “May we stay in touch?”',
    'Replied',
    'Added tag “warm”',
    'Came to the end',
  ]);
  expect(told[3]?.reasons).toEqual([
    { mark: 'no', text: 'Tags include “silver-medallist”: there is nothing' },
    { mark: 'yes', text: 'Stage is “Final interview”' },
    { mark: 'no', text: 'Not “Everyone else”: only if nothing matches' },
  ]);
});

test('the forecast tells both ways of what is still open', () => {
  const run = new SimulatedEnrolment({ plan, world, facts: ines, start: now });
  run.advance();
  const { steps: ahead } = forecast({
    plan,
    graph,
    state: run.state,
    facts: run.facts,
    world,
    names,
    now,
    enrolmentId: run.id,
  });
  const days = (ms: number | null) => (ms === null ? null : (ms - now) / day);
  expect(ahead.map((step) => [step.node, days(step.at), days(step.atLatest), step.via])).toEqual([
    ['known', 3, 3, 'time'],
    ['pool', 3, 3, 'next'],
    ['ask', 3, 3, 'next'],
    ['reply', 3, 3, 'next'],
    ['warm', null, 17, 'event'],
    ['done', null, 17, 'next'],
  ]);
  expect(ahead.find((step) => step.node === 'warm')).toMatchObject({
    title: 'Add tag “warm”',
    note: 'if replied',
  });
  // Both ways lead there: it comes in any case.
  expect(ahead.find((step) => step.node === 'done')?.note).toBe('');
});
