/** The kinds of event that the product itself writes. Custom ones are `custom.<name>`. */
export const eventTypes = [
  'candidate.created',
  'candidate.updated',
  'candidate.tagged',
  'candidate.untagged',
  'candidate.hired',
  'candidate.merged',
  'candidate.assigned',
  'candidate.quiet',
  'application.received',
  'application.stage-changed',
  'application.hired',
  'application.rejected',
  'application.withdrawn',
  'pool.joined',
  'pool.left',
  'message.sent',
  'message.delivered',
  'message.bounced',
  'message.complained',
  'message.opened',
  'message.clicked',
  'message.replied',
  'message.auto-replied',
  'message.unsubscribed',
  'message.failed',
  'message.released',
  'message.discarded',
  'enrolment.started',
  'enrolment.ended',
  'enrolment.requested',
  'flow.answered',
  'note.added',
  'task.created',
  'task.answered',
  'interview.booked',
  'interview.cancelled',
  'interview.done',
  'form.submitted',
  'survey.invited',
  'survey.answered',
  'scheduling.invited',
  'gathering.invited',
  'webhook.answered',
  'contact.held',
  'contact.released',
  'consent.requested',
  'consent.given',
  'consent.withdrawn',
  'date.came',
  'holiday.came',
  'schedule.came',
] as const;
/** What a candidate does of her own: it ends a silence. What we send her does not. */
export const doings: readonly string[] = [
  'application.received',
  'application.withdrawn',
  'message.replied',
  'message.clicked',
  'form.submitted',
  'survey.answered',
  'interview.booked',
  'interview.cancelled',
  'interview.done',
  'consent.given',
];

/** What may follow `custom.`, where another system gives the name. */
export const customName = /^[a-z0-9][a-z0-9._-]{0,80}$/;

/** What other systems may tell of a candidate, besides `custom.<name>`. */
export const toldTypes = [
  'interview.booked',
  'interview.cancelled',
  'interview.done',
  'form.submitted',
  'survey.answered',
] as const satisfies readonly (typeof eventTypes)[number][];

/** True for what may be told from outside: everything else is the product's own to write. */
export const isTold = (type: string): boolean =>
  (toldTypes as readonly string[]).includes(type) ||
  (type.startsWith('custom.') && customName.test(type.slice('custom.'.length)));

export type EventType = (typeof eventTypes)[number] | `custom.${string}`;

/** Flows that trigger each other for ever are refused beyond this many causes. */
export const maxDepth = 8;

/** An event as the interpreter sees it. Instants are milliseconds since 1970. */
export interface RunEvent {
  id: string;
  /** Dense per candidate: the order in which things were written down. */
  seq: number;
  type: string;
  at: number;
  /** A merge brought it from another record, where it was written down then: it may be older than its seq says. */
  movedFrom?: number | null;
  applicationId: string | null;
  /** For `message.*`: the enrolment that wrote the message. */
  enrolmentId: string | null;
  data: Record<string, unknown>;
}

/** An event about to be written; its id, seq, cause and depth are the writer's. */
export interface NewEvent {
  type: EventType;
  applicationId?: string | null;
  data?: Record<string, unknown>;
}
