/** A candidate as tests need one. */
import type { ApplicationFacts, CandidateFacts, Facts } from '../../engine/facts.ts';

export const now = Date.UTC(2026, 10, 23, 14, 32);

export function application(more: Partial<ApplicationFacts> = {}): ApplicationFacts {
  return {
    id: 'application-1',
    status: 'active',
    stage: 'Phone screen',
    stageId: 'stage-1',
    stageKind: 'active',
    pipelineId: 'pipeline-1',
    source: 'greenhouse',
    appliedAt: '2026-11-20T09:00:00Z',
    ...more,
  };
}

export function facts(candidate: Partial<CandidateFacts> = {}, more: Partial<Facts> = {}): Facts {
  return {
    candidate: {
      id: 'candidate-1',
      firstName: 'Inês',
      lastName: 'Carvalho',
      fullName: 'Inês Carvalho',
      email: 'ines@example.com',
      phone: null,
      headline: 'Backend engineer',
      company: null,
      location: 'Lisbon',
      country: 'PT',
      timeZone: 'Europe/Lisbon',
      source: 'greenhouse',
      status: 'active',
      tags: [],
      pools: [],
      createdAt: '2026-11-01T08:00:00Z',
      consentUntil: null,
      custom: {},
      ...candidate,
    },
    application: null,
    job: null,
    owner: null,
    workspace: { name: 'Halden Robotics', timeZone: 'Europe/Lisbon' },
    ...more,
  };
}
