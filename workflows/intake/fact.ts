/** What a source's request says, in our words: every adapter translates into these and nothing else. */

export interface PersonFact {
  /** The person's id in the source. */
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
  emails: string[];
  phones: string[];
  headline: string | null;
  company: string | null;
  location: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** IANA name, as the source gave it; checked before it is stored. */
  timeZone: string | null;
  links: { kind: string; url: string }[];
  /** The source says that she does not want to be written to. */
  doNotContact: boolean;
}

export interface JobFact {
  externalId: string | null;
  title: string;
  department: string | null;
  location: string | null;
}

export type ApplicationStatus = 'active' | 'hired' | 'rejected' | 'withdrawn';

export interface ApplicationFact {
  externalId: string | null;
  /** The stage's name in the source. */
  stage: string | null;
  status: ApplicationStatus;
  /** Where she came from, as the source calls it. */
  source: string | null;
  /** Milliseconds since 1970; null: the source did not say. */
  appliedAt: number | null;
  job: JobFact | null;
}

export type InboundFact =
  | { kind: 'application'; person: PersonFact; application: ApplicationFact }
  | { kind: 'person'; person: PersonFact }
  | { kind: 'merge'; keep: string; lose: string }
  | { kind: 'gone'; externalId: string }
  /** Harmless: a ping, an action that means nothing here. */
  | { kind: 'ignored'; why: string };

/** Thrown when a request cannot be understood; `message` is a sentence for the set-up page. */
export class UnreadableRequest extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableRequest';
  }
}
