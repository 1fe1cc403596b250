/** Pure: moving the application in context to another stage. */
import { fold } from '../conditions/fold.ts';
import type { NewEvent } from '../events.ts';
import type { ApplicationFacts, StageKind } from '../facts.ts';
import type { EffectDefinition } from './effect.ts';

export interface ApplicationMove {
  input: { stage: string };
  /** The stage of that name in the application's pipeline; null: there is none. */
  known: { stage: { id: string; name: string; kind: StageKind } | null };
  /** `status`: the application's after the move. `hired`: the candidate's status becomes `hired` too. */
  decision: {
    applicationId: string;
    stageId: string;
    fromStageId: string | null;
    status: ApplicationFacts['status'];
    hired: boolean;
  };
}

export interface StageMove {
  applicationId: string;
  pipelineId: string | null;
  from: { id: string | null; name: string | null };
  to: { id: string; name: string; kind: StageKind };
}

/** What any move between stages makes known, whoever moves: a flow, a person, an applicant-tracking system. */
export function stageMoveEvents(move: StageMove): NewEvent[] {
  const { applicationId, pipelineId, from, to } = move;
  const data = {
    from: from.name,
    to: to.name,
    fromStageId: from.id,
    toStageId: to.id,
    toKind: to.kind,
    pipelineId,
  };
  const moved: NewEvent = { type: 'application.stage-changed', applicationId, data };
  if (to.kind !== 'hired') return [moved];
  return [
    moved,
    { type: 'application.hired', applicationId, data: { stage: to.name } },
    { type: 'candidate.hired', applicationId, data: {} },
  ];
}

/** An application in a stage for the hired is hired; one moved back out of it is active again. */
export function statusAfterMove(
  status: ApplicationFacts['status'],
  kind: StageKind,
): ApplicationFacts['status'] {
  if (kind === 'hired') return 'hired';
  return status === 'hired' ? 'active' : status;
}

export const applicationMove: EffectDefinition<'application.move'> = {
  type: 'application.move',
  decide(input, { stage }, facts) {
    const { application, candidate } = facts;
    if (!application) return { outcome: 'failed', code: 'no-application', detail: { stage: input.stage } };
    if (!stage) return { outcome: 'failed', code: 'stage-gone', detail: { stage: input.stage } };
    const detail = { stage: stage.name, from: application.stage };
    if (application.stageId === stage.id) return { outcome: 'unchanged', code: 'already-there', detail };
    const status = statusAfterMove(application.status, stage.kind);
    const hired = stage.kind === 'hired';
    return {
      outcome: 'done',
      detail,
      decision: {
        applicationId: application.id,
        stageId: stage.id,
        fromStageId: application.stageId,
        status,
        hired,
      },
      events: stageMoveEvents({
        applicationId: application.id,
        pipelineId: application.pipelineId,
        from: { id: application.stageId, name: application.stage },
        to: stage,
      }),
      facts: {
        ...facts,
        candidate: hired ? { ...candidate, status: 'hired' } : candidate,
        application: { ...application, status, stage: stage.name, stageId: stage.id, stageKind: stage.kind },
      },
    };
  },
  simulate: ({ stage }, world) => ({
    stage: world.stages.find((each) => fold(each.name) === fold(stage)) ?? null,
  }),
  // Only the pipeline knows whether the stage is one for the hired.
  causes: ({ stage }) => [
    { type: 'application.stage-changed', data: { to: stage } },
    { type: 'application.hired', data: { stage } },
    { type: 'candidate.hired', data: {} },
  ],
  words: {
    done: ({ stage }) => `Moved to ${stage}`,
    unchanged: ({ stage }) => `Stage ${stage}`,
    skipped: ({ stage }) => `Did not move to ${stage}`,
    failed: ({ stage }) => `Could not move to ${stage}`,
    codes: {
      'already-there': () => 'Was in this stage already',
      'stage-gone': ({ stage }) => `The pipeline has no stage “${stage}”`,
    },
    notes: ({ from }) => (from ? [{ mark: 'yes', text: `From ${from}` }] : []),
  },
};
