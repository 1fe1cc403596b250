/** The tables as Kysely sees them. The migrations are the source; `test/db/schema.test.ts` holds the two together. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Condition } from '../engine/conditions/condition.ts';
import type { CandidateKeys } from '../engine/conditions/keys.ts';
import type { ContactClass } from '../engine/contact/classes.ts';
import type { MessageContact } from '../engine/contact/settings.ts';
import type { CandidateFacts } from '../engine/facts.ts';
import type { Graph } from '../engine/flow/schema.ts';
import type { Plan } from '../engine/plan/ops.ts';
import type { Pause } from '../engine/run/pauses.ts';
import type { RunState } from '../engine/run/state.ts';
import type { AccountTables } from './schema-accounts.ts';
import type { ContactTables } from './schema-contact.ts';
import type { OperationTables } from './schema-operations.ts';
import type { OutsideTables } from './schema-outside.ts';
import type { TaskTables } from './schema-tasks.ts';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type TimestampDefault = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** Written as JSON text, read as a value. */
type JsonColumn<T> = ColumnType<T, string, string>;
type JsonColumnDefault<T> = ColumnType<T, string | undefined, string>;

/** The run's state but for what stands in columns of `enrolment`. */
export type StoredState = Pick<RunState, 'enteredAt' | 'visits' | 'wait' | 'heard' | 'problem' | 'retried'>;

/** The visit of another run that started this one; `waits`: it is to be told how this one ends. */
export interface StoredParent {
  enrolmentId: string;
  node: string;
  visit: number;
  waits: boolean;
}

export interface WorkspaceTable {
  id: Generated<number>;
  name: Generated<string>;
  time_zone: Generated<string>;
  settings: JsonColumnDefault<Record<string, unknown>>;
  created_at: TimestampDefault;
}

export interface CandidateTable {
  id: string;
  first_name: string | null;
  last_name: string | null;
  full_name: string;
  name_key: string;
  search_key: string;
  headline: string | null;
  company: string | null;
  location: string | null;
  country: string | null;
  time_zone: string | null;
  time_zone_from: string | null;
  source: string | null;
  owner_id: string | null;
  status: Generated<'active' | 'hired' | 'do-not-contact'>;
  tags: Generated<string[]>;
  custom: JsonColumnDefault<CandidateFacts['custom']>;
  event_seq: Generated<number>;
  merged_into: string | null;
  consent_until: NullableTimestamp;
  consent_withdrawn_at: NullableTimestamp;
  consent_given_at: NullableTimestamp;
  keys: JsonColumn<CandidateKeys | null> | null;
  created_at: Timestamp;
  updated_at: Timestamp;
  last_activity_at: Timestamp;
  heard_at: NullableTimestamp;
}

export interface CandidateDateTable {
  candidate_id: string;
  field: string;
  on_day: Timestamp;
  month_day: string;
}

/** What a trigger has given to whom: the birthday of a year, a day of a schedule. */
export interface OccasionTable {
  flow_id: string;
  node_id: string;
  candidate_id: string;
  what: string;
  at: Timestamp;
}

export interface TagTable {
  name: string;
}

export interface CandidateTextTable {
  candidate_id: string;
  text: string;
}

export interface CandidateEmailTable {
  id: string;
  candidate_id: string;
  address: string;
  address_key: string;
  is_primary: Generated<boolean>;
  is_claim: Generated<boolean>;
  verified_at: NullableTimestamp;
  created_at: Timestamp;
}

export interface CandidatePhoneTable {
  id: string;
  candidate_id: string;
  number: string;
  created_at: Timestamp;
}

export interface CandidateLinkTable {
  id: string;
  candidate_id: string;
  kind: string;
  url: string;
}

export interface CandidateExternalTable {
  source_kind: string;
  external_id: string;
  candidate_id: string;
}

export interface CandidateGoneTable {
  source_kind: string;
  external_id: string;
  at: Timestamp;
}

export interface NoteTable {
  id: string;
  candidate_id: string;
  author_kind: Generated<'person' | 'flow'>;
  author_id: string | null;
  body: string;
  created_at: Timestamp;
}

export interface PipelineTable {
  id: string;
  name: string;
  created_at: Timestamp;
}

export interface StageTable {
  id: string;
  pipeline_id: string;
  name: string;
  name_key: string;
  kind: 'lead' | 'active' | 'offer' | 'hired' | 'archived';
  position: number;
  target_days: number | null;
}

export interface JobTable {
  id: string;
  title: string;
  title_key: string;
  department: string | null;
  location: string | null;
  pipeline_id: string;
  status: Generated<'open' | 'closed'>;
  source_kind: string | null;
  external_id: string | null;
  created_at: Timestamp;
}

export interface ApplicationTable {
  id: string;
  candidate_id: string;
  job_id: string | null;
  pipeline_id: string;
  stage_id: string | null;
  stage_since: Timestamp;
  status: Generated<'active' | 'hired' | 'rejected' | 'withdrawn'>;
  source: string | null;
  source_kind: string | null;
  external_id: string | null;
  mirrored_stage: string | null;
  mirrored_at: NullableTimestamp;
  applied_at: Timestamp;
  created_at: Timestamp;
}

export interface StageMoveTable {
  id: string;
  application_id: string;
  from_stage_id: string | null;
  to_stage_id: string | null;
  by_kind: 'person' | 'flow' | 'source';
  by_id: string | null;
  at: Timestamp;
}

export interface PoolTable {
  id: string;
  name: string;
  name_key: string;
  description: Generated<string>;
  created_at: Timestamp;
  archived_at: NullableTimestamp;
  condition: ColumnType<Condition | null, string | null | undefined, string | null>;
  revision: Generated<number>;
  hears: Generated<string[]>;
}

export interface PoolMemberTable {
  pool_id: string;
  candidate_id: string;
  joined_at: Timestamp;
  by_kind: 'person' | 'flow' | 'source' | 'system';
  by_id: string | null;
}

export interface PoolCheckTable {
  candidate_id: string;
  next_at: Timestamp;
  attempts: Generated<number>;
  cause_id: string | null;
  depth: Generated<number>;
}

export interface PoolFillTable {
  pool_id: string;
  cursor: string | null;
  next_at: Timestamp;
  attempts: Generated<number>;
  looked: Generated<number>;
  expected: number | null;
}

export interface TemplateTable {
  id: string;
  name: string;
  name_key: string;
  current_version_id: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
  archived_at: NullableTimestamp;
}

export interface TemplateVersionTable {
  id: string;
  template_id: string;
  number: number;
  subject: string;
  body: string;
  created_by: string | null;
  created_at: Timestamp;
}

export interface FlowTable {
  id: string;
  name: string;
  name_key: string;
  state: Generated<'draft' | 'live' | 'paused' | 'archived'>;
  paused_reason: string | null;
  paused_at: NullableTimestamp;
  draft: JsonColumn<Graph>;
  draft_revision: Generated<number>;
  draft_saved_at: Timestamp;
  live_version_id: string | null;
  resumed_at: NullableTimestamp;
  on_hold: Generated<boolean>;
  pauses: JsonColumnDefault<Pause[]>;
  created_by: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface FlowVersionTable {
  id: string;
  flow_id: string;
  number: number;
  graph: JsonColumn<Graph>;
  plan: JsonColumn<Plan>;
  plan_hash: string;
  note: Generated<string>;
  scenarios_overridden: string | null;
  published_by: string | null;
  published_at: Timestamp;
  live_from: Timestamp;
  live_until: NullableTimestamp;
}

export interface FlowTriggerTable {
  version_id: string;
  node_id: string;
  event_type: string;
}

export interface EventTable {
  id: string;
  candidate_id: string;
  seq: number;
  type: string;
  at: Timestamp;
  recorded_at: Timestamp;
  application_id: string | null;
  enrolment_id: string | null;
  message_id: string | null;
  data: JsonColumnDefault<Record<string, unknown>>;
  cause_id: string | null;
  depth: Generated<number>;
  by_kind: Generated<'person' | 'flow' | 'source' | 'candidate' | 'provider' | 'system'>;
  by_id: string | null;
  queued: Generated<boolean>;
  moved: Generated<boolean>;
}

export interface EventQueueTable {
  event_id: string;
  next_at: TimestampDefault;
  attempts: Generated<number>;
  dead_reason: string | null;
}

export interface EnrolmentTable {
  id: string;
  flow_id: string;
  version_id: string;
  candidate_id: string;
  application_id: string | null;
  entry_key: Generated<string>;
  trigger_node: string | null;
  trigger_event_id: string | null;
  cause_depth: Generated<number>;
  status: Generated<'open' | 'blocked' | 'ended' | 'exited' | 'converted'>;
  node_id: string | null;
  state: JsonColumn<StoredState>;
  wake_at: NullableTimestamp;
  wait_event: string | null;
  first_visit: GeneratedAlways<boolean>;
  exit_on: Generated<string[]>;
  goal_events: Generated<string[]>;
  jump_on: Generated<string[]>;
  goal_until: NullableTimestamp;
  goal_at: NullableTimestamp;
  goal_event_id: string | null;
  seen_seq: Generated<number>;
  by_hand: Generated<boolean>;
  parent: ColumnType<StoredParent | null, string | null | undefined, string | null>;
  started_at: Timestamp;
  ended_at: NullableTimestamp;
  end_reason: string | null;
  end_event_id: string | null;
}

export interface StepTable {
  enrolment_id: string;
  node_id: string;
  visit: number;
  version_id: string;
  outcome: 'passed' | 'skipped' | 'failed';
  port: string | null;
  entered_at: Timestamp;
  left_at: Timestamp;
  detail: JsonColumnDefault<Record<string, unknown>>;
  ord: GeneratedAlways<number>;
  xid: GeneratedAlways<string>;
}

export interface MilestoneTable {
  message_id: string;
  kind:
    | 'sent'
    | 'delivered'
    | 'bounced'
    | 'complained'
    | 'opened'
    | 'clicked'
    | 'replied'
    | 'unsubscribed'
    | 'failed';
  version_id: string | null;
  node_id: string | null;
  at: Timestamp;
  xid: GeneratedAlways<string>;
}

export interface FunnelTable {
  version_id: string;
  node_id: string;
  kind: string;
  port: Generated<string>;
  n: number;
}

export interface FunnelMarkTable {
  id: Generated<number>;
  below: Generated<string>;
}

export interface MarkTable {
  id: string;
  enrolment_id: string;
  kind: 'start' | 'wake';
  lane: 'event' | 'due' | 'bulk';
  next_at: TimestampDefault;
  attempts: Generated<number>;
  start_at: NullableTimestamp;
  created_at: TimestampDefault;
}

export interface DueTable {
  id: string;
  kind: string;
  at: Timestamp;
  candidate_id: string | null;
  payload: JsonColumn<Record<string, unknown>>;
  next_at: Timestamp;
  attempts: Generated<number>;
  dead_reason: string | null;
}

export interface RefusalTable {
  id: string;
  flow_id: string;
  version_id: string | null;
  candidate_id: string;
  event_id: string | null;
  code: string;
  detail: JsonColumnDefault<Record<string, unknown>>;
  at: Timestamp;
}

export interface MessageTable {
  id: string;
  candidate_id: string;
  application_id: string | null;
  enrolment_id: string | null;
  flow_id: string | null;
  version_id: string | null;
  node_id: string | null;
  visit: number | null;
  template_version_id: string | null;
  direction: Generated<'out' | 'in'>;
  token: string;
  from_address: string;
  to_address: string;
  reply_to: string | null;
  subject: string;
  html: string;
  text: string;
  status:
    | 'held'
    | 'queued'
    | 'sending'
    | 'sent'
    | 'delivered'
    | 'bounced'
    | 'complained'
    | 'failed'
    | 'cancelled'
    | 'unknown'
    | 'received';
  reason: string | null;
  batch_id: string | null;
  provider_id: string | null;
  in_reply_to: string | null;
  created_at: Timestamp;
  sent_at: NullableTimestamp;
  delivered_at: NullableTimestamp;
  clicked_at: NullableTimestamp;
  replied_at: NullableTimestamp;
  contact_class: Generated<ContactClass>;
  priority: Generated<number>;
  sending: JsonColumn<MessageContact> | null;
  reserved_at: NullableTimestamp;
}

export interface EmailQueueTable {
  message_id: string;
  next_at: TimestampDefault;
  attempts: Generated<number>;
  not_before: TimestampDefault;
}

export interface EmailBatchTable {
  id: string;
  transport: string;
  carries: Generated<'messages' | 'notices'>;
  body: string;
  message_ids: string[];
  first_attempt_at: NullableTimestamp;
  next_at: Timestamp;
  attempts: Generated<number>;
  state: Generated<'open' | 'sent' | 'dissolved' | 'unknown'>;
  last_error: string | null;
}

export interface ProviderRateTable {
  provider: string;
  tokens: number;
  refilled_at: Timestamp;
  stopped_until: NullableTimestamp;
  stopped_reason: string | null;
}

export interface CaughtMailTable {
  id: string;
  message_id: string | null;
  idempotency_key: string;
  position: number;
  from_address: string;
  to_address: string;
  reply_to: string | null;
  subject: string;
  html: string;
  text: string;
  headers: JsonColumnDefault<Record<string, unknown>>;
  caught_at: Timestamp;
}

export interface SuppressionTable {
  address_key: string;
  reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual';
  detail: string | null;
  message_id: string | null;
  at: Timestamp;
}

export interface SourceTable {
  id: string;
  key: string;
  kind: 'greenhouse' | 'generic';
  name: string;
  secret_sealed: string;
  mapping: JsonColumnDefault<Record<string, unknown>>;
  created_at: Timestamp;
  disabled_at: NullableTimestamp;
}

export interface InboundTable {
  id: string;
  source_id: string | null;
  kind: string;
  dedupe_key: string;
  received_at: Timestamp;
  body: JsonColumn<Record<string, unknown>>;
  status: Generated<'new' | 'done' | 'ignored' | 'dead'>;
  outcome: string | null;
  candidate_id: string | null;
}

export interface InboundQueueTable {
  inbound_id: string;
  next_at: TimestampDefault;
  attempts: Generated<number>;
  delays: Generated<number>;
}

export interface InboundRefusedTable {
  id: string;
  source_id: string;
  at: Timestamp;
  status: number;
  reason: string;
}

export interface IdempotencyTable {
  key: string;
  actor: string;
  route: string;
  request_hash: string;
  status: number | null;
  response: JsonColumn<Record<string, unknown> | null>;
  at: Timestamp;
}

export interface WorkerPulseTable {
  id: string;
  at: Timestamp;
}

export interface Database extends AccountTables, ContactTables, OperationTables, OutsideTables, TaskTables {
  workspace: WorkspaceTable;
  candidate: CandidateTable;
  tag: TagTable;
  candidate_date: CandidateDateTable;
  occasion: OccasionTable;
  candidate_text: CandidateTextTable;
  candidate_email: CandidateEmailTable;
  candidate_phone: CandidatePhoneTable;
  candidate_link: CandidateLinkTable;
  candidate_external: CandidateExternalTable;
  candidate_gone: CandidateGoneTable;
  note: NoteTable;
  pipeline: PipelineTable;
  stage: StageTable;
  job: JobTable;
  application: ApplicationTable;
  stage_move: StageMoveTable;
  pool: PoolTable;
  pool_member: PoolMemberTable;
  pool_check: PoolCheckTable;
  pool_fill: PoolFillTable;
  template: TemplateTable;
  template_version: TemplateVersionTable;
  flow: FlowTable;
  flow_version: FlowVersionTable;
  flow_trigger: FlowTriggerTable;
  event: EventTable;
  event_queue: EventQueueTable;
  enrolment: EnrolmentTable;
  step: StepTable;
  milestone: MilestoneTable;
  funnel: FunnelTable;
  funnel_mark: FunnelMarkTable;
  mark: MarkTable;
  due: DueTable;
  refusal: RefusalTable;
  message: MessageTable;
  email_queue: EmailQueueTable;
  email_batch: EmailBatchTable;
  provider_rate: ProviderRateTable;
  caught_mail: CaughtMailTable;
  suppression: SuppressionTable;
  source: SourceTable;
  inbound: InboundTable;
  inbound_queue: InboundQueueTable;
  inbound_refused: InboundRefusedTable;
  idempotency: IdempotencyTable;
  worker_pulse: WorkerPulseTable;
}
