/** Accounts (better-auth's tables in our spelling), API keys, and the pipeline that a new workspace starts with. */
import { type Kysely, sql } from 'kysely';
import { newId } from '../id.ts';

const statements = `
create table "user" (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null default false,
  image text,
  role text not null default 'viewer' check (role in ('viewer', 'recruiter', 'admin')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table session (
  id text primary key,
  user_id text not null references "user" (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text, user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index session_user_id_idx on session (user_id);

-- How someone proves who she is; here always a password, hashed.
create table credential (
  id text primary key,
  user_id text not null references "user" (id) on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text, refresh_token text, id_token text,
  access_token_expires_at timestamptz, refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index credential_user_id_idx on credential (user_id);

create table verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verification_identifier_idx on verification (identifier);

-- A key is 256 random bits, so its plain SHA-256 says nothing about it.
create table api_key (
  id uuid primary key,
  name text not null,
  role text not null check (role in ('viewer', 'recruiter', 'admin')),
  hash text not null unique,
  start text not null,
  created_by text,
  created_at timestamptz not null,
  last_used_at timestamptz
);
`;

const stages: { name: string; kind: string; targetDays: number | null }[] = [
  { name: 'Applied', kind: 'lead', targetDays: 3 },
  { name: 'Recruiter screen', kind: 'active', targetDays: 5 },
  { name: 'Technical interview', kind: 'active', targetDays: 7 },
  { name: 'Final interview', kind: 'active', targetDays: 7 },
  { name: 'Offer', kind: 'offer', targetDays: 5 },
  { name: 'Hired', kind: 'hired', targetDays: null },
  { name: 'Keep warm', kind: 'archived', targetDays: null },
];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
  const pipelineId = newId();
  await sql`insert into pipeline (id, name, created_at) values (${pipelineId}, 'Hiring', now())`.execute(db);
  for (const [position, { name, kind, targetDays }] of stages.entries()) {
    await sql`insert into stage (id, pipeline_id, name, name_key, kind, position, target_days)
      values (${newId()}, ${pipelineId}, ${name}, ${name.toLowerCase()}, ${kind}, ${position}, ${targetDays})`.execute(
      db,
    );
  }
}
