/** Pure: what a candidate's profile says, as conditions and templates see it. */
import type { Facts } from '../../../engine/facts.ts';
import type { loadCandidate } from '../server.ts';

export type Profile = Awaited<ReturnType<typeof loadCandidate>>;

interface Workspace {
  name: string;
  timeZone: string;
}

/** The application is the newest one that is still active, otherwise the newest. */
export function factsOf(profile: Profile, workspace: Workspace): Facts {
  const newest = profile.applications.toSorted((a, b) => b.appliedAt.localeCompare(a.appliedAt));
  const application = newest.find((each) => each.status === 'active') ?? newest[0] ?? null;
  return {
    candidate: {
      id: profile.id,
      firstName: profile.firstName,
      lastName: profile.lastName,
      fullName: profile.fullName,
      email: profile.emails.find((email) => email.primary)?.address ?? profile.emails[0]?.address ?? null,
      phone: profile.phones[0]?.number ?? null,
      headline: profile.headline,
      company: profile.company,
      location: profile.location,
      country: profile.country,
      timeZone: profile.timeZone,
      source: profile.source,
      status: profile.status,
      tags: profile.tags,
      pools: profile.pools.map((pool) => pool.id),
      consentUntil: profile.consentUntil,
      hasConsented: profile.hasConsented,
      hasWithdrawn: profile.hasWithdrawn,
      createdAt: profile.createdAt,
      custom: profile.custom,
    },
    application: application && {
      id: application.id,
      status: application.status,
      stage: application.stage?.name ?? null,
      stageId: application.stage?.id ?? null,
      stageKind: application.stage?.kind ?? null,
      pipelineId: application.pipelineId,
      source: application.source,
      appliedAt: application.appliedAt,
    },
    job: application?.job ? { ...application.job, department: null, location: null } : null,
    owner: profile.owner && {
      firstName: profile.owner.name.split(' ')[0] ?? null,
      fullName: profile.owner.name,
      email: '',
    },
    workspace,
  };
}
