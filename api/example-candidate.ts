/** Pure: someone to preview and simulate with before there is anyone. */
import type { Facts } from '../engine/facts.ts';

/** `now` in milliseconds. She applied three days ago. */
export function exampleFacts(workspace: Facts['workspace'], now: number): Facts {
  const day = 86_400_000;
  return {
    candidate: {
      id: '00000000-0000-7000-8000-000000000001',
      firstName: 'Ada',
      lastName: 'Example',
      fullName: 'Ada Example',
      email: 'ada@example.com',
      phone: '+351912345678',
      headline: 'Backend engineer',
      company: 'Example Ltd',
      location: 'Lisbon',
      country: 'PT',
      timeZone: null,
      source: 'greenhouse',
      status: 'active',
      tags: [],
      pools: [],
      createdAt: new Date(now - 3 * day).toISOString(),
      custom: {},
    },
    application: {
      id: '00000000-0000-7000-8000-000000000002',
      status: 'active',
      stage: 'Applied',
      stageId: null,
      stageKind: 'lead',
      pipelineId: null,
      source: 'greenhouse',
      appliedAt: new Date(now - 3 * day).toISOString(),
    },
    job: {
      id: '00000000-0000-7000-8000-000000000003',
      title: 'Backend engineer',
      department: 'Engineering',
      location: 'Lisbon',
    },
    owner: { firstName: 'Sam', fullName: 'Sam Recruiter', email: 'sam@example.com' },
    workspace,
  };
}
