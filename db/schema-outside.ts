/** The tables of what leaves for other systems, and of what comes back by a personal link. */
import type { ColumnType, Generated } from 'kysely';
import type { CandidateFacts } from '../engine/facts.ts';
import type { InvitationKind } from '../engine/invitations.ts';
import type { SavedField } from '../engine/webhooks/answer.ts';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type TimestampDefault = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface SecretTable {
  id: string;
  name: string;
  name_key: string;
  sealed: string;
  hosts: ColumnType<string[] | null, string[] | null | undefined, string[] | null>;
  created_by: string | null;
  created_at: Timestamp;
  removed_at: NullableTimestamp;
}

export interface WebhookCallTable {
  id: string;
  enrolment_id: string;
  node_id: string;
  visit: number;
  method: string;
  url: string;
  headers: ColumnType<[string, string][], string, string>;
  body: string | null;
  secret_id: string | null;
  secret_use: 'signature' | 'bearer' | null;
  seconds: number;
  save: ColumnType<SavedField[], string | undefined, string>;
  status: Generated<'queued' | 'calling' | 'success' | 'failure' | 'cancelled' | 'given-up'>;
  attempts: Generated<number>;
  http_status: number | null;
  reason: string | null;
  created_at: Timestamp;
  settled_at: NullableTimestamp;
  kept: ColumnType<CandidateFacts['custom'] | null, string | null | undefined, string | null>;
}

export interface WebhookQueueTable {
  call_id: string;
  at: Timestamp;
  next_at: TimestampDefault;
}

export interface OutgoingNoticeTable {
  id: string;
  via: 'email' | 'chat';
  candidate_id: string;
  enrolment_id: string;
  node_id: string;
  visit: number;
  person_id: string | null;
  subject: string | null;
  html: string | null;
  secret_id: string | null;
  body: string;
  status: Generated<'queued' | 'sending' | 'sent' | 'failed' | 'unknown' | 'cancelled'>;
  attempts: Generated<number>;
  batch_id: string | null;
  provider_id: string | null;
  reason: string | null;
  created_at: Timestamp;
  settled_at: NullableTimestamp;
}

export interface OutgoingNoticeQueueTable {
  notice_id: string;
  via: 'email' | 'chat';
  at: Timestamp;
  next_at: TimestampDefault;
  refusals: Generated<number>;
}

export interface InvitationTable {
  id: string;
  kind: InvitationKind;
  enrolment_id: string;
  node_id: string;
  visit: number;
  token: string;
  details: ColumnType<Record<string, unknown>, string | undefined, string>;
  created_at: Timestamp;
  answered_at: NullableTimestamp;
}

export interface ConsentTable {
  id: string;
  candidate_id: string;
  purpose: string;
  state: 'given' | 'withdrawn';
  at: Timestamp;
  expires_at: NullableTimestamp;
  source: string;
  invitation_id: string | null;
}

export interface OutsideTables {
  invitation: InvitationTable;
  consent: ConsentTable;
  secret: SecretTable;
  webhook_call: WebhookCallTable;
  webhook_queue: WebhookQueueTable;
  outgoing_notice: OutgoingNoticeTable;
  outgoing_notice_queue: OutgoingNoticeQueueTable;
}
