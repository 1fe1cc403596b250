/** Pure: asking for the candidate to be let into another flow, and naming who wants to know how it ends. */
import type { EffectDefinition } from './effect.ts';

export interface FlowStart {
  /** `waits`: the asking run is told how the other one ends, or that it never began. */
  input: { flowId: string; waits: boolean };
  /** Null flow: gone, or in the archive. Null asker: a simulated world, where nobody else runs. */
  known: {
    flow: { id: string; name: string } | null;
    asker: { enrolmentId: string; node: string; visit: number } | null;
  };
  /** Nothing is written but the event; the router does the rest. */
  decision: { flowId: string };
}

export const flowStart: EffectDefinition<'flow.start'> = {
  type: 'flow.start',
  decide({ flowId, waits }, { flow, asker }, facts) {
    if (!flow) return { outcome: 'failed', code: 'flow-gone', detail: { flowId } };
    return {
      outcome: 'done',
      detail: { flowId, flow: flow.name },
      decision: { flowId },
      events: [
        {
          type: 'enrolment.requested',
          applicationId: facts.application?.id ?? null,
          data: { flowId, ...(asker ? { parent: { ...asker, waits } } : {}) },
        },
      ],
      facts,
    };
  },
  simulate: ({ flowId }, world) => ({
    flow: world.flows?.find((each) => each.id === flowId) ?? null,
    asker: null,
  }),
  causes: ({ flowId }) => [{ type: 'enrolment.requested', data: { flowId } }],
  words: {
    done: ({ flow }) => `Started “${flow}”`,
    unchanged: ({ flow }) => `Flow “${flow}”`,
    skipped: ({ flow }) => `Did not start “${flow}”`,
    failed: ({ flow }) => `Could not start “${flow ?? 'a flow that is gone'}”`,
    codes: { 'flow-gone': () => 'The flow is gone' },
  },
};
