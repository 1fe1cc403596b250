/** What recruiters expect of a flow, played on the virtual clock. */
import { describe, expect, test } from 'vitest';
import type { SimulatedWorld } from '../../engine/effects/world.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { playScenario } from '../../engine/scenarios/judge.ts';
import { type Expectation, scenarioSchema } from '../../engine/scenarios/scenario.ts';
import { flow } from '../contract/flows.ts';

const world: SimulatedWorld = {
  templates: [
    { id: 'hello', name: 'Hello', subject: 'Hello {{ candidate.firstName }}', body: 'We read it.' },
    { id: 'again', name: 'Again', subject: 'Still there?', body: 'We wonder.' },
  ],
  pools: [{ id: 'p', name: 'Silver medallists' }],
  stages: [{ id: 's', name: 'Phone screen', kind: 'active' }],
};
const names = {
  pool: () => 'Silver medallists',
  template: (id: string) => world.templates.find((each) => each.id === id)?.name ?? null,
  job: () => null,
  person: () => null,
  flow: () => null,
};

/** Hello · a reply within five days? tag · else once more. */
const nurture = flow([
  { id: 'hello', type: 'send-email', data: { templateId: 'hello' } },
  {
    id: 'reply',
    type: 'wait-for',
    data: { event: 'message.replied', timeout: 'P5D' },
    to: { timeout: 'again' },
  },
  { id: 'warm', type: 'add-tag', data: { tag: 'warm' }, to: { next: 'done' } },
  { id: 'again', type: 'send-email', data: { templateId: 'again' } },
]);

function played(given: Record<string, unknown>, ...expected: Expectation[]) {
  const scenario = scenarioSchema.parse({ id: 'one', name: 'One', expect: expected, ...given });
  const plan = compile(nurture, { templates: { hello: 'v1', again: 'v1' } });
  const workspace = { name: 'Halden Robotics', timeZone: 'Europe/Lisbon' };
  return playScenario({ scenario, plan, graph: nurture, world, names, workspace });
}
const replies = { events: [{ after: 'P3D', type: 'message.replied' }] };

test('the flow is paused on day two and goes on on day seven: what was due meanwhile comes then', () => {
  const paused = [
    { after: 'P2D', type: 'flow.paused' },
    { after: 'P7D', type: 'flow.resumed' },
  ];
  const result = played(
    { events: paused },
    { that: 'stands', node: 'reply', after: 'P6D' },
    { that: 'sends', templateId: 'again', by: 'P7D' },
    { that: 'sends-nothing', after: 'P7D' },
  );
  expect(result).toMatchObject({ green: true, problem: null });
  expect(result.judgements[1]?.actual).toBe('Sent on Mon 12 Jan, 9:00 (Lisbon)');
  // Who never goes on sends nothing more, and what she answers is heard then.
  const still = played({ events: paused.slice(0, 1) }, { that: 'sends-nothing', after: 'P1D' });
  expect(still.green).toBe(true);
  const heard = played(
    { events: [...paused, { after: 'P3D', type: 'message.replied' }] },
    { that: 'passes', node: 'reply', port: 'event' },
  );
  expect(heard.green).toBe(true);
});

test('she replies on day three, leaves by “Replied” and gets no second email', () => {
  const result = played(
    replies,
    { that: 'sends', templateId: 'hello' },
    { that: 'sends-nothing', templateId: 'again' },
    { that: 'passes', node: 'reply', port: 'event' },
    { that: 'avoids', node: 'again' },
    { that: 'holds', when: { field: 'candidate.tags', op: 'contains', value: 'warm' } },
    { that: 'ends', as: 'ended', by: 'P3D' },
  );
  expect(result).toMatchObject({ green: true, problem: null });
  expect(result.judgements.map((each) => `${each.expected}: ${each.actual}`)).toEqual([
    '“Hello” is sent once: Sent on Mon 5 Jan, 9:00 (Lisbon)',
    '“Again” is not sent: Nothing was sent',
    'Passes “Wait 5 days for a reply” by “Replied”: Left by “Replied” on Thu 8 Jan, 9:00 (Lisbon)',
    'Does not come to “Send “Again””: The way did not lead there',
    'Tags include “warm” in the end: It is so',
    'Comes to the end within 3 days: Comes to the end on Thu 8 Jan, 9:00 (Lisbon)',
  ]);
});

test('each expectation that does not come true says what did', () => {
  const result = played(
    {},
    { that: 'sends', templateId: 'again', by: 'P4D' },
    { that: 'sends-nothing', after: 'P1D' },
    { that: 'passes', node: 'warm' },
    { that: 'avoids', node: 'again' },
    { that: 'stands', node: 'reply', after: 'P6D' },
    { that: 'ends', as: 'converted' },
    { that: 'holds', when: { field: 'candidate.tags', op: 'contains', value: 'warm' } },
  );
  expect(result.green).toBe(false);
  expect(result.judgements.map((each) => [each.cameTrue, each.actual])).toEqual([
    [false, 'It was not sent'],
    [false, 'Sent on Sat 10 Jan, 9:00 (Lisbon)'],
    [false, 'The way did not lead there'],
    [false, 'Reached on Sat 10 Jan, 9:00 (Lisbon)'],
    [false, 'Comes to the end on Sat 10 Jan, 9:00 (Lisbon)'],
    [false, 'Comes to the end on Sat 10 Jan, 9:00 (Lisbon)'],
    [false, 'It is not so'],
  ]);
});

test('who she is decides: another zone, no address, no first name', () => {
  const tokyo = played(
    { candidate: { timeZone: 'Asia/Tokyo' } },
    { that: 'stands', node: 'reply', after: 'P4D' },
    { that: 'sends', templateId: 'hello' },
  );
  expect(tokyo.judgements[1]?.actual).toBe('Sent on Mon 5 Jan, 9:00 (Tokyo)');
  expect(tokyo.green).toBe(true);
  expect(played({ candidate: { email: null } }, { that: 'sends-nothing' }).green).toBe(true);
  const nameless = played({ candidate: { firstName: null } }, { that: 'ends' });
  expect(nameless.judgements[0]?.actual).toBe('Blocked at “Send “Hello””');
});

test('a start of its own, and the moment she enters by', () => {
  const result = played(
    { start: '2026-03-28T09:00:00Z', ...replies },
    { that: 'sends', templateId: 'hello' },
  );
  expect(result.judgements[0]?.actual).toBe('Sent on Sat 28 Mar, 9:00 (Lisbon)');
});

describe('a scenario that cannot be played is red and says why', () => {
  test.each([
    [{ trigger: 'gone' }, 'The trigger that this scenario enters by is not in the flow any more.'],
    [{ candidate: { timeZone: 'Mars/Olympus' } }, '“Mars/Olympus” is not a time zone.'],
    [{ events: [{ type: 'weather.changed' }] }, 'Nothing that can happen is called “weather.changed”.'],
  ])('%j', (given, problem) => {
    expect(played(given, { that: 'ends' })).toMatchObject({ green: false, judgements: [], problem });
  });
});

test('scenarios are saved with the flow, and change nothing of its plan', () => {
  const scenario = { id: 'one', name: 'One', expect: [{ that: 'ends' }] };
  const graph = graphSchema.parse({ ...nurture, scenarios: [scenario] });
  const pins = { templates: { hello: 'v1', again: 'v1' } };
  expect(graph.scenarios).toMatchObject([scenario]);
  expect(compile(graph, pins).hash).toBe(compile(nurture, pins).hash);
  expect(graphSchema.safeParse({ ...nurture, scenarios: [{ ...scenario, expect: [] }] }).success).toBe(false);
});

describe('a call to another system', () => {
  const save = [{ pointer: '/score', field: 'score', type: 'number' as const }];
  const call = (id: string) => ({
    id,
    type: 'call-webhook',
    data: { url: 'https://rating.example/people', patience: 'PT6H', save },
  });
  const rating = flow([
    call('call'),
    {
      id: 'high',
      type: 'branch',
      data: { cases: [{ port: 'yes', when: { field: 'candidate.custom.score', op: 'greater', value: 5 } }] },
      to: { yes: 'tag', else: 'second' },
    },
    { id: 'tag', type: 'add-tag', data: { tag: 'rated high' } },
    call('second'),
  ]);
  const plan = compile(rating, { templates: {} });
  const workspace = { name: 'Halden Robotics', timeZone: 'Europe/Lisbon' };
  const ways = (events: object[]): string[] => {
    const ports = ['success', 'failure', 'timeout'].flatMap((port) =>
      ['call', 'second'].map((node): Expectation => ({ that: 'passes', node, port })),
    );
    const scenario = scenarioSchema.parse({ id: 'one', name: 'One', events, expect: ports });
    const { judgements } = playScenario({ scenario, plan, graph: rating, world, names, workspace });
    return ports.flatMap((each, index) =>
      judgements[index]?.cameTrue && each.that === 'passes' ? [`${each.node} ${each.port}`] : [],
    );
  };
  const answer = (data: object, after?: string) => ({
    type: 'webhook.answered',
    data,
    ...(after ? { after } : {}),
  });

  test('is taken at once where nothing is said of it', () => {
    expect(ways([])).toEqual(['call success', 'second success']);
  });

  test.each<[string, object, string]>([
    ['that it is refused', { outcome: 'failure' }, 'call failure'],
    ['that nobody answers', { outcome: 'timeout' }, 'call timeout'],
    ['a status that refuses it', { status: 422 }, 'call failure'],
    ['a status that is tried again', { status: 503 }, 'call timeout'],
    ['a status that takes it', { status: 204 }, 'call success'],
  ])('goes by what is said of it: %s; the next one is taken', (_what, data, way) => {
    expect(ways([answer(data)])).toEqual(
      way === 'call success' ? [way, 'second success'] : expect.arrayContaining([way, 'second success']),
    );
  });

  test('is answered when it is said, at the step that is named, in the order told', () => {
    expect(ways([answer({ node: 'second', outcome: 'failure' })])).toEqual([
      'call success',
      'second failure',
    ]);
    expect(ways([answer({ outcome: 'success' }), answer({ outcome: 'timeout' })])).toEqual([
      'call success',
      'second timeout',
    ]);
    expect(ways([answer({ outcome: 'failure' }, 'PT3H')]), 'within its time').toContain('call failure');
    expect(ways([answer({ outcome: 'failure' }, 'PT7H')]), 'too late').toContain('call success');
  });

  test('brings what its answer says into the fields of the candidate', () => {
    const scenario = scenarioSchema.parse({
      id: 'one',
      name: 'One',
      events: [answer({ status: 200, body: { score: 7 } }, 'PT1H')],
      expect: [
        { that: 'stands', node: 'call', after: 'PT30M' },
        { that: 'holds', when: { field: 'candidate.tags', op: 'contains', value: 'rated high' } },
        { that: 'ends', as: 'ended', by: 'PT1H' },
      ],
    });
    expect(playScenario({ scenario, plan, graph: rating, world, names, workspace })).toMatchObject({
      green: true,
    });
  });
});
