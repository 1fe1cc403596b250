/** Pure: somebody invented, to try a flow or a template with before there is anyone. */
import type { Facts } from '../facts.ts';

const day = 86_400_000;

/** She applied three days before `now` (milliseconds since 1970). No real record has her ids. */
export function someone(workspace: Facts['workspace'], now: number): Facts {
  const at = new Date(now - 3 * day).toISOString();
  return {
    candidate: {
      id: '00000000-0000-7000-8000-000000000001',
      firstName: 'Ada',
      lastName: 'Example',
      fullName: 'Ada Example',
      email: 'ada@candidate.example',
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
      createdAt: at,
      consentUntil: null,
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
      appliedAt: at,
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
