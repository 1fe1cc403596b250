/** What conditions and templates may see of a candidate. Loaded by `db/queries/facts.ts`, invented by the simulator. */
export interface Facts {
  candidate: CandidateFacts;
  application: ApplicationFacts | null;
  job: JobFacts | null;
  owner: PersonFacts | null;
  workspace: { name: string; timeZone: string };
  /** Only of the kinds of event that were asked for; absent: of none. */
  history?: History;
}

/** By the two halves of a kind of event, as paths read them: `history.message.replied.last`. */
export type History = Record<string, Record<string, Happened>>;

export interface Happened {
  /** RFC 3339, UTC; null: never. */
  last: string | null;
  count: number;
  /** The newest instants (RFC 3339, UTC), newest first, as many as were asked for. Absent: nobody asked. */
  newest?: string[];
}

export interface CandidateFacts {
  id: string;
  firstName: string | null;
  lastName: string | null;
  fullName: string;
  email: string | null;
  phone: string | null;
  headline: string | null;
  company: string | null;
  location: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** IANA name. Null: the workspace's zone applies. */
  timeZone: string | null;
  source: string | null;
  status: 'active' | 'hired' | 'do-not-contact';
  tags: string[];
  /** Pool ids. */
  pools: string[];
  /** RFC 3339, UTC. */
  createdAt: string;
  /** RFC 3339, UTC: the end of the consent that holds now. Null: none was given, or it has no end. */
  consentUntil: string | null;
  /** The consent to be kept in touch with was refused or taken back. Absent: it was not. */
  hasWithdrawn?: boolean;
  /** Consent to be kept in touch with was given, and not taken back; it may be over. Absent: it was not. */
  hasConsented?: boolean;
  custom: Record<string, string | number | boolean | string[] | null>;
}

export interface ApplicationFacts {
  id: string;
  status: 'active' | 'hired' | 'rejected' | 'withdrawn';
  /** The stage's name, as the recruiter sees it. */
  stage: string | null;
  stageId: string | null;
  stageKind: StageKind | null;
  pipelineId: string | null;
  /** A source's kind (`greenhouse`, `generic`, …) or what it called itself. */
  source: string | null;
  /** RFC 3339, UTC. */
  appliedAt: string;
}

export type StageKind = 'lead' | 'active' | 'offer' | 'hired' | 'archived';

export interface JobFacts {
  id: string;
  title: string;
  department: string | null;
  location: string | null;
}

export interface PersonFacts {
  firstName: string | null;
  fullName: string;
  email: string;
}
