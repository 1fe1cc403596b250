/** Pure: scenarios as they are written: new ones, copies, and what was just seen in a test. */
import type { Facts } from '../../../engine/facts.ts';
import type { Graph } from '../../../engine/flow/schema.ts';
import type { Expectation, Scenario } from '../../../engine/scenarios/scenario.ts';
import type { TestRun } from '../editor/test-run.ts';
import { flowTexts as t } from '../texts.ts';

type Told = Scenario['candidate'];
/** Details that are plain text. */
export type DetailKey = keyof typeof t.scenarios.details;
export const detailKeys = Object.keys(t.scenarios.details) as DetailKey[];

export const newScenario = (id: string): Scenario => ({
  id,
  name: t.scenarios.newName,
  candidate: {},
  events: [],
  expect: [{ that: 'ends' }],
});

export const copyOf = (scenario: Scenario, id: string): Scenario => ({
  ...structuredClone(scenario),
  id,
  name: t.scenarios.copyOf(scenario.name),
});

/** What a new expectation of a kind starts with. */
export function newExpectation(that: Expectation['that'], graph: Graph): Expectation {
  const node = graph.nodes.find((each) => each.type !== 'end')?.id ?? '';
  const templateId = graph.nodes.map((each) => each.data.templateId).find((id) => typeof id === 'string');
  const starts: { [T in Expectation['that']]: Extract<Expectation, { that: T }> } = {
    sends: { that: 'sends', templateId: typeof templateId === 'string' ? templateId : '-' },
    'sends-nothing': { that: 'sends-nothing' },
    passes: { that: 'passes', node },
    avoids: { that: 'avoids', node },
    stands: { that: 'stands', node, after: 'P1D' },
    ends: { that: 'ends' },
    holds: { that: 'holds', when: { field: 'candidate.tags', op: 'not-empty' } },
  };
  return starts[that];
}

/** What was seen in a test, to stay so: who it was, what happened, which mails went out, how it ended. */
export function fromTest(id: string, run: TestRun, facts: Facts, graph: Graph): Scenario {
  const templateOf = (node: string) => graph.nodes.find((each) => each.id === node)?.data.templateId;
  const sent = run.steps.flatMap((step) => {
    const template = step.message ? templateOf(step.node) : null;
    return typeof template === 'string' ? [template] : [];
  });
  const times = Map.groupBy(sent, (template) => template);
  const expect: Expectation[] = [...times].map(([templateId, all]) =>
    all.length === 1
      ? { that: 'sends', templateId }
      : { that: 'sends', templateId, times: Math.min(100, all.length) },
  );
  if (sent.length === 0) expect.push({ that: 'sends-nothing' });
  if (run.endedAt !== null) expect.push({ that: 'ends' });
  return {
    id,
    name: t.scenarios.keptName(facts.candidate.firstName ?? facts.candidate.fullName),
    start: new Date(run.start).toISOString(),
    candidate: told(facts, graph),
    application: facts.application
      ? { ...(facts.application.stage ? { stage: facts.application.stage } : {}) }
      : null,
    events: run.events.map(({ type, afterMs, data }) => ({ after: durationOf(afterMs), type, data })),
    expect,
  };
}

/** Nobody's own address or name goes into a flow: what decides how the flow treats her, alone. */
function told({ candidate }: Facts, graph: Graph): Told {
  const drawn = JSON.stringify(graph);
  const custom = Object.entries(candidate.custom).filter(([name]) =>
    drawn.includes(`candidate.custom.${name}`),
  );
  return {
    ...(candidate.email === null ? { email: null } : {}),
    ...(candidate.firstName === null ? { firstName: null } : {}),
    ...(candidate.timeZone ? { timeZone: candidate.timeZone } : {}),
    ...(candidate.country ? { country: candidate.country } : {}),
    ...(candidate.status === 'active' ? {} : { status: candidate.status }),
    ...(candidate.tags.length > 0 ? { tags: candidate.tags } : {}),
    ...(candidate.pools.length > 0 ? { pools: candidate.pools } : {}),
    ...(custom.length > 0 ? { custom: Object.fromEntries(custom) } : {}),
  };
}

const durationOf = (ms: number): string => `PT${Math.max(1, Math.round(ms / 60_000))}M`;
