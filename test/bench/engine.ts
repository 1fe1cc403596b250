/** How fast the flow language is: checking and compiling a large flow, simulating many candidates. */
import type { Facts } from '../../engine/facts.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { CohortForecast } from '../../engine/forecast/forecast.ts';
import { compile } from '../../engine/plan/compile.ts';
import { simulate } from '../../engine/simulate/simulate.ts';
import type { SimulatedWorld } from '../../engine/simulate/world.ts';
import { atMost, type Bench, type Row } from './report.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 2, 1, 9);
const template = {
  id: 't',
  name: 'Thanks',
  subject: 'Hello {{ candidate.firstName | default: "there" }}',
  body: 'Thank you, **{{ candidate.fullName }}**.\n\nSee [our jobs](https://example.com/jobs).',
};
const world: SimulatedWorld = {
  templates: [template],
  pools: [{ id: 'p', name: 'Silver medallists' }],
  stages: [{ id: 's', name: 'Final interview', kind: 'active' }],
};
const pins = { templates: { t: 't-v1' } };

/** A trigger and `size` steps in the mix of a real flow, in a row; waits lead on by all their ports. */
function longFlow(size: number): Graph {
  const kinds = [
    { type: 'send-email', data: { templateId: 't' } },
    { type: 'wait', data: { for: 'P5D' } },
    {
      type: 'branch',
      data: {
        cases: [
          {
            port: 'yes',
            when: {
              all: [
                { field: 'candidate.tags', op: 'contains', value: 'warm' },
                { field: 'candidate.createdAt', op: 'within-last', value: 'P90D' },
              ],
            },
          },
        ],
      },
    },
    { type: 'add-tag', data: { tag: 'met' } },
    { type: 'send-email', data: { templateId: 't' } },
    { type: 'wait-for', data: { event: 'message.replied', timeout: 'P14D' } },
    { type: 'add-to-pool', data: { poolId: 'p' } },
  ];
  const ports: Record<string, string[]> = { branch: ['yes', 'else'], 'wait-for': ['event', 'timeout'] };
  const drawn = Array.from({ length: size - 2 }, (_, index) => ({
    id: `n${index}`,
    ...(kinds[index % kinds.length] ?? { type: 'end', data: {} }),
  }));
  const id = (index: number) => drawn[index]?.id ?? 'done';
  return graphSchema.parse({
    name: `${size} steps`,
    nodes: [
      { id: 'start', type: 'application-received', data: {} },
      ...drawn,
      { id: 'done', type: 'end', data: {} },
    ].map((node, index) => ({
      ...node,
      position: { x: 0, y: index * 84 },
    })),
    edges: [
      { id: 'start', source: 'start', sourceHandle: 'next', target: id(0) },
      ...drawn.flatMap((node, index) =>
        (ports[node.type] ?? ['next']).map((port) => ({
          id: `${node.id}:${port}`,
          source: node.id,
          sourceHandle: port,
          target: id(index + 1),
        })),
      ),
    ],
  });
}

function person(index: number): Facts {
  const firstName = `Inês ${index}`;
  return {
    candidate: {
      id: `c${index}`,
      firstName,
      lastName: 'Carvalho',
      fullName: `${firstName} Carvalho`,
      email: `c${index}@example.com`,
      phone: null,
      headline: null,
      company: null,
      location: null,
      country: null,
      timeZone: index % 2 ? 'Europe/Lisbon' : 'America/New_York',
      source: null,
      status: 'active',
      tags: index % 3 ? [] : ['warm'],
      pools: [],
      createdAt: '2026-01-20T00:00:00Z',
      consentUntil: null,
      custom: {},
    },
    application: null,
    job: null,
    owner: null,
    workspace: { name: 'Halden Robotics', timeZone: 'Europe/Lisbon' },
  };
}

const elapsed = (work: () => void): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

/** Milliseconds. The best of several rounds: what else runs on the machine only ever adds. */
const best = (rounds: number, work: () => void): number =>
  Math.min(...Array.from({ length: rounds }, () => elapsed(work)));

async function compiling(): Promise<Row[]> {
  const graph = longFlow(1000);
  const workspace = { ...world, jobs: [], people: [], flows: [], stages: ['Final interview'] };
  const once = () => {
    const errors = findProblems(graph, workspace).filter((each) => each.severity === 'error');
    if (errors.length > 0) throw new Error(errors[0]?.message);
    compile(graph, pins);
  };
  for (let warm = 0; warm < 5; warm++) once();
  const value = best(15, once);
  return [atMost('compile and check 1,000 nodes', value, 20, 'ms', '')];
}

async function simulating(): Promise<Row[]> {
  const plan = compile(longFlow(20), pins);
  const people = Array.from({ length: 10_000 }, (_, index) => person(index));
  let messages = 0;
  const value = best(3, () => {
    for (const [index, facts] of people.entries()) {
      const events = index % 4 ? [] : [{ at: start + 12 * day, type: 'message.replied' as const }];
      messages += simulate({ plan, world, facts, start, events, until: start + 90 * day }).messages.length;
    }
  });
  if (messages === 0) throw new Error('nobody was written to');
  return [atMost('simulate 10,000 candidates, 20 nodes, 90 days', value / 1000, 2, 's', '')];
}

async function forecasting(): Promise<Row[]> {
  const plan = compile(longFlow(20), pins);
  const [trigger] = plan.triggers;
  if (!trigger) throw new Error('the flow has no trigger');
  const people = Array.from({ length: 10_000 }, (_, index) => person(index));
  let mails = 0;
  const value = best(3, () => {
    const forecast = new CohortForecast({ plan, world, stages: [], timeZone: 'Europe/Lisbon' });
    for (const facts of people)
      forecast.enter({
        facts,
        at: start,
        trigger,
        event: null,
        suppressed: null,
        contacts: [],
        holds: [],
        earlier: [],
      });
    mails = forecast.result().mails;
  });
  if (mails === 0) throw new Error('nobody was written to');
  return [atMost('forecast a cohort of 10,000, 20 nodes', value / 1000, 2.5, 's', '')];
}

export const benches: Bench[] = [
  { name: 'compile', about: 'a flow of 1,000 nodes, checked and compiled', run: compiling },
  { name: 'forecast', about: 'what a flow would do with a cohort, added up', run: forecasting },
  { name: 'simulate', about: 'many candidates through a flow, on a virtual clock', run: simulating },
];
