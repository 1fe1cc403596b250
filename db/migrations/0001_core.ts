/** The first tables: candidates, jobs, pipelines, pools, templates, flows, and everything a run needs. */
import { type Kysely, sql } from 'kysely';

const statements = `
create extension if not exists pg_trgm;
create extension if not exists unaccent;

create table workspace (
  id int primary key default 1 check (id = 1),
  name text not null default 'My workspace',
  time_zone text not null default 'UTC',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now()
);
insert into workspace default values;

-- Candidates. text keys (…_key) are folded in engine/, so that memory and SQL compare alike.
create table candidate (
  id uuid primary key,
  first_name text, last_name text,
  full_name text not null,
  name_key text not null,
  search_key text not null,
  headline text, company text, location text, country text,
  time_zone text, time_zone_from text,
  source text,
  owner_id text,
  status text not null default 'active' check (status in ('active', 'hired', 'do-not-contact')),
  tags text[] not null default '{}',
  custom jsonb not null default '{}',
  event_seq bigint not null default 0,
  merged_into uuid references candidate (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  last_activity_at timestamptz not null
) with (fillfactor = 85);
create index candidate_recent on candidate (last_activity_at desc, id desc) where merged_into is null;
create index candidate_name on candidate (name_key, id) where merged_into is null;
create index candidate_created on candidate (created_at desc, id desc) where merged_into is null;
create index candidate_tags on candidate using gin (tags);
create index candidate_owner on candidate (owner_id, last_activity_at desc) where merged_into is null;
create index candidate_search on candidate using gin (search_key gin_trgm_ops);

create table candidate_email (
  id uuid primary key,
  candidate_id uuid not null references candidate (id) on delete cascade,
  address text not null,
  address_key text not null,
  is_primary boolean not null default false,
  -- An address identifies one candidate; anyone else holds it as an unverified claim only.
  is_claim boolean not null default false,
  verified_at timestamptz,
  created_at timestamptz not null
);
create unique index candidate_email_owner on candidate_email (address_key) where not is_claim;
create unique index candidate_email_once on candidate_email (candidate_id, address_key);
create unique index candidate_email_primary on candidate_email (candidate_id) where is_primary;

create table candidate_phone (
  id uuid primary key,
  candidate_id uuid not null references candidate (id) on delete cascade,
  number text not null,
  created_at timestamptz not null,
  unique (candidate_id, number)
);
create index candidate_phone_number on candidate_phone (number);

create table candidate_link (
  id uuid primary key,
  candidate_id uuid not null references candidate (id) on delete cascade,
  kind text not null,
  url text not null,
  unique (candidate_id, url)
);

-- The same person in another system: how webhooks find her again.
create table candidate_external (
  source_kind text not null,
  external_id text not null,
  candidate_id uuid not null references candidate (id) on delete cascade,
  primary key (source_kind, external_id)
);
create index candidate_external_candidate on candidate_external (candidate_id);

create table note (
  id uuid primary key,
  candidate_id uuid not null references candidate (id) on delete cascade,
  author_id text,
  body text not null,
  created_at timestamptz not null
);
create index note_candidate on note (candidate_id, created_at desc, id desc);

create table pipeline (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null
);
create table stage (
  id uuid primary key,
  pipeline_id uuid not null references pipeline (id) on delete cascade,
  name text not null,
  name_key text not null,
  kind text not null check (kind in ('lead', 'active', 'offer', 'hired', 'archived')),
  position int not null,
  target_days int,
  unique (pipeline_id, name_key)
);
create table job (
  id uuid primary key,
  title text not null,
  title_key text not null,
  department text, location text,
  pipeline_id uuid not null references pipeline (id),
  status text not null default 'open' check (status in ('open', 'closed')),
  source_kind text, external_id text,
  created_at timestamptz not null
);
create unique index job_external on job (source_kind, external_id) where external_id is not null;
create index job_list on job (status, title_key, id);

create table application (
  id uuid primary key,
  candidate_id uuid not null references candidate (id) on delete cascade,
  job_id uuid references job (id),
  pipeline_id uuid not null references pipeline (id),
  stage_id uuid references stage (id),
  stage_since timestamptz not null,
  status text not null default 'active' check (status in ('active', 'hired', 'rejected', 'withdrawn')),
  source text,
  source_kind text, external_id text,
  -- The stage in the applicant-tracking system this one mirrors, and when it was last heard.
  mirrored_stage text, mirrored_at timestamptz,
  applied_at timestamptz not null,
  created_at timestamptz not null
);
create unique index application_external on application (source_kind, external_id) where external_id is not null;
create index application_candidate on application (candidate_id, applied_at desc);
create index application_stage on application (pipeline_id, stage_id, stage_since) where status = 'active';
create index application_job on application (job_id, applied_at desc, id desc);
create index application_list on application (applied_at desc, id desc);

create table stage_move (
  id uuid primary key,
  application_id uuid not null references application (id) on delete cascade,
  from_stage_id uuid references stage (id),
  to_stage_id uuid references stage (id),
  by_kind text not null check (by_kind in ('person', 'flow', 'source')),
  by_id text,
  at timestamptz not null
);
create index stage_move_application on stage_move (application_id, at desc);

create table pool (
  id uuid primary key,
  name text not null,
  name_key text not null unique,
  description text not null default '',
  created_at timestamptz not null,
  archived_at timestamptz
);
create table pool_member (
  pool_id uuid not null references pool (id) on delete cascade,
  candidate_id uuid not null references candidate (id) on delete cascade,
  joined_at timestamptz not null,
  by_kind text not null check (by_kind in ('person', 'flow', 'source')),
  by_id text,
  primary key (pool_id, candidate_id)
);
create index pool_member_candidate on pool_member (candidate_id);
create index pool_member_recent on pool_member (pool_id, joined_at desc, candidate_id desc);

create table template (
  id uuid primary key,
  name text not null,
  name_key text not null unique,
  current_version_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz
);
create table template_version (
  id uuid primary key,
  template_id uuid not null references template (id),
  number int not null,
  subject text not null,
  body text not null,
  created_by text,
  created_at timestamptz not null,
  unique (template_id, number)
);
alter table template add foreign key (current_version_id) references template_version (id);

create table flow (
  id uuid primary key,
  name text not null,
  name_key text not null,
  state text not null default 'draft' check (state in ('draft', 'live', 'paused', 'archived')),
  -- Why and by whom it was paused, as the UI says it.
  paused_reason text, paused_at timestamptz,
  draft jsonb not null,
  draft_revision int not null default 1,
  draft_saved_at timestamptz not null,
  live_version_id uuid,
  created_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index flow_list on flow (updated_at desc, id desc);

create table flow_version (
  id uuid primary key,
  flow_id uuid not null references flow (id),
  number int not null,
  graph jsonb not null,
  plan jsonb not null,
  plan_hash text not null,
  note text not null default '',
  published_by text,
  published_at timestamptz not null,
  -- The span in which events enrol under this version.
  live_from timestamptz not null,
  live_until timestamptz,
  unique (flow_id, number)
);
alter table flow add foreign key (live_version_id) references flow_version (id);

create table flow_trigger (
  version_id uuid not null references flow_version (id),
  node_id text not null,
  event_type text not null,
  primary key (version_id, node_id)
);
create index flow_trigger_event on flow_trigger (event_type);

-- Append-only. seq is dense per candidate, given under the candidate's lock.
create table event (
  id uuid primary key,
  candidate_id uuid not null references candidate (id) on delete cascade,
  seq bigint not null,
  type text not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  application_id uuid,
  enrolment_id uuid,
  message_id uuid,
  data jsonb not null default '{}',
  cause_id uuid,
  depth int not null default 0,
  by_kind text not null default 'source' check (by_kind in ('person', 'flow', 'source', 'candidate', 'provider', 'system')),
  by_id text
);
create unique index event_seq on event (candidate_id, seq);
create index event_recent on event (recorded_at desc, id desc);
create index event_enrolment on event (enrolment_id) where enrolment_id is not null;

-- The router's queue: nothing but which event, so that whoever moves events between candidates never meets its locks.
create table event_queue (
  event_id uuid primary key,
  next_at timestamptz not null default now(),
  attempts int not null default 0,
  dead_reason text
);
create index event_queue_next on event_queue (next_at, event_id) where dead_reason is null;

create table enrolment (
  id uuid primary key,
  flow_id uuid not null references flow (id),
  version_id uuid not null references flow_version (id),
  candidate_id uuid not null references candidate (id) on delete cascade,
  application_id uuid references application (id) on delete set null,
  entry_key text not null default '',
  trigger_node text,
  trigger_event_id uuid,
  cause_depth int not null default 0,
  status text not null default 'open' check (status in ('open', 'blocked', 'ended', 'exited', 'converted')),
  node_id text,
  -- The run's state (engine/run/state.ts) but for what stands in columns of its own.
  state jsonb not null,
  wake_at timestamptz,
  wait_event text,
  exit_on text[] not null default '{}',
  goal_events text[] not null default '{}',
  goal_until timestamptz, goal_at timestamptz, goal_event_id uuid,
  seen_seq bigint not null default 0,
  held boolean not null default false,
  started_at timestamptz not null,
  ended_at timestamptz, end_reason text, end_event_id uuid
) with (fillfactor = 80);
create unique index enrolment_once on enrolment (flow_id, trigger_event_id, entry_key) where trigger_event_id is not null;
create unique index enrolment_open on enrolment (flow_id, candidate_id, entry_key) where status in ('open', 'blocked');
create index enrolment_candidate on enrolment (candidate_id, started_at desc);
create index enrolment_wake on enrolment (wake_at) where status = 'open' and wake_at is not null;
create index enrolment_node on enrolment (version_id, node_id) where status in ('open', 'blocked');
create index enrolment_list on enrolment (flow_id, started_at desc, id desc);
create index enrolment_goal on enrolment (candidate_id) where goal_until is not null and goal_at is null;

-- The ledger. A visit is written once, complete, in the transaction that did it.
create table step (
  enrolment_id uuid not null references enrolment (id) on delete cascade,
  node_id text not null,
  visit int not null,
  version_id uuid not null,
  outcome text not null check (outcome in ('passed', 'skipped', 'failed')),
  port text,
  entered_at timestamptz not null,
  left_at timestamptz not null,
  detail jsonb not null default '{}',
  ord bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  primary key (enrolment_id, node_id, visit)
);
create index step_rollup_next on step (xid);
create index step_node on step (version_id, node_id, left_at desc);

-- What became of a message, each kind once: the funnel's ledger.
create table milestone (
  message_id uuid not null,
  kind text not null check (kind in ('sent', 'delivered', 'bounced', 'complained', 'opened', 'clicked', 'replied', 'unsubscribed', 'failed')),
  version_id uuid, node_id text,
  at timestamptz not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (message_id, kind)
);
create index milestone_rollup_next on milestone (xid);

create table funnel (
  version_id uuid not null,
  node_id text not null,
  kind text not null,
  port text not null default '',
  n bigint not null,
  primary key (version_id, node_id, kind, port)
);
create table funnel_mark (
  id int primary key default 1 check (id = 1),
  below xid8 not null default '0'
);
insert into funnel_mark default values;

create table mark (
  id uuid primary key,
  enrolment_id uuid not null references enrolment (id) on delete cascade,
  kind text not null check (kind in ('start', 'wake')),
  lane text not null check (lane in ('event', 'due', 'bulk')),
  next_at timestamptz not null default now(),
  attempts int not null default 0,
  -- For a start whose first stretch is done: what Temporal is still to be told.
  start_at timestamptz,
  created_at timestamptz not null default now()
);
create index mark_next on mark (lane, next_at, id);
create index mark_enrolment on mark (enrolment_id);

create table due (
  id uuid primary key,
  kind text not null,
  at timestamptz not null,
  candidate_id uuid references candidate (id) on delete cascade,
  payload jsonb not null,
  next_at timestamptz not null,
  attempts int not null default 0,
  dead_reason text
);
create index due_next on due (next_at, id) where dead_reason is null;

-- Why someone was not enrolled.
create table refusal (
  id uuid primary key,
  flow_id uuid not null references flow (id),
  version_id uuid,
  candidate_id uuid not null references candidate (id) on delete cascade,
  event_id uuid,
  code text not null,
  detail jsonb not null default '{}',
  at timestamptz not null
);
create unique index refusal_once on refusal (flow_id, event_id, code) where event_id is not null;
create index refusal_flow on refusal (flow_id, at desc, id desc);
create index refusal_candidate on refusal (candidate_id, at desc);

create table message (
  id uuid primary key,
  candidate_id uuid not null references candidate (id) on delete cascade,
  application_id uuid,
  enrolment_id uuid references enrolment (id) on delete set null,
  flow_id uuid, version_id uuid, node_id text, visit int,
  template_version_id uuid,
  direction text not null default 'out' check (direction in ('out', 'in')),
  -- 256 random bits (base64url): in the reply address and the unsubscribe link.
  token text not null unique,
  from_address text not null, to_address text not null, reply_to text,
  subject text not null, html text not null, text text not null,
  status text not null check (status in ('held', 'queued', 'sending', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'cancelled', 'unknown', 'received')),
  reason text,
  batch_id uuid, provider_id text,
  in_reply_to uuid,
  created_at timestamptz not null,
  sent_at timestamptz, delivered_at timestamptz, clicked_at timestamptz, replied_at timestamptz
) with (fillfactor = 85);
create unique index message_step on message (enrolment_id, node_id, visit) where enrolment_id is not null and direction = 'out';
create index message_provider on message (provider_id) where provider_id is not null;
create index message_candidate on message (candidate_id, created_at desc, id desc);
create index message_list on message (created_at desc, id desc);
create index message_status on message (status, created_at desc, id desc);
create index message_open on message (enrolment_id) where status in ('held', 'queued');
create index message_batch on message (batch_id) where batch_id is not null;

create table email_queue (
  message_id uuid primary key references message (id) on delete cascade,
  next_at timestamptz not null default now(),
  attempts int not null default 0
);
create index email_queue_next on email_queue (next_at, message_id);

-- A batch is stored before the call, byte for byte, with its idempotency key.
create table email_batch (
  id uuid primary key,
  transport text not null,
  body text not null,
  message_ids uuid[] not null,
  first_attempt_at timestamptz,
  next_at timestamptz not null,
  attempts int not null default 0,
  state text not null default 'open' check (state in ('open', 'sent', 'dissolved', 'unknown')),
  last_error text
);
create index email_batch_next on email_batch (next_at, id) where state = 'open';

-- The provider's rate: one shared row a provider.
create table provider_rate (
  provider text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null,
  stopped_until timestamptz, stopped_reason text
);

-- The mail catcher's mailbox (no RESEND_API_KEY): what would have left the house.
create table caught_mail (
  id uuid primary key,
  message_id uuid,
  idempotency_key text not null,
  position int not null,
  from_address text not null, to_address text not null, reply_to text,
  subject text not null, html text not null, text text not null,
  headers jsonb not null default '{}',
  caught_at timestamptz not null,
  unique (idempotency_key, position)
);
create index caught_mail_list on caught_mail (caught_at desc, id desc);

create table suppression (
  address_key text primary key,
  reason text not null check (reason in ('unsubscribed', 'bounced', 'complained', 'manual')),
  detail text,
  message_id uuid,
  at timestamptz not null
);

create table source (
  id uuid primary key,
  key text not null unique,
  kind text not null check (kind in ('greenhouse', 'generic')),
  name text not null,
  -- Sealed with SECRET_KEY (db/secrets.ts).
  secret_sealed text not null,
  mapping jsonb not null default '{}',
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table inbound (
  id uuid primary key,
  -- Null: the email provider's own webhook.
  source_id uuid references source (id),
  kind text not null,
  dedupe_key text not null,
  received_at timestamptz not null,
  body jsonb not null,
  status text not null default 'new' check (status in ('new', 'done', 'ignored', 'dead')),
  outcome text,
  candidate_id uuid,
  unique nulls not distinct (source_id, dedupe_key)
);
create index inbound_recent on inbound (source_id, received_at desc, id desc);
create table inbound_queue (
  inbound_id uuid primary key references inbound (id) on delete cascade,
  next_at timestamptz not null default now(),
  attempts int not null default 0
);
create index inbound_queue_next on inbound_queue (next_at, inbound_id);

-- Requests a source sent that were refused (bad signature, too large): kept briefly, without their body.
create table inbound_refused (
  id uuid primary key,
  source_id uuid not null references source (id) on delete cascade,
  at timestamptz not null,
  status int not null,
  reason text not null
);
create index inbound_refused_recent on inbound_refused (source_id, at desc);

create table idempotency (
  key text not null,
  actor text not null,
  route text not null,
  request_hash text not null,
  status int,
  response jsonb,
  at timestamptz not null,
  primary key (actor, key)
);
create index idempotency_at on idempotency (at);

-- Each worker says that it lives; /healthz reads it.
create table worker_pulse (
  id text primary key,
  at timestamptz not null
);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}
