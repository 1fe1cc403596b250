/** Pure: what people are invited to by a personal link, and what each kind of invitation makes known. */
import type { EventType } from './events.ts';
import type { Duration } from './time/duration.ts';

export const invitationKinds = ['survey', 'scheduling', 'gathering', 'consent'] as const;
export type InvitationKind = (typeof invitationKinds)[number];

/** As it stands in a plan: `name` says what it is about; `lasts` is for how long a consent holds. */
export interface Invite {
  kind: InvitationKind;
  name: string;
  lasts?: Duration;
}

/** One that is about to be sent. The link is for this candidate alone. */
export interface Invitation {
  id: string;
  token: string;
  link: string;
}

/** The event that is written as the invitation is. Its data name the invitation, and so will the answer's. */
export const invitedBy: Record<InvitationKind, EventType> = {
  survey: 'survey.invited',
  scheduling: 'scheduling.invited',
  gathering: 'gathering.invited',
  consent: 'consent.requested',
};

/** The one purpose that there is so far: to keep the details and to write. */
export const contactPurpose = 'contact';
