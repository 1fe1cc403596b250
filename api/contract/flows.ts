/** Flows: the list, the draft, versions, simulation, enrolments and figures. */
import { z } from '@hono/zod-openapi';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { givenInstant, id, instant, page, pageQuery, reasonSchema, text } from './common.ts';
import { inFlightChoices } from './operations.ts';

/** The flow as the editor saves it; checked by the engine's own schema. */
export const graph = z
  .custom<Graph>((value) => typeof value === 'object' && value !== null, 'is not a flow')
  .transform((value, context) => {
    const read = graphSchema.safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues)
      context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
    return z.NEVER;
  })
  .openapi('Graph', {
    type: 'object',
    description:
      'Svelte Flow JSON: name, settings, nodes[{id,type,position,data}], edges[{id,source,sourceHandle,target}].',
  });
/** A graph in an answer. */
export const graphAnswer = z.custom<Graph>().openapi('GraphAnswer', { type: 'object' });

export const problem = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    node: z.string().nullable(),
    edge: z.string().nullish(),
    field: z.string().nullable(),
    message: z.string(),
  })
  .openapi('FlowProblem');
export const flowState = z.enum(['draft', 'live', 'paused', 'archived']);

export const flowRow = z
  .object({
    id: z.string(),
    name: z.string(),
    state: flowState,
    version: z.number().int().nullable(),
    liveSince: instant.nullable(),
    /** The draft differs from the live version. */
    draftChanged: z.boolean(),
    counts: z.object({
      waiting: z.number().int(),
      entered: z.number().int(),
      converted: z.number().int(),
      blocked: z.number().int(),
    }),
    updatedAt: instant,
    pausedReason: z.string().nullable(),
    /** What it writes waits for a person to let it go. */
    onHold: z.boolean(),
    /** Messages that wait so. */
    held: z.number().int(),
  })
  .openapi('FlowRow');
export type FlowRow = z.infer<typeof flowRow>;
export const flowPage = page(flowRow);
/** No state: every flow but the archived ones. */
export const flowListQuery = pageQuery.extend({ state: flowState.optional() });
export const flowDetail = flowRow
  .extend({ draftRevision: z.number().int(), createdAt: instant })
  .openapi('Flow');
export const newFlow = z.object({ name: text(200) });
export const flowChange = z.object({ name: text(200).optional(), archived: z.boolean().optional() });

export const draftSchema = z.object({
  graph: graphAnswer,
  revision: z.number().int(),
  savedAt: instant,
  problems: z.array(problem),
});
export const draftSaved = draftSchema.omit({ graph: true });
export const ifMatch = z.object({ 'if-match': z.string().optional() });
export const problemList = z.object({ problems: z.array(problem) });

export const publishRequest = z.object({
  note: z.string().trim().max(1000).optional(),
  /** Why it may go live though a scenario is red. */
  overrideScenarios: z.string().trim().min(1).max(1000).optional(),
  /** Those on their way who do not finish on the version that they entered. */
  inFlight: inFlightChoices.optional(),
  /** Messages are written and wait until someone lets them go. Absent: as it was. */
  onHold: z.boolean().optional(),
});
/** Without a graph: the draft's own scenarios on the draft. */
export const scenariosRequest = z.object({ graph: graph.optional() });
export const scenarioResult = z
  .object({
    id: z.string(),
    name: z.string(),
    green: z.boolean(),
    judgements: z.array(z.object({ cameTrue: z.boolean(), expected: z.string(), actual: z.string() })),
    /** Why it could not be played; null: it was. */
    problem: z.string().nullable(),
  })
  .openapi('ScenarioResult');
export const scenarioResults = z.object({ results: z.array(scenarioResult) });
export const published = z.object({
  versionId: z.string(),
  number: z.number().int(),
  /** What moves those on their way; null: everyone finishes where they are. */
  operationId: z.string().nullable(),
});

export const versionRow = z.object({
  id: z.string(),
  number: z.number().int(),
  note: z.string(),
  publishedAt: instant,
  publishedBy: z.string().nullable(),
  /** Why it went live though a scenario was red. */
  scenariosOverridden: z.string().nullable(),
  live: z.boolean(),
  entered: z.number().int(),
  /** Enrolments of this version that are still on their way. */
  open: z.number().int(),
});
export const versionPage = page(versionRow);
export const versionDetail = z.object({
  id: z.string(),
  number: z.number().int(),
  note: z.string(),
  publishedAt: instant,
  planHash: z.string(),
  graph: graphAnswer,
});
export const versionParam = z.object({ id, number: z.coerce.number<string>().int().min(1) });

/** Of one step only, or of the whole flow. */
export const discardRequest = z.object({ nodeId: z.string().min(1).max(64).optional() });
/** `endHold`: what is written from now on is not held any more. */
export const releaseRequest = discardRequest.extend({ endHold: z.boolean().optional() });
export const releasedAnswer = z.object({ released: z.number().int() });
export const discardedAnswer = z.object({ discarded: z.number().int() });

export const pauseRequest = z.object({ reason: z.string().trim().max(500).optional() });
export const flowStateAnswer = z.object({ state: flowState });

export const simulateRequest = z.object({
  candidateId: id.nullish(),
  /** RFC 3339; default now. */
  start: givenInstant.optional(),
  /** The node whose trigger fires; default: the first one. */
  trigger: z.string().min(1).max(64).optional(),
  /** What happens on the way: `after` an ISO 8601 duration since the start. */
  events: z
    .array(
      z.object({
        after: z.string().max(64),
        type: z.string().min(1).max(100),
        data: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .max(100)
    .default([]),
});

/** What would happen, on a virtual clock; nothing is written or sent. */
export const simulated = z
  .object({
    candidate: z.string(),
    problems: z.array(problem),
    steps: z.array(
      z.object({
        nodeId: z.string(),
        visit: z.number().int(),
        outcome: z.enum(['passed', 'skipped', 'failed']),
        port: z.string().nullable(),
        enteredAt: instant,
        leftAt: instant,
        title: z.string(),
        reasons: z.array(reasonSchema),
      }),
    ),
    messages: z.array(
      z.object({
        nodeId: z.string(),
        at: instant,
        to: z.string(),
        subject: z.string(),
        html: z.string(),
        text: z.string(),
      }),
    ),
    end: z.object({ status: z.enum(['ended', 'exited', 'converted']), reason: z.string() }).nullable(),
    /** Where it still stands; null once over. */
    nodeId: z.string().nullable(),
    at: instant,
  })
  .openapi('Simulation');

export const flowEnrolmentQuery = pageQuery.extend({
  status: z.enum(['open', 'blocked', 'ended', 'exited', 'converted']).optional(),
  /** `reached`: only who reached the flow's goal in their window, wherever they are now. */
  goal: z.enum(['reached']).optional(),
  node: z.string().max(64).optional(),
  version: z.coerce.number<string>().int().min(1).optional(),
});
export const flowEnrolmentRow = z
  .object({
    id: z.string(),
    candidate: z.object({ id: z.string(), fullName: z.string(), headline: z.string().nullable() }),
    version: z.number().int(),
    status: z.enum(['open', 'blocked', 'ended', 'exited', 'converted']),
    nodeId: z.string().nullable(),
    nodeTitle: z.string().nullable(),
    waitEvent: z.string().nullable(),
    wakeAt: instant.nullable(),
    startedAt: instant,
    endedAt: instant.nullable(),
    endReason: z.string().nullable(),
    /** When the goal was reached in its window. */
    goalAt: instant.nullable(),
  })
  .openapi('EnrolmentRow');
export const flowEnrolmentPage = page(flowEnrolmentRow);
/** At most so many candidates a minute; absent: as fast as it goes. */
const perMinute = z.number().int().min(1).max(100_000).optional();
export const enrolRequest = z.union([
  z.object({ candidateIds: z.array(id).min(1).max(10_000), perMinute }),
  z.object({ poolId: id, perMinute }),
]);
/** `operationId`: what asks for them, batch by batch; null: all are asked for already. */
export const enrolAnswer = z.object({ requested: z.number().int(), operationId: z.string().nullable() });

const count = z.number().int();
export const nodeFigures = z.object({
  /** Candidates who came here (first visits), with those who wait. */
  entered: count,
  passed: count,
  failed: count,
  waiting: count,
  skipped: count,
  ports: z.record(z.string(), count),
  sent: count,
  delivered: count,
  clicked: count,
  replied: count,
  bounced: count,
});
export type NodeFigures = z.infer<typeof nodeFigures>;
export const goalFigures = z.object({
  reached: count,
  /** Entered and window over, or reached: the share's denominator. */
  entered: count,
  /** Entered, window still running, not reached. */
  maturing: count,
  share: z.number().nullable(),
  /** 95 % Wilson interval of the share. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  window: z.string(),
});
export const metricsSchema = z
  .object({
    version: z.number().int().nullable(),
    nodes: z.record(z.string(), nodeFigures),
    goal: goalFigures.nullable(),
    entered: count,
    ended: count,
    exited: count,
    /** Reached the goal in their window, wherever they are now. */
    converted: count,
    /** Those of them whom the goal took out of the flow. */
    leftAtGoal: count,
    blocked: count,
  })
  .openapi('FlowMetrics');
export type FlowMetrics = z.infer<typeof metricsSchema>;
export const metricsQuery = z.object({ version: z.coerce.number<string>().int().min(1).optional() });

export const refusalRow = z.object({
  id: z.string(),
  candidate: z.object({ id: z.string(), fullName: z.string() }),
  code: z.string(),
  /** Why not, as a sentence. */
  text: z.string(),
  at: instant,
});
export const refusalPage = page(refusalRow);
